/** ESP with and without UDP around it; without keys its payload stays octets. */
import { parseHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { data } from '../data.ts'
import { encode, encodeLayers, layer, recode } from '../encode.ts'
import { ipv4 } from '../ip/ipv4.ts'
import { udp } from '../ip/udp.ts'
import { decode } from '../stack.ts'
import { esp } from './esp.ts'
import { udpEncapsulation } from './udp-encapsulation.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s/g, ''))!
const facts = { spi: 0xc0de1000, sequence: 2510 }

test('octets to facts to octets', () => {
  expect(decode(esp, bytesOf('c0de1000 000009ce'))).toEqual(facts)
  expect(encode(esp, facts, { payload: bytesOf('1a70f2d8') })).toEqual(bytesOf('c0de1000 000009ce 1a70f2d8'))
})

test('cut anywhere in its header it is a fault', () => {
  const packet = encode(ipv4, { protocol: 50 }, { payload: bytesOf('c0de1000 000009ce') })
  for (let length = 21; length < packet.length; length++) {
    expect(dmvpn.decode(packet.slice(0, length), 228).fault?.fault).toBe('truncated')
  }
})

describe('port 4500', () => {
  const ports = { sourcePort: 4500, destinationPort: 4500, checksummed: false }
  const cases = [
    ['a keepalive', 'ff', { kind: 'keepalive' }, ['ip', 'udp', 'udpencap']],
    ['ESP', 'c0de1000 000009ce 1a70', { kind: 'esp' }, ['ip', 'udp', 'udpencap', 'esp', 'data']],
    [
      'IKE behind its marker',
      `00000000 0102030405060708 0000000000000000 00 20 22 08 00000000 0000001c`,
      { kind: 'ike' },
      ['ip', 'udp', 'udpencap', 'isakmp'],
    ],
  ] as const

  test.each(cases)('%s: octets to facts to octets', (_, hex, packet, names) => {
    const bytes = encodeLayers([layer(ipv4), layer(udp, ports), layer(data, { bytes: bytesOf(hex) })])
    bytes[9] = 17
    const sent = recode(dmvpn.decode(bytes, 228))
    const frame = dmvpn.decode(sent, 228)
    expect(sent).toEqual(bytes)
    expect(frame.layers.map(({ protocol }) => protocol.name)).toEqual(names)
    expect(frame.layers[2]!.packet).toEqual(packet)
    expect(encode(udpEncapsulation, packet)).toEqual(bytesOf(hex).slice(0, frame.layers[2]!.body - 28))
  })

  test.each(['00', '000000', 'c0de10'])('%s is cut short', hex => {
    const bytes = encodeLayers([layer(ipv4), layer(udp, ports), layer(data, { bytes: bytesOf(hex) })])
    expect(dmvpn.decode(bytes, 228).fault?.fault).toBe('truncated')
  })
})
