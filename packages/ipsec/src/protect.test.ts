import { parseHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { type AssociationFacts, securityAssociation } from './association.ts'
import { type ProtectOptions, protect } from './protect.ts'

function hex(text: string): Uint8Array {
  return parseHex(text.replaceAll(/\s/g, ''))!
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const counting = Uint8Array.from({ length: 0x5c }, (_, i) => i)
const icmp = `0800fb3712340000babe01234567cafe${text(counting)}`
const v4 = hex(`4500008000000000 4001ac27c0a86f02c0a8de02 ${icmp}`)
const v6 = hex(
  `6000000000740040 20010db80000000002114 3fffe4ad70a 20010db8000000000000000000000016 3a00010001000100 ${icmp}`,
)
const nullSha256: Omit<AssociationFacts, 'spi'> = {
  integrity: { algorithm: 'hmac-sha256', key: new Uint8Array(32).fill(0x5a) },
}

describe('packets of the OpenDataPlane validation suite', () => {
  test('ESP in transport mode, IPv4', () => {
    const sealed = protect(securityAssociation({ spi: 0x7b, mode: 'transport', ...nullSha256 }), v4, { sequence: 1 })
    expect(text(sealed)).toBe(
      text(
        hex(
          `4500009c000000004032abdac0a86f02c0a8de02 0000007b00000001 ${icmp} 01020201 e981cd659b250b33e2f383f16d14b41f`,
        ),
      ),
    )
  })

  test('ESP in UDP behind hop-by-hop options, IPv6', () => {
    const encapsulation = { sourcePort: 4500, destinationPort: 4500 }
    const sealed = protect(securityAssociation({ spi: 0x7b, mode: 'transport', encapsulation, ...nullSha256 }), v6, {
      sequence: 1,
    })
    expect(text(sealed)).toBe(
      text(
        hex(`6000000000980040 20010db80000000002114 3fffe4ad70a 20010db8000000000000000000000016 1100010001000100
             1194119400900000 0000007b00000001 ${icmp} 0102023a 20a6897b0a525bca9856d1fe56c7a45b`),
      ),
    )
  })

  test('ESP in tunnel mode, IPv6 in IPv4', () => {
    const ends = { source: '10.0.111.2', destination: '10.0.222.2', mode: 'tunnel' } as const
    const sealed = protect(securityAssociation({ spi: 0x7b, ...ends, ...nullSha256 }), v6, { sequence: 1 })
    expect(text(sealed)).toBe(
      text(
        hex(
          `450000cc00000000403218fc0a006f020a00de02 0000007b00000001 ${text(v6)} 01020229 d0966edac508cc0ed122a5ed1307d9cd`,
        ),
      ),
    )
  })
})

test('the outer header may be said, and copies the traffic class', () => {
  const association = securityAssociation({ spi: 0x7b, mode: 'tunnel', ...nullSha256 })
  const packet = v4.slice()
  packet[1] = 0xc0
  const sealed = protect(association, packet, {
    sequence: 1,
    outer: { source: 0x01020304, destination: 0x05060708, ttl: 9, identification: 0x1234 },
  })
  expect(text(sealed.subarray(0, 20))).toMatch(
    /^45c000b01234000009328[0-9a-f]{3}0102030405060708$|^45c000b0123400000932[0-9a-f]{4}0102030405060708$/,
  )
})

test('padding hides the length: more of it, and octets of zeros behind an IP packet', () => {
  const association = securityAssociation({
    spi: 0x7b,
    mode: 'tunnel',
    source: '10.0.0.1',
    destination: '10.0.0.2',
    ...nullSha256,
  })
  const sealed = protect(association, v4, { sequence: 1, padTo: 256, trafficPadding: 100 })
  expect(sealed.length).toBe(20 + 8 + 256 + 16)
  expect(text(sealed.subarray(28 + 128, 28 + 228))).toBe('00'.repeat(100))
  expect(text(sealed.subarray(28 + 228, 28 + 256))).toBe(
    `${text(Uint8Array.from({ length: 26 }, (_, i) => i + 1))}1a04`,
  )
})

describe('what cannot be sealed is an error of the program', () => {
  const gcm = { encryption: { algorithm: 'aes-gcm', key: new Uint8Array(20) } } as const
  const fragment = v4.slice()
  fragment[6] = 0x20

  test.each<[string, AssociationFacts, Uint8Array, ProtectOptions]>([
    ['not a whole IPv4 or IPv6 packet', { spi: 1 }, v4.subarray(1), { sequence: 1 }],
    ['not a whole IPv4 or IPv6 packet', { spi: 1 }, v4.subarray(0, 100), { sequence: 1 }],
    ['transport mode takes no fragments (RFC 4303 §3.3.4)', { spi: 1 }, fragment, { sequence: 1 }],
    ['tunnel mode needs both outer addresses', { spi: 1, mode: 'tunnel', source: '10.0.0.1' }, v4, { sequence: 1 }],
    [
      'outer addresses of two families',
      { spi: 1, mode: 'tunnel', source: '10.0.0.1', destination: '::1' },
      v4,
      { sequence: 1 },
    ],
    ['sequence number 4294967296, not 0 to 4294967295', { spi: 1 }, v4, { sequence: 2n ** 32n }],
    ['sequence number -1, not 0 to 18446744073709551615', { spi: 1, extendedSequence: true }, v4, { sequence: -1 }],
    ['AES-GCM needs an initialization vector of 8 octets', { spi: 1, ...gcm }, v4, { sequence: 1 }],
    ['AES-GCM: a vector of 7 octets, not 8', { spi: 1, ...gcm }, v4, { sequence: 1, iv: new Uint8Array(7) }],
    ['300 octets of padding, not at most 255', { spi: 1 }, v4, { sequence: 1, padTo: 410 }],
    ['an association for any SPI cannot seal', { spi: { value: 0, mask: 0 } }, v4, { sequence: 1 }],
  ])('%s', (message, facts, packet, options) => {
    expect(() => protect(securityAssociation(facts), packet, options)).toThrow(new RangeError(message))
  })

  test.each<[string, AssociationFacts]>([
    [
      'the key of AES-CBC has 30 hexadecimal digits; it needs 32, 48 or 64',
      { spi: 1, encryption: { algorithm: 'aes-cbc', key: new Uint8Array(15) } },
    ],
    [
      'AES-GCM: a check value of 10 octets, not 16, 12 or 8',
      { spi: 1, encryption: { ...gcm.encryption, icvLength: 10 } },
    ],
    [
      'AES-GCM authenticates by itself and is not combined with HMAC-MD5',
      { spi: 1, ...gcm, integrity: { algorithm: 'hmac-md5', key: new Uint8Array(16) } },
    ],
    ['AH without an integrity algorithm', { spi: 1, protocol: 'ah' }],
    ['AH enciphers nothing', { spi: 1, protocol: 'ah', ...gcm }],
    [
      'AES-GMAC is an encryption transform in ESP (RFC 4543 §3)',
      { spi: 1, integrity: { algorithm: 'aes-gmac', key: new Uint8Array(20) } },
    ],
    [
      'NULL has no key, but 2 hexadecimal digits were given',
      { spi: 1, encryption: { algorithm: 'null', key: new Uint8Array(1) } },
    ],
    ['not an address: 1.2.3', { spi: 1, source: '1.2.3' }],
  ])('%s', (message, facts) => {
    expect(() => securityAssociation(facts)).toThrow(new RangeError(message))
  })
})
