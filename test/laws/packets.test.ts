/** Laws 3, 5 and 6 over every protocol: its defaults, and generated packets, alone and in every place they are found. */
import { frameAlong, hasPackets, octetsOfFrame, packetOf, pathsTo } from '@dmvpn/arbitraries'
import {
  type AnyProtocol,
  all,
  decode,
  dmvpn,
  type Edge,
  encode,
  esp,
  linuxCooked,
  nhrp,
  recode,
  udpEncapsulation,
} from '@dmvpn/protocols'
import { type Fault, formatHex, describe as sentence } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './expect-equal.ts'
import { foundPackets } from './found/packets.ts'
import { oddities } from './oddities.ts'
import { watched } from './recorder.ts'

/** NHRP is what this is about. */
function times(protocol: AnyProtocol, runs: number): { readonly numRuns: number } {
  return { numRuns: protocol === nhrp ? 10 * runs : runs }
}

/** For properties of packets alone, what was once found comes first. */
function timesAlone(protocol: AnyProtocol, runs: number): { readonly numRuns: number; readonly examples: [unknown][] } {
  return { ...times(protocol, runs), examples: foundPackets(protocol) }
}

/** Without anything behind it, ESP in UDP cannot be told from a packet that was cut. */
const payloads: ReadonlyMap<AnyProtocol, Uint8Array> = new Map([[udpEncapsulation, encode(esp, {})]])

/** Defaults that the encoder completes: what fills the slot behind a link-layer address. */
const filledIn: ReadonlyMap<AnyProtocol, object> = new Map([[linuxCooked, { unused: new Uint8Array(8) }]])

/** Protocols that take what is left of their packet, with the reason: a shorter packet may be one as well. */
const open: ReadonlyMap<string, string> = new Map([
  ['bgp', 'a segment holds any part of the stream'],
  ['cdp', 'the elements are octets'],
  ['data', 'octets'],
  ['eigrp', 'entries to the end of the packet'],
  ['erspan', 'type I has no header'],
  ['gre', "WCCP's redirect header is left out where nothing follows"],
  ['icmp', 'the message ends with its packet'],
  ['icmpv6', 'the message ends with its packet'],
  ['igmp', 'the message ends with its packet'],
  ['isakmp', 'octets behind the payloads'],
  ['ospf', 'link-local signaling may be announced and left out'],
  ['pim', 'the message ends with its packet'],
  ['rip', 'entries to the end of the packet'],
])

test('every protocol has arbitrary packets', () => {
  expect(all.filter(protocol => !hasPackets(protocol)).map(({ name }) => name)).toEqual([])
})

test('every edge is in some frame, but for those of quotations', () => {
  const reached = new Set(all.flatMap(pathsTo).map(path => keyOf(path.at(-1)!.edge)))
  const missed = all.flatMap(({ over }) => over.map(keyOf)).filter(key => !reached.has(key))
  expect(missed).toEqual(['nhrp.quote 0'])
})

function keyOf({ table, key }: Edge): string {
  return `${table} ${key}`
}

describe.each(all.map(protocol => [protocol.name, protocol] as const))('%s', (name, protocol) => {
  test('law 3: its defaults are read back', () => {
    const payload = payloads.get(protocol)
    const bytes = encode(protocol, {}, payload === undefined ? {} : { payload })
    expect(bytes.length).toBe((protocol.size(protocol.defaults) as number) + (payload?.length ?? 0))
    expect(decode(protocol, bytes)).toEqual({ ...protocol.defaults, ...filledIn.get(protocol) })
  })

  test('law 3: a packet alone is read back, and has the size it says', () => {
    fc.assert(
      fc.property(packetOf(protocol), packet => {
        const bytes = encode(protocol, packet as object)
        expect(bytes.length).toBe(protocol.size(packet))
        expectEqual(decode(protocol, bytes), packet)
      }),
      timesAlone(protocol, 150),
    )
  })

  const places = pathsTo(protocol).map(path => [path.map(step => step.protocol.name).join('/'), path] as const)
  test.each(places)('law 3: in %s', (_names, path) => {
    fc.assert(
      fc.property(frameAlong(path), facts => {
        const { bytes, linkType } = octetsOfFrame(facts)
        const { fault, layers } = dmvpn.decode(bytes, linkType)
        expect(fault).toBeUndefined()
        expectEqual(
          layers.map(({ packet }) => packet),
          facts.layers.map(({ packet }) => packet),
        )
      }),
      times(protocol, 25),
    )
  })

  test('law 5: what is encoded raises no note but of odd facts', () => {
    const payload = payloads.get(protocol)
    const { seen } = watched(protocol, encode(protocol, {}, payload === undefined ? {} : { payload }))
    expect(seen.notes.filter(({ field }) => field.severity !== 'chat').map(({ text }) => text)).toEqual(
      notedByDefault(name),
    )
    fc.assert(
      fc.property(packetOf(protocol), packet => {
        const { notes } = watched(protocol, encode(protocol, packet as object)).seen
        const wrong = notes.filter(({ field }) => field.severity !== 'chat' && !oddities.has(field.name))
        expect(wrong.map(({ text }) => text)).toEqual([])
      }),
      timesAlone(protocol, 40),
    )
  })

  test('law 6: every shorter length faults, or is a packet of that length', () => {
    fc.assert(
      fc.property(packetOf(protocol), packet => {
        const bytes = encode(protocol, packet as object)
        for (let length = 0; length < bytes.length; length++) expectCut(protocol, bytes.subarray(0, length))
      }),
      timesAlone(protocol, 10),
    )
  })
})

/** A header that is out of place by itself. */
function notedByDefault(name: string): readonly string[] {
  if (name === 'ipv6.hopopts') return ['IPv6 Hop-by-Hop extension header must appear immediately after IPv6 header']
  return name === 'ipv6.routing' ? ['Routing header type is deprecated'] : []
}

function expectCut(protocol: AnyProtocol, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const frame = dmvpn.walk(bytes, view, 0, bytes.length, protocol, {})
  const { fault } = frame
  const isRight = fault === undefined ? open.has(protocol.name) : isTruncated(fault)
  const said = fault === undefined ? 'no fault' : sentence(fault)
  if (!isRight) expect(said, `${protocol.name} of ${bytes.length} octets`).toBe('truncated by the capture')
  expectEqual(formatHex(recode(frame)), formatHex(bytes))
}

function isTruncated(fault: Fault): boolean {
  return fault.fault === 'truncated' && fault.limitedBy === 'capture'
}
