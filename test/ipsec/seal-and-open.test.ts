import {
  datagramAt,
  open,
  protect,
  sealEsp,
  securityAssociation,
  transformName,
  transformOf,
  verifyAuthenticationHeader,
} from '@dmvpn/ipsec'
import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { ahTransforms, espTransforms, keyOf, surroundings } from './every-transform.ts'

/** An IP packet of UDP around octets. */
function datagram(version: 4 | 6, payload: Uint8Array): Uint8Array {
  const udp = new Uint8Array(8 + payload.length)
  new DataView(udp.buffer).setUint16(4, udp.length)
  udp.set(payload, 8)
  const header = new Uint8Array(version === 4 ? 20 : 40)
  const view = new DataView(header.buffer)
  if (version === 4) {
    header[0] = 0x45
    header[8] = 64
    header[9] = 17
    view.setUint16(2, 20 + udp.length)
    view.setUint32(12, 0x0a000001)
    view.setUint32(16, 0x0a000002)
  } else {
    header[0] = 0x60
    header[6] = 17
    header[7] = 64
    view.setUint16(4, udp.length)
    header[23] = 1
    header[39] = 2
  }
  return Uint8Array.from([...header, ...udp])
}

const sequences = fc.bigInt({ min: 1n, max: (1n << 64n) - 1n })
const payloads = fc.uint8Array({ maxLength: 200 })
const vectors = fc.uint8Array({ minLength: 16, maxLength: 16 })
const ways = espTransforms.flatMap(transforms => surroundings.map(around => ({ ...transforms, ...around })))

property.prop(
  [fc.constantFrom(...ways), sequences, payloads, vectors, fc.constantFrom(4, 6), fc.constantFrom(4, 8, 64, 256)],
  {
    numRuns: 400,
  },
)(
  'ESP: what is sealed opens, in every transform, mode, numbering and encapsulation',
  (way, number, payload, random, version, padTo) => {
    const outer =
      version === 4 ? { source: '10.0.0.1', destination: '10.0.0.2' } : { source: '::1', destination: '::2' }
    const association = securityAssociation({ spi: 0x1002, ...outer, ...way })
    const sequence = way.extendedSequence === true ? number : number & 0xffffffffn
    const high = way.extendedSequence === true ? Number(number >> 32n) : undefined
    const plain = datagram(version as 4 | 6, payload)
    const sealed = protect(association, plain, { sequence, iv: length => random.subarray(0, length), padTo })

    const { headerLength, next, length } = datagramAt(sealed, 0, sealed.length)!
    expect(length).toBe(sealed.length)
    expect(next).toBe(way.encapsulation === undefined ? 50 : 17)
    const esp = sealed.subarray(headerLength + (way.encapsulation === undefined ? 0 : 8))
    const { icvLength, ivLength } = transformOf(association)
    expect((esp.length - 8 - ivLength - icvLength) % padTo).toBe(0)

    const outcome = open(esp, association, { high })
    const checked = way.integrity?.algorithm !== 'none' && way.integrity?.algorithm !== 'unchecked'
    expect(outcome).toMatchObject({ opened: true, verdict: checked ? 'icv-good' : 'unchecked', high })
    if (!outcome.opened) return
    const tunnel = way.mode === 'tunnel'
    expect(outcome.nextHeader).toBe(tunnel ? (version === 4 ? 4 : 41) : 17)
    expect(Buffer.from(outcome.payload)).toEqual(Buffer.from(tunnel ? plain : plain.subarray(version === 4 ? 20 : 40)))
    // Another upper half is another number.
    if (high !== undefined && checked) expect(open(esp, association, { high: high ^ 1 }).icv).toBe('bad')
  },
)

property.prop(
  [
    fc.constantFrom(...ahTransforms),
    fc.constantFrom('transport' as const, 'tunnel' as const),
    fc.boolean(),
    sequences,
    payloads,
    vectors,
    fc.constantFrom(4, 6),
  ],
  {
    numRuns: 200,
  },
)(
  'AH: what is sealed verifies, in every transform, mode and numbering',
  (transforms, mode, extendedSequence, number, payload, random, version) => {
    const outer =
      version === 4 ? { source: '10.0.0.1', destination: '10.0.0.2' } : { source: '::1', destination: '::2' }
    const association = securityAssociation({ protocol: 'ah', spi: 7, ...outer, ...transforms, mode, extendedSequence })
    const sequence = extendedSequence ? number : number & 0xffffffffn
    const high = extendedSequence ? Number(number >> 32n) : undefined
    const sealed = protect(association, datagram(version as 4 | 6, payload), { sequence, iv: random.subarray(0, 8) })
    const ip = datagramAt(sealed, 0, sealed.length, 51)!
    const whole = { bytes: sealed, ipBytes: sealed, ipAt: 0, datagram: ip, ahAt: ip.headerLength, end: sealed.length }
    const unchecked = transforms.integrity!.algorithm === 'unchecked'
    expect(verifyAuthenticationHeader(whole, association, high).verdict).toBe(unchecked ? 'unchecked' : 'icv-good')
    sealed[sealed.length - 1]! ^= 1
    expect(verifyAuthenticationHeader(whole, association, high).verdict).toBe(unchecked ? 'unchecked' : 'icv-bad')
  },
)

property.prop(
  [
    fc.constantFrom(...espTransforms),
    fc.uint8Array({ maxLength: 300 }),
    fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined }),
  ],
  {
    numRuns: 2000,
  },
)('any octets as ESP: a verdict, never an exception', (transforms, octets, high) => {
  const outcome = open(octets, securityAssociation({ spi: 1, ...transforms }), { high })
  expect(outcome.opened ? outcome.payload.length : outcome.because.length).toBeGreaterThanOrEqual(0)
})

property.prop([fc.constantFrom(...ahTransforms), fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(60)], {
  numRuns: 500,
})('any octets as AH: a verdict, never an exception', (transforms, octets, at) => {
  octets[0] = (octets[0]! & 0x0f) | (at % 2 === 0 ? 0x40 : 0x60)
  const ip = datagramAt(octets, 0, octets.length, 51)
  if (ip === undefined) return
  const association = securityAssociation({ protocol: 'ah', spi: 7, ...transforms })
  const whole = {
    bytes: octets,
    ipBytes: octets,
    ipAt: 0,
    datagram: ip,
    ahAt: Math.min(at, octets.length),
    end: octets.length,
  }
  expect(verifyAuthenticationHeader(whole, association).verdict).toBeTypeOf('string')
})

test('every transform has a name of its own', () => {
  const names = espTransforms.map(transforms => transformName(securityAssociation({ spi: 1, ...transforms })))
  expect(new Set(names).size).toBe(names.length)
})

test('DES with the key three times is triple DES', () => {
  const key = keyOf(8)
  const des = securityAssociation({ spi: 1, encryption: { algorithm: 'des-cbc', key } })
  const triple = securityAssociation({
    spi: 1,
    encryption: { algorithm: '3des-cbc', key: Uint8Array.from([...key, ...key, ...key]) },
  })
  const options = { sequence: 1, iv: keyOf(8) }
  expect(sealEsp(des, keyOf(40), 47, options)).toEqual(sealEsp(triple, keyOf(40), 47, options))
})

test('one decipher serves packets in any order, the ones that do not open included', () => {
  const association = securityAssociation({
    spi: 1,
    encryption: { algorithm: 'aes-cbc', key: keyOf(16) },
    integrity: { algorithm: 'hmac-sha1', key: keyOf(20) },
  })
  const sealed = Array.from({ length: 10 }, (_, i) =>
    sealEsp(association, keyOf(20 + 3 * i), 59, { sequence: i + 1, iv: keyOf(16, i) }),
  )
  for (const i of [3, 1, 9, 3, 0, 8]) {
    open(keyOf(40 + 16 * i), association)
    const outcome = open(sealed[i]!, association)
    expect(outcome.opened && Buffer.from(outcome.payload)).toEqual(Buffer.from(keyOf(20 + 3 * i)))
  }
})
