import { ipv4Of, isFault, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { encode, recode } from '../encode.ts'
import { decode, stack } from '../stack.ts'
import { type Bgp, bgp } from './bgp.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const walk = (bytes: Uint8Array) =>
  stack([]).walk(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, bgp, {})

const none = new Uint8Array(0)
const marker = 'ff'.repeat(16)
const open = `${marker} 002b 01 04 fde9 00b4 0a000001 0e 0206010400010001 02020200 0200`
const keepalive = `${marker} 0013 04`
const openFacts: Bgp['messages'][number] = {
  kind: 'open',
  version: 4,
  autonomousSystem: 65001,
  holdTime: 180,
  identifier: ipv4Of('10.0.0.1'),
  parameters: bytesOf('0206010400010001020202000200'),
}
const keepaliveFacts: Bgp['messages'][number] = { kind: 'other', type: 4, octets: none }

const vectors: readonly (readonly [name: string, hex: string, facts: Bgp])[] = [
  ['an OPEN', open, { before: none, messages: [openFacts], after: none }],
  [
    'two messages in one segment',
    open + keepalive,
    { before: none, messages: [openFacts, keepaliveFacts], after: none },
  ],
  [
    'the end of one message and the beginning of another around a third',
    `0102 ${keepalive} ${marker} 0017`,
    { before: Uint8Array.of(1, 2), messages: [keepaliveFacts], after: bytesOf(`${marker}0017`) },
  ],
  ['nothing but the middle of a message', '01020304', { before: bytesOf('01020304'), messages: [], after: none }],
  ['a marker that the segment cuts', '01ffff', { before: bytesOf('01'), messages: [], after: bytesOf('ffff') }],
]

test.each(vectors)('%s: octets to facts to octets', (_, hex, facts) => {
  const bytes = bytesOf(hex)
  expect(decode(bgp, bytes)).toEqual(facts)
  expect(encode(bgp, facts)).toEqual(bytes)
})

test.each(vectors)('%s: every shorter segment keeps its octets, and is no fault', (_, hex) => {
  const bytes = bytesOf(hex)
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length)
    const frame = walk(cut)
    expect(frame.fault).toBeUndefined()
    expect(recode(frame)).toEqual(cut)
  }
})

test('a length shorter than the header is a fault; so are parameters that the message does not hold', () => {
  expect(decode(bgp, bytesOf(`${marker} 0012 04`))).toMatchObject({ fault: 'malformed', reading: 'bgp.length' })
  const cut = bytesOf(`${marker} 001d 01 04 fde9 00b4 0a000001 05`)
  expect(isFault(decode(bgp, cut))).toBe(true)
  expect(recode(walk(cut))).toEqual(cut)
})
