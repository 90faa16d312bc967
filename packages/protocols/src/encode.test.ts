import { Writer } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { data } from './data.ts'
import { encodeLayers, encodeLayersInto, type LayerToEncode, layer } from './encode.ts'
import { gre } from './gre/gre.ts'
import { ipv4 } from './ip/ipv4.ts'
import { udp } from './ip/udp.ts'
import { ethernet } from './link/ethernet.ts'
import { PacketMemory } from './packet-memory.ts'
import { type Protocol, protocol } from './protocol.ts'

const payload = (length: number, octet = 1): LayerToEncode => layer(data, { bytes: new Uint8Array(length).fill(octet) })
const frame = (length: number): LayerToEncode[] => [
  layer(ethernet, { source: 0x020000000001 }, { trailer: Uint8Array.of(7, 8) }),
  layer(ipv4, { source: 0x0a000001, destination: 0x0a000002 }),
  layer(udp, { sourcePort: 1, destinationPort: 2 }),
  payload(length),
]

test('packets of one memory keep to themselves', () => {
  const memory = new PacketMemory()
  const packets = Array.from({ length: 2_000 }, (_, n) => encodeLayers(frame(n % 300), memory))
  const copies = packets.map(bytes => bytes.slice())
  for (const bytes of packets.filter((_, n) => n % 3 === 0)) bytes.fill(0xee)
  expect(packets.every((bytes, n) => n % 3 === 0 || bytes.every((octet, at) => octet === copies[n]![at]))).toBe(true)
  expect(copies[301]).toEqual(copies[1])
  expect(copies[123]).toEqual(encodeLayers(frame(123)))
  expect(new Set(packets.map(({ buffer }) => buffer)).size).toBeLessThan(100)
})

test('a packet has a buffer of its own unless memory is given, and in memory one longer than a block, too', () => {
  for (const bytes of [encodeLayers(frame(30)), encodeLayers([payload(70_000)], new PacketMemory())]) {
    expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, bytes.length])
  }
})

test('what carries something else the next time says so', () => {
  const outer = layer(ipv4, { source: 1, destination: 2 })
  expect(encodeLayers([outer, layer(gre)])[9]).toBe(47)
  expect(encodeLayers([outer, layer(udp)])[9]).toBe(17)
  expect(encodeLayers([outer])[9]).toBe(ipv4.defaults.protocol)
  expect(outer.packet).toEqual({ ...ipv4.defaults, source: 1, destination: 2 })
})

test('layers are written into a buffer as they are alone, and nothing around them is touched', () => {
  for (const length of [0, 1, 64, 3_000]) {
    const alone = encodeLayers(frame(length))
    const target = new Writer(alone.length + 20)
    target.bytes.fill(0xa5)
    expect(encodeLayersInto(target, 7, frame(length))).toBe(alone.length)
    expect(target.bytes.subarray(7, 7 + alone.length)).toEqual(alone)
    const around = [...target.bytes.subarray(0, 7), ...target.bytes.subarray(7 + alone.length)]
    expect(around).toEqual(Array.from({ length: 20 }, () => 0xa5))
  }
})

test('a buffer part of which is written may lie anywhere', () => {
  const block = new Uint8Array(200).fill(0xa5)
  const target = { bytes: block.subarray(50), view: new DataView(block.buffer, 50) }
  const alone = encodeLayers(frame(3))
  encodeLayersInto(target, 10, frame(3))
  expect(block.subarray(60, 60 + alone.length)).toEqual(alone)
  expect(block[59]! + block[60 + alone.length]!).toBe(2 * 0xa5)
})

test('a packet that has no room is refused before anything is written', () => {
  const target = new Writer(40)
  for (const at of [-1, 0, 1, Number.NaN]) expect(() => encodeLayersInto(target, at, frame(0))).toThrow(RangeError)
  expect(() => encodeLayersInto(target, 13, [payload(28)])).toThrow('no room for 28 octets at 13')
  expect(target.bytes.every(octet => octet === 0)).toBe(true)
  expect(encodeLayersInto(target, 12, [payload(28)])).toBe(28)
})

/** Promises one octet and writes as many as it is told; or encodes something else in the middle of it. */
function careless(write: Protocol<{ readonly octets: number }>['write']): Protocol<{ readonly octets: number }> {
  return protocol({
    name: 'careless',
    label: 'Careless',
    short: 'C',
    over: [],
    fields: [],
    defaults: { octets: 1 },
    walk: () => ({ octets: 1 }),
    size: () => 1,
    write,
  })
}

test('who writes more than was promised is refused, and nobody finds it in a packet of theirs', () => {
  const memory = new PacketMemory()
  const tooMany = careless((w, { octets }) => w.putBytes(new Uint8Array(octets).fill(0xff)))
  const skips = careless(w => {
    w.at += 1
  })
  expect(encodeLayers([layer(tooMany)], memory)).toEqual(Uint8Array.of(0xff))
  for (const octets of [0, 2, 30, 1_000]) {
    const layers = [layer(tooMany, { octets })]
    expect(() => encodeLayers(layers, memory)).toThrow(`careless: wrote ${octets} octets, not 1`)
    expect(() => encodeLayers(layers)).toThrow(RangeError)
    expect(encodeLayers([layer(skips)], memory)).toEqual(Uint8Array.of(0))
  }
})

test('a protocol may encode something else in the same memory while it is written', () => {
  const memory = new PacketMemory()
  const nested = careless((w, { octets }) => {
    for (let n = 0; n < 300; n++) encodeLayers(frame(100), memory)
    w.putBytes(Uint8Array.of(octets))
  })
  const bytes = encodeLayers([layer(ipv4, { protocol: 200 }), layer(nested, { octets: 9 }), payload(3, 5)], memory)
  expect([...bytes.subarray(20)]).toEqual([9, 5, 5, 5])
  expect(bytes).toEqual(encodeLayers([layer(ipv4, { protocol: 200 }), payload(1, 9), payload(3, 5)]))
})

test('a writer that is given as a buffer is left at its own place, written or not', () => {
  const target = new Writer(100)
  const place = { start: 3, at: 7, body: 11, end: 13, trailer: 1 }
  Object.assign(target, place)
  encodeLayersInto(target, 20, frame(2))
  expect(target).toMatchObject(place)
  const wrong = layer(ipv4, { ttl: -1 })
  expect(() => encodeLayersInto(target, 20, [wrong])).toThrow(RangeError)
  expect(target).toMatchObject(place)
})
