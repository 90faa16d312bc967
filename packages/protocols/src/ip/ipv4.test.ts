/** The IPv4 header: octets to facts to octets, and what no header may say. */
import { ipv4Of, parseHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { encode, recode } from '../encode.ts'
import { decode } from '../stack.ts'
import { ipv4 } from './ipv4.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const linkType = 228

// A 28-octet header with everything set: its checksum is the sum of the other words, computed apart.
const header = bytesOf(`47 b9 0020    # version 4, 28 octets; DSCP EF 46 and ECN 1; 32 octets in all
  1234 4001                           # identification; do not fragment, offset 1
  40 fd 7aeb                          # TTL 64, protocol 253, checksum
  0a000001 0a000002
  94040000 01010100                   # router alert, three times nothing, end of options`)
const packet = bytesOf(`${Buffer.from(header).toString('hex')} deadbeef`)
const facts = {
  dscp: 46,
  ecn: 1,
  identification: 0x1234,
  reservedBit: false,
  dontFragment: true,
  moreFragments: false,
  fragmentOffset: 1,
  ttl: 64,
  protocol: 253,
  source: ipv4Of('10.0.0.1'),
  destination: ipv4Of('10.0.0.2'),
  options: bytesOf('94040000 01010100'),
}

describe('a header with every part', () => {
  test('octets to facts to octets', () => {
    expect(decode(ipv4, header)).toEqual(facts)
    expect(encode(ipv4, facts, { payload: bytesOf('deadbeef') })).toEqual(packet)
  })

  test('a fragment that is not the first carries octets', () => {
    const frame = dmvpn.decode(packet, linkType)
    expect(frame.layers.map(({ protocol }) => protocol.name)).toEqual(['ip', 'data'])
  })

  test('cut anywhere it is a fault, or a header whose payload is short', () => {
    for (let length = 0; length < packet.length; length++) {
      const cut = packet.slice(0, length)
      const frame = dmvpn.decode(cut, linkType)
      expect(frame.fault?.fault).toBe(length < header.length ? 'truncated' : undefined)
      expect(recode(frame)).toEqual(cut)
    }
  })
})

test.each([
  ['another version', '65000014 00000000 40fd0000 0a000001 0a000002', 'ip.version'],
  ['a header of 16 octets', '44000014 00000000 40fd0000 0a000001 0a000002', 'ip.hdr_len'],
  ['a total length below the header', '45000013 00000000 40fd0000 0a000001 0a000002', 'ip.len'],
])('%s is malformed', (_, hex, reading) => {
  expect(dmvpn.decode(bytesOf(hex), linkType).fault).toMatchObject({ fault: 'malformed', reading })
})

test('what stands behind the total length trails', () => {
  const bytes = bytesOf('45000014 00000000 40fd0000 0a000001 0a000002 ffff')
  const frame = dmvpn.decode(bytes, linkType)
  expect(frame.trailing(0)).toEqual([20, 22])
  expect(recode(frame)).toEqual(bytes)
})

test('a claim overrides the computed length and checksum', () => {
  const bytes = encode(ipv4, {}, { claims: { totalLength: 9, checksum: 0x1234 } })
  expect([bytes[3], bytes[10], bytes[11]]).toEqual([9, 0x12, 0x34])
})

test('options that fill no multiple of four octets, or more than 40, are refused', () => {
  expect(() => encode(ipv4, { options: bytesOf('010101') })).toThrow(RangeError)
  expect(() => encode(ipv4, { options: new Uint8Array(44) })).toThrow(RangeError)
})
