import { ipv4Of, parseHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { type AssociationFacts, type SecurityAssociation, securityAssociation } from './association.ts'
import { type Verified, verifyAuthenticationHeader } from './authentication-header.ts'
import { datagramAt } from './datagram.ts'
import { immutableHeader } from './mutable-fields.ts'
import { protect } from './protect.ts'

function hex(text: string): Uint8Array {
  return parseHex(text.replaceAll(/\s/g, ''))!
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const counting = Uint8Array.from({ length: 0x5c }, (_, i) => i)
const icmp = `0800fb3712340000babe01234567cafe${text(counting)}`
const v4 = `450000800000000040010000c0a86f02c0a8de02`
const v6 = '6000000000740040 20010db80000000002114 3fffe4ad70a 20010db8000000000000000000000016 3a00010001000100'
const key = new Uint8Array(32).fill(0x5a)

/** Verifies the AH of a whole IP packet. */
function verify(packet: Uint8Array, association: SecurityAssociation, high?: number): Verified {
  const datagram = datagramAt(packet, 0, packet.length, 51)!
  const ahAt = datagram.headerLength
  const whole = { bytes: packet, ipBytes: packet, ipAt: 0, datagram, ahAt, end: packet.length }
  return verifyAuthenticationHeader(whole, association, high)
}

const sha256: Omit<AssociationFacts, 'spi'> = { protocol: 'ah', integrity: { algorithm: 'hmac-sha256', key } }

describe('packets of the OpenDataPlane validation suite', () => {
  test.each([
    [
      'IPv4, transport mode',
      sha256,
      `4500009c000000004033abd9c0a86f02c0a8de02 0105000000000 07b00000001 6c2ef71f7c7039a34a7701479e457351 ${icmp}`,
    ],
    [
      'IPv4 in IPv4',
      sha256,
      `450000b000000000403319170a006f020a00de02 040500000000007b00000001 d5359b21e6149b421f00fa36734c53cf
       450000800000000040 01ac27c0a86f02c0a8de02 ${icmp}`,
    ],
    [
      'IPv4 in IPv6, padded to 8 octets',
      sha256,
      `6000000000a03340 20010db80000000002114 3fffe4ad70a 20010db8000000000000000000000016
       040600000000007b00000001 2b45bed29c9c3e0de032afa02d26e191 00000000
       4500008000000000 4001ac27c0a86f02c0a8de02 ${icmp}`,
    ],
    [
      'IPv6 with hop-by-hop options, transport mode',
      sha256,
      `6000000000940040 20010db80000000002114 3fffe4ad70a 20010db8000000000000000000000016 3300010001000100
       3a0600000000007b00000001 d9148727201ac266c1ca992b8aae2f27 00000000 ${icmp}`,
    ],
    [
      'AES-GMAC (RFC 4543 §4)',
      { protocol: 'ah', integrity: { algorithm: 'aes-gmac', key: hex('a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 cafebabe') } },
      `450000a4000000004033abd1c0a86f02c0a8de02 010700000000007b00000001 0100000000000000
       d60ecc223179597268c958fb8bb0bbd5 ${icmp}`,
    ],
  ] as const)('%s', (_, facts, packet) => {
    expect(verify(hex(packet), securityAssociation({ spi: 0x7b, ...facts })).verdict).toBe('icv-good')
  })

  test('sealed again they are the same', () => {
    const association = securityAssociation({ spi: 0x7b, mode: 'transport', ...sha256 })
    const plain = hex(`${v4.slice(0, 20)}ac27${v4.slice(24)} ${icmp}`)
    expect(text(protect(association, plain, { sequence: 1 }))).toBe(
      text(
        hex(
          `4500009c000000004033abd9c0a86f02c0a8de02 010500000000007b00000001 6c2ef71f7c7039a34a7701479e457351 ${icmp}`,
        ),
      ),
    )
    expect(text(protect(association, hex(v6 + icmp), { sequence: 1 })).slice(2 * 48)).toBe(
      text(hex(`3a0600000000007b00000001 d9148727201ac266c1ca992b8aae2f27 00000000 ${icmp}`)),
    )
  })
})

describe('what changes on the way is not covered', () => {
  const association = securityAssociation({ spi: 0x7b, mode: 'transport', ...sha256 })
  const sealed = protect(association, hex(v4 + icmp), { sequence: 1 })

  test.each([
    ['traffic class', 1],
    ['flags', 6],
    ['fragment offset', 7],
    ['time to live', 8],
    ['checksum', 10],
  ])('%s', (_, at) => {
    const other = sealed.slice()
    other[at] = other[at]! ^ 0x15
    expect(verify(other, association).verdict).toBe('icv-good')
  })

  test.each([
    ['identification', 4],
    ['source', 12],
    ['destination', 19],
    ['next header of AH', 20],
    ['reserved octets of AH', 22],
    ['sequence number', 31],
    ['check value', 40],
    ['payload', 100],
  ])('but %s is', (_, at) => {
    const other = sealed.slice()
    other[at] = other[at]! ^ 1
    expect(verify(other, association).verdict).toBe('icv-bad')
  })

  test('IPv6: traffic class, flow label and hop limit', () => {
    const packet = protect(association, hex(v6 + icmp), { sequence: 1 })
    for (const at of [1, 2, 3, 7]) packet[at] = packet[at]! ^ 0x0f
    expect(verify(packet, association).verdict).toBe('icv-good')
    packet[5] = packet[5]! ^ 1
    expect(verify(packet, association).verdict).not.toBe('icv-good')
  })
})

describe('options', () => {
  test('IPv4: Router Alert stays, a time stamp is zeros', () => {
    const header = hex('4700001c 00010000 40330000 01020304 05060708 94040000 44040500')
    const datagram = datagramAt(header, 0, header.length)!
    expect(text(immutableHeader(header, 0, datagram, 0x1c)).slice(40)).toBe('94040000' + '00000000')
  })

  test('IPv4: on a source route the destination is the one that will be', () => {
    const route = hex('4800001c 00010000 40330000 01020304 05060708 830b04 0a000001 0a000002 00')
    const datagram = datagramAt(route, 0, route.length)!
    const covered = immutableHeader(route, 0, datagram, 0x1c)
    expect(new DataView(covered.buffer).getUint32(16)).toBe(ipv4Of('10.0.0.2'))
    // Where the route is at its end the destination is the last one already.
    route[22] = 12
    expect(text(immutableHeader(route, 0, datagram, 0x1c)).slice(32, 40)).toBe('05060708')
  })

  test('IPv6: data of options that may change are zeros, others stay', () => {
    const packet = hex(`60000000 00080040 ${'00'.repeat(32)} 3300 3e02aabb 0100`)
    const datagram = datagramAt(packet, 0, packet.length, 51)!
    expect(text(immutableHeader(packet, 0, datagram, packet.length)).slice(80)).toBe('33003e0200000100')
    packet[42] = 0x1e
    expect(text(immutableHeader(packet, 0, datagram, packet.length)).slice(80)).toBe('33001e02aabb0100')
  })

  test('IPv6: a routing header counts as the last destination sees it', () => {
    const address = (n: number): string => `${'00'.repeat(15)}0${n}`
    const packet = hex(`60000000 00280040 ${address(9)}${address(1)} 3304 00 02 00000000 ${address(2)}${address(3)}`)
    packet[6] = 43
    const datagram = datagramAt(packet, 0, packet.length, 51)!
    const covered = immutableHeader(packet, 0, datagram, packet.length)
    expect(text(covered.subarray(24, 40))).toBe(address(3))
    expect(text(covered.subarray(40))).toBe(`3304000000000000${address(1)}${address(2)}`)
  })
})

test('extended sequence numbers: the upper half is covered though it is not sent', () => {
  const association = securityAssociation({ spi: 0x7b, mode: 'transport', ...sha256, extendedSequence: true })
  const sealed = protect(association, hex(v4 + icmp), { sequence: (7n << 32n) | 1n })
  expect(verify(sealed, association, 7).verdict).toBe('icv-good')
  expect(verify(sealed, association, 8).verdict).toBe('icv-bad')
  expect(verify(sealed, association).verdict).toBe('icv-bad')
})

test('an AH that is too short for its check value is cut short', () => {
  const association = securityAssociation({ spi: 0x7b, mode: 'transport', ...sha256 })
  const sealed = protect(association, hex(v4 + icmp), { sequence: 1 })
  sealed[21] = 2
  expect(verify(sealed, association).verdict).toBe('cut-short')
  for (let length = 20; length < 48; length++) {
    expect(verify(sealed.subarray(0, length), association).verdict).toBe('cut-short')
  }
})
