/** Dumps in the forms of Cisco's command reference. */
import { formatHex } from '@dmvpn/wire'
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { importLog } from './import-log.ts'

function dumped(text: string) {
  const { dumped: packets, faults } = importLog(text)
  return { faults, packets: packets.map(({ bytes, ...others }) => ({ ...others, hex: formatHex(bytes) })) }
}

const ios = `Router#show monitor capture buffer pktrace1 dump
11:13:00.593 EDT Mar 21 2007 : IPv4 Turbo        : Fa2/1 Fa0/1

65B6F500: 0200C000 02010200 C0000202 08004500  ..@.....@.....E.
65B6F510: 001C0000 0000FF01 37DFC000 0202C000  ........7_@...@.
65B6F520: 02010800 F7FF0000 0000               ....w.....
11:13:01.000 EDT Mar 21 2007 : IPv4 Turbo        : Tu0 None

65B6F5C0:                   45C0001C 00000000        E@......
65B6F5D0: FF2F0000 C0000202 C0000201           ./..@...@...
Router#`

describe('dumps of a capture buffer', () => {
  it('by memory address, the first line beginning in its middle', () => {
    const { packets, faults } = dumped(ios)
    expect(faults).toEqual([])
    expect(packets).toEqual([
      {
        line: 4,
        router: 'Router',
        time: { seconds: Date.UTC(2007, 2, 21, 11, 13) / 1000, nanoseconds: 593_000_000, since: 'date' },
        begins: 'ethernet',
        hex: '0200c00002010200c000020208004500001c00000000ff0137dfc0000202c00002010800f7ff00000000',
      },
      {
        line: 9,
        router: 'Router',
        time: { seconds: Date.UTC(2007, 2, 21, 11, 13, 1) / 1000, nanoseconds: 0, since: 'date' },
        begins: 'ip',
        hex: '45c0001c00000000ff2f0000c0000202c0000201',
      },
    ])
  })

  it('by offset', () => {
    const { packets, faults } = dumped(`0
  0000:  01005E00 00020000 0C07AC1D 080045C0   ..^...........E.
  0010:  00300000 00000111 CFDC091D 0002E000   .0..............
  0020:  0002                                  ..
1
  0000:  01005E00 00020000 0C07AC1D 080045C0   ..^...........E.`)
    expect(faults).toEqual([])
    expect(packets.map(({ hex, begins }) => [hex.length / 2, begins])).toEqual([
      [34, 'ethernet'],
      [16, 'ethernet'],
    ])
  })

  it('an offset that does not count what came before is named', () => {
    const { packets, faults } = dumped('65B6F500: 45C0001C 00000000\n65B6F530: FF2F0000')
    expect(packets).toHaveLength(2)
    expect(faults).toEqual([
      { line: 2, text: '65B6F530: FF2F0000', expected: 'octets at 65B6F508 or 65B6F510, behind those before' },
    ])
  })

  test.prop([fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.integer({ min: 0x1000, max: 0xffff_0000 })])(
    'any octets, wherever in memory they begin',
    (bytes, address) => {
      const { packets, faults } = dumped(memoryDump(bytes, address))
      expect(faults).toEqual([])
      expect(packets.map(({ hex }) => hex)).toEqual([formatHex(bytes)])
    },
  )
})

/** Rows of sixteen octets of memory, the characters beside them; blank before the first octet. */
function memoryDump(bytes: Uint8Array, address: number): string {
  const lines: string[] = []
  for (let row = address - (address % 16); row < address + bytes.length; row += 16) {
    const octets = Array.from({ length: 16 }, (_, index) => bytes[row + index - address])
    const hex = octets.map(
      (octet, index) => (octet === undefined ? '  ' : formatHex(Uint8Array.of(octet))) + (index % 4 === 3 ? ' ' : ''),
    )
    const text = octets.map(octet =>
      octet === undefined ? ' ' : octet > 0x20 && octet < 0x7f ? String.fromCodePoint(octet) : '.',
    )
    lines.push(`${row.toString(16).toUpperCase().padStart(8, '0')}: ${hex.join('').toUpperCase()} ${text.join('')}`)
  }
  return lines.join('\n')
}
