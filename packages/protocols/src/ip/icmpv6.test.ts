/** ICMPv6: octets to facts to octets, with the pseudo-header's checksum. */
import { ipv6Of, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { data } from '../data.ts'
import { encodeLayers, layer, recode } from '../encode.ts'
import { type Icmpv6, icmpv6 } from './icmpv6.ts'
import { ipv6 } from './ipv6.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const first = '20010db8000000000000000000000001'
const second = '20010db8000000000000000000000002'
const around = layer(ipv6, { hopLimit: 255, source: ipv6Of('2001:db8::1'), destination: ipv6Of('2001:db8::2') })
const quoted = bytesOf(`6000000000040640 ${first} ${second} 1f900035`)

const messages: readonly (readonly [name: string, hex: string, facts: Icmpv6])[] = [
  [
    'an echo request around one octet',
    '80 00 b111 1234 0001 61',
    { kind: 'echo', type: 128, code: 0, identifier: 0x1234, sequence: 1 },
  ],
  [
    'packet too big: 1280 octets',
    `02 00 bb9d 00000500 ${Buffer.from(quoted).toString('hex')}`,
    { kind: 'error', type: 2, code: 0, word: 1280, quoted },
  ],
  [
    'a neighbor advertisement with its link-layer address',
    `88 00 0a73 e0000000 ${first} 0201 020000000001`,
    { kind: 'other', type: 136, code: 0, body: bytesOf(`e0000000 ${first} 0201 020000000001`) },
  ],
]

test.each(messages)('%s: octets to facts to octets', (_, hex, facts) => {
  const message = bytesOf(hex)
  const payload = facts.kind === 'echo' ? [layer(data, { bytes: message.slice(8) })] : []
  const packet = encodeLayers([around, layer(icmpv6, facts), ...payload])
  expect(packet.slice(40)).toEqual(message)
  expect(dmvpn.decode(packet, 229).layers[1]!.packet).toEqual(facts)
})

test.each(messages)('%s: cut anywhere in its head it is a fault', (_, hex, facts) => {
  const packet = encodeLayers([around, layer(data, { bytes: bytesOf(hex) })])
  packet[6] = 58
  for (let length = 41; length < (facts.kind === 'echo' ? 48 : packet.length); length++) {
    const cut = packet.slice(0, length)
    const frame = dmvpn.decode(cut, 229)
    expect(frame.fault?.fault).toBe('truncated')
    expect(recode(frame)).toEqual(cut)
  }
})
