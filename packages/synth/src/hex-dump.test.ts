import { formatHex, parseHex, Sink } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { recordAt } from './compose.ts'
import { packetsOfHex, writeHexDump } from './hex-dump.ts'

const hex = '45c0003000220000ff2f8ab6c6336401c63364026162636465666768696a6b6c6d6e6f70717273747576'
const bytes = parseHex(hex)!

function hexesOf(text: string): string[] {
  return packetsOfHex(text).map(packet => formatHex(packet.bytes))
}

describe('octets are found in', () => {
  it('tcpdump -xx, with its times', () => {
    const text = `reading from file -
12:34:56.789012 IP 198.51.100.1 > 198.51.100.2: GREv0, length 22
\t0x0000:  45c0 0030 0022 0000 ff2f 8ab6 c633 6401
\t0x0010:  c633 6402 6162 6364 6566 6768 696a 6b6c
\t0x0020:  6d6e 6f70 7172 7374 7576
2024-02-29 00:00:01.5 IP 198.51.100.1 > 198.51.100.2: GREv0, length 22
\t0x0000:  45c0 0030 00
`
    expect(hexesOf(text)).toEqual([hex, '45c0003000'])
    expect(packetsOfHex(text).map(({ seconds, nanoseconds }) => [seconds, nanoseconds])).toEqual([
      [45_296, 789_012_000],
      [1_709_164_801, 500_000_000],
    ])
  })

  it('xxd, with characters that look like octets', () => {
    const text = `00000000: 45c0 0030 0022 0000 ff2f 8ab6 c633 6401  E..0."..././.3d.
00000010: c633 6402 6162 6364 6566 6768 696a 6b6c  .3d.abcdefghijkl
00000020: 6d6e 6f70 7172 7374 7576                 mnopqrstuv
`
    expect(hexesOf(text)).toEqual([hex])
    expect(hexesOf('00000000: 6162 6364                                abcd\n')).toEqual(['61626364'])
    expect(hexesOf('00000000: 6162 6364  abcd\n00000004: 65    ee\n')).toEqual(['6162636465'])
  })

  it('hexdump -C and Wireshark, with a gap in the middle', () => {
    const text = `0000  45 c0 00 30 00 22 00 00  ff 2f 8a b6 c6 33 64 01   E..0."..././.3d.
0010  c6 33 64 02 61 62 63 64   .3d.abcd
`
    expect(hexesOf(text)).toEqual(['45c0003000220000ff2f8ab6c6336401c633640261626364'])
    expect(hexesOf('00000000  61 62 63  |abc|\n00000003\n')).toEqual(['616263'])
  })

  it('lines of digits and nothing else, packets apart by an empty line', () => {
    expect(hexesOf('45c00030\n0022\n\n4500\n')).toEqual(['45c000300022', '4500'])
    expect(hexesOf('45 c0 00 30')).toEqual(['45c00030'])
  })

  it('nothing that is text', () => {
    expect(hexesOf('')).toEqual([])
    expect(hexesOf('the bad decade\nfeed me\n')).toEqual([])
  })
})

it('an offset that does not count is an error', () => {
  expect(() => packetsOfHex('0000  45 c0\n0010  00\n')).toThrow(
    'line 2: its offset is 0x10, but 2 octets came before it',
  )
})

it('what is written is read back', () => {
  const s = new Sink(64)
  writeHexDump(s, recordAt({ bytes, linkType: 101 }, 7, 5, ['one\n0000  two']))
  writeHexDump(s, recordAt({ bytes: bytes.subarray(0, 32), linkType: 1 }, 1_700_000_000, 999_999_999))
  expect(packetsOfHex(s.toString())).toEqual([
    { bytes, line: 4 + 1, linkType: 101, seconds: 7, nanoseconds: 5 },
    { bytes: bytes.slice(0, 32), line: 11, linkType: 1, seconds: 1_700_000_000, nanoseconds: 999_999_999 },
  ])
})
