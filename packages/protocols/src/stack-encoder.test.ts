import type { CompileOptions } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { dmvpn } from './all.ts'
import { data } from './data.ts'
import { encodeLayers, type LayerToEncode, layer } from './encode.ts'
import { gre } from './gre/gre.ts'
import { ipv4 } from './ip/ipv4.ts'
import { udp } from './ip/udp.ts'
import { ethernet } from './link/ethernet.ts'
import { emptyCie } from './nhrp/cie.ts'
import { defaultMessage } from './nhrp/message.ts'
import { nhrp } from './nhrp/nhrp.ts'
import { PacketMemory } from './packet-memory.ts'
import { type Protocol, protocol } from './protocol.ts'
import { stackEncoder } from './stack-encoder.ts'

const trailer = Uint8Array.of(7, 8)
const extensions = [{ kind: 'end', compulsory: true, reserved: false, value: new Uint8Array(0) }] as const
const registration = { ...defaultMessage, kind: 'registration-request', type: 3, extensions } as const
const registrationLayers = [
  layer(ethernet, { destination: 0x020000000001 }, { trailer }),
  layer(ipv4, { destination: 0x96010101, ttl: 64 }),
  layer(gre, { key: 123 }),
  layer(nhrp, registration),
] as const

describe.each<CompileOptions>([{ interpreted: false }, { interpreted: true }])('%j', options => {
  test('what packets have in common and what is their own is encoded as if it were all said of each', () => {
    const registrations = stackEncoder(registrationLayers, options)
    const memory = new PacketMemory()
    for (let spoke = 0; spoke < 300; spoke++) {
      const source = 0x96020000 + spoke
      const entries = Array.from({ length: spoke % 4 }, () => ({ ...emptyCie, holdingTime: spoke, protocol: source }))
      const own = { requestId: spoke, sourceNbma: source, sourceProtocol: 0x0a000001, entries }
      // Some have other facts of their own than the first, more or fewer.
      const addresses = spoke % 7 === 5 ? { source, identification: spoke } : spoke % 7 === 6 ? {} : { source }
      const expected = encodeLayers([
        layer(ethernet, { destination: 0x020000000001, source: spoke }, { trailer }),
        layer(ipv4, { destination: 0x96010101, ttl: 64, ...addresses }),
        layer(gre, { key: 123 }),
        layer(nhrp, { ...registration, ...own }),
      ])
      const facts = [{ source: spoke }, addresses, undefined, own] as const
      expect(registrations.encode(facts)).toEqual(expected)
      expect(registrations.encode(facts, memory)).toEqual(expected)
    }
  })

  test('packets of one memory keep to themselves', () => {
    const encoder = stackEncoder([layer(ipv4, { ttl: 3 }), layer(data)], options)
    const memory = new PacketMemory()
    const packets = Array.from({ length: 2_000 }, (_, n) =>
      encoder.encode([{ source: n }, { bytes: new Uint8Array(n % 300).fill(n) }], memory),
    )
    const copies = packets.map(bytes => bytes.slice())
    for (const bytes of packets.filter((_, n) => n % 3 === 0)) bytes.fill(0xee)
    expect(packets.every((bytes, n) => n % 3 === 0 || bytes.every((octet, at) => octet === copies[n]![at]))).toBe(true)
    expect(new Set(packets.map(({ buffer }) => buffer)).size).toBeLessThan(100)
  })

  test('a fact is the packet’s own only in the packet that has it', () => {
    const layers = [layer(ipv4, { ttl: 3 }), layer(data, { bytes: Uint8Array.of(1) })] as const
    const encoder = stackEncoder(layers, options)
    const common = encodeLayers(layers)
    expect(encoder.encode([{ ttl: 9 }, { bytes: Uint8Array.of(2, 3) }])).toHaveLength(common.length + 1)
    expect(encoder.encode([undefined, undefined])).toEqual(common)
    expect(encoder.encode([{}, {}])).toEqual(common)
    // As many facts, but others.
    expect(encoder.encode([{ source: 1 }, { bytes: Uint8Array.of(1) }])[8]).toBe(3)
    expect(encoder.encode([{ source: 1, ttl: 2 }, undefined])[8]).toBe(2)
    expect(layers[0].packet).toEqual({ ...ipv4.defaults, ttl: 3 })
  })

  test('what a layer carries is read off the next one, unless all packets or one of them say it', () => {
    const carries = (facts: { protocol?: number }, own: { protocol?: number } | undefined): number =>
      stackEncoder([layer(ipv4, facts), layer(udp)], options).encode([own, undefined])[9]!
    expect(carries({}, undefined)).toBe(17)
    expect(carries({ protocol: 99 }, undefined)).toBe(99)
    expect(carries({}, { protocol: 98 })).toBe(98)
  })

  test('a checksum over a pseudo-header counts the addresses of the packet, those of the innermost layer that has some', () => {
    const layers = (source: number): LayerToEncode[] => [
      layer(ipv4, { source: 1, destination: 2 }),
      layer(ipv4, { source, destination: 3 }),
      layer(udp, { sourcePort: 4, destinationPort: 5 }),
      layer(data, { bytes: Uint8Array.of(1, 2, 3) }),
    ]
    const encoder = stackEncoder(layers(0), options)
    for (const source of [7, 0x96020000, 7]) {
      expect(encoder.encode([undefined, { source }, undefined, undefined])).toEqual(encodeLayers(layers(source)))
    }
  })

  test('claims and trailers are written over the truth of every packet', () => {
    const lies = [
      layer(ipv4, {}, { claims: { totalLength: 7 }, trailer }),
      layer(udp, {}, { trailer: Uint8Array.of(9) }),
    ] as const
    const encoder = stackEncoder(lies, options)
    expect(encoder.encode([undefined, undefined])).toEqual(encodeLayers(lies))
    expect([...encoder.encode([{ source: 1 }, undefined]).subarray(2, 4)]).toEqual([0, 7])
    const unheard = stackEncoder([layer(ipv4, {}, { claims: { unheard: 1 } })], options)
    expect(() => unheard.encode([undefined])).toThrow('ip makes no claim named unheard')
  })

  test('a fact that does not fit is refused, and the next packet is as if nothing had been', () => {
    const registrations = stackEncoder(registrationLayers, options)
    const memory = new PacketMemory()
    const facts = [{ source: 1 }, { ttl: 2 }, undefined, { requestId: 3 }] as const
    const expected = registrations.encode(facts)
    for (const wrong of [{ ttl: 256 }, { ttl: -1 }, { ttl: Number.NaN }, { options: new Uint8Array(41) }]) {
      expect(() => registrations.encode([{ source: 9 }, wrong, undefined, { requestId: 9 }], memory)).toThrow(
        RangeError,
      )
      expect(registrations.encode(facts, memory)).toEqual(expected)
    }
  })

  test('who writes more than was promised is refused, and nobody finds it in a packet of theirs', () => {
    const encoder = stackEncoder([layer(careless, { write: w => w.putU16(0xffff) })], options)
    const memory = new PacketMemory()
    expect(() => encoder.encode([undefined], memory)).toThrow('careless: wrote 2 octets, not 1')
    expect(() => encoder.encode([undefined])).toThrow(RangeError)
    const skips: Careless['write'] = w => {
      w.at += 1
    }
    expect(encoder.encode([{ write: skips }], memory)).toEqual(Uint8Array.of(0))
  })

  test('an encoder may be asked for a packet while it writes one, in the same memory', () => {
    const memory = new PacketMemory()
    const encoder = stackEncoder([layer(ipv4, { ttl: 5 }), layer(careless), layer(data)], options)
    const quiet: Careless['write'] = w => w.putBytes(Uint8Array.of(1))
    const inner = (source: number) => [{ source }, { write: quiet }, { bytes: Uint8Array.of(2) }] as const
    const found: Uint8Array[] = []
    const nested: Careless['write'] = w => {
      for (let n = 0; n < 1_000; n++) found.push(encoder.encode(inner(n), memory))
      w.putBytes(Uint8Array.of(3))
    }
    const outer = encoder.encode([{ source: 9 }, { write: nested }, { bytes: Uint8Array.of(4) }], memory)
    expect([...outer.subarray(12, 16), ...outer.subarray(20)]).toEqual([0, 0, 0, 9, 3, 4])
    expect(found.map(bytes => bytes[15])).toEqual(Array.from({ length: 1_000 }, (_, n) => n & 0xff))
    expect(found[500]).toEqual(encoder.encode(inner(500)))
  })
})

test('a stack makes encoders', () => {
  const facts = [{ source: 1 }, undefined, undefined, { requestId: 3 }] as const
  expect(dmvpn.encoder(registrationLayers).encode(facts)).toEqual(stackEncoder(registrationLayers).encode(facts))
})

interface Careless {
  readonly write: (w: Parameters<Protocol<Careless>['write']>[0]) => void
}

/** Promises one octet and writes what it is told. */
const careless: Protocol<Careless> = protocol<Careless>({
  name: 'careless',
  label: 'Careless',
  short: 'C',
  over: [],
  fields: [],
  defaults: { write: w => w.putBytes(Uint8Array.of(0)) },
  walk: () => careless.defaults,
  size: () => 1,
  write: (w, { write }) => write(w),
})
