/** Whole frames: packets in packets along the edges, with trailers where something may trail. */
import {
  type AnyProtocol,
  arp,
  data,
  type Erspan,
  encodeLayers,
  erspan,
  ethernet,
  type Gre,
  gre,
  ipv4,
  ipv6,
  type LayerToEncode,
  lcp,
  nhrp,
  pppoeSession,
  all as protocols,
  udp,
  vlan,
} from '@dmvpn/protocols'
import fc from 'fast-check'
import { carriesOctets } from './carried.ts'
import { layerInWords, saying } from './in-words.ts'
import { packetOf } from './packet-of.ts'
import { anyPath, type Path } from './paths.ts'
import type { Place } from './place.ts'
import { facts, mostly, noOctets, octets } from './values.ts'

/** A frame before it is octets. */
export interface FrameFacts {
  readonly linkType: number
  /** From the outside in: facts, claims that are lies, and trailers. */
  readonly layers: readonly LayerToEncode[]
}

/** A frame's octets. */
export interface FrameOctets {
  readonly linkType: number
  readonly bytes: Uint8Array
}

/** A frame that fast-check prints in words. */
export function frameOf(linkType: number, layers: readonly LayerToEncode[]): FrameFacts {
  return saying({ linkType, layers }, frameInWords)
}

/** A frame in words: what fast-check prints of it. */
export function frameInWords({ linkType, layers }: FrameFacts): string {
  return `link type ${linkType}: ${layers.map(layerInWords).join(' / ')}`
}

/** The octets of a frame. Throws RangeError where a fact does not fit its field. */
export function octetsOfFrame({ linkType, layers }: FrameFacts): FrameOctets {
  return { linkType, bytes: encodeLayers(layers) }
}

/** Frames of any link type with up to ten layers, every length and checksum true. */
export function anyFrame(): fc.Arbitrary<FrameFacts> {
  return anyPath().chain(path => frameAlong(path))
}

/** Frames whose layers are those of a path, and octets behind the last where it may carry some. */
export function frameAlong(path: Path): fc.Arbitrary<FrameFacts> {
  const last = path.at(-1)!.protocol
  const mayCarry = carriesOctets(last)
  const payload = mayCarry ? mostly<Uint8Array>(noOctets, octets(40, 1), 1) : fc.constant(noOctets)
  return payload.chain(bytes => {
    const carries = bytes.length === 0 ? 'nothing' : 'data'
    const packets = path.map(({ protocol }, index) => packetOf(protocol, placeIn(path, index, carries)))
    return fc
      .tuple(fc.tuple(...packets), anyTrailing())
      .map(([found, trailing]): FrameFacts => {
        const layers = agreeing(found.map((packet, index) => wholeLayer(path[index]!.protocol, packet)))
        const whole = bytes.length === 0 ? layers : [...layers, wholeLayer(data, { bytes })]
        return frameOf(path[0].edge.key, withTrailing(whole, trailing))
      })
      .filter(frame => fitsItsLengths(frame) && isAllThere(frame))
  })
}

/** A layer whose every fact is given: the defaults have no part in it. */
function wholeLayer(protocol: AnyProtocol, packet: unknown): LayerToEncode {
  return { protocol, packet, given: everyFact, claims: {}, trailer: noOctets }
}

/** The facts that an encoder would otherwise fill in. */
const everyFact: ReadonlySet<string> = new Set(protocols.flatMap(({ selects }) => selects?.fact ?? []))

function placeIn(path: Path, index: number, ends: Place['carries']): Place {
  const around = path.slice(0, index).map(({ protocol }) => protocol)
  return {
    carrier: around.at(-1),
    overIpv6: around.findLast(protocol => protocol.pseudoHeader !== undefined) === ipv6,
    reached: path[index]!.edge,
    carries: index + 1 < path.length ? path[index + 1]!.edge : ends,
  }
}

/** GRE's sequence number says whether an ERSPAN header follows: type I has none. */
function agreeing(layers: readonly LayerToEncode[]): readonly LayerToEncode[] {
  return layers.map((each, index) => {
    const inside = layers[index + 1]
    if (each.protocol !== gre || inside?.protocol !== erspan) return each
    const packet = each.packet as Gre
    const sequence = (inside.packet as Erspan).type === 1 ? undefined : (packet.sequence ?? 0)
    return { ...each, packet: { ...packet, sequence } }
  })
}

interface Trailing {
  readonly choice: number
  readonly octets: Uint8Array
}

/** Ethernet's padding, and octets behind a packet that says where it ends. */
function anyTrailing(): fc.Arbitrary<Trailing> {
  return facts<Trailing>({
    choice: fc.nat(9),
    octets: mostly<Uint8Array>(
      noOctets,
      fc.oneof(
        octets(20, 1),
        fc.nat(45).map(length => new Uint8Array(length + 1)),
      ),
      2,
    ),
  })
}

function withTrailing(
  layers: readonly LayerToEncode[],
  { choice, octets: trailer }: Trailing,
): readonly LayerToEncode[] {
  const places = layers.flatMap((_, index) => (mayTrail(layers, index) ? [index] : []))
  if (places.length === 0 || trailer.length === 0) return layers
  const place = places[choice % places.length]
  return layers.map((each, index) => (index === place ? { ...each, trailer } : each))
}

/** Packets that say where they end: what stands behind them belongs to the layer around. */
const closed: ReadonlySet<AnyProtocol> = new Set<AnyProtocol>([arp, ipv4, lcp, nhrp, udp])

function mayTrail(layers: readonly LayerToEncode[], index: number): boolean {
  const { protocol, packet } = layers[index]!
  if (saysItsPayload(protocol, packet)) return true
  if (protocol.yields === true) return false
  const next = layers.findIndex((each, at) => at > index && each.protocol.yields !== true)
  if (next < 0) return false
  const inside = layers[next]!.protocol
  // An IPv6 payload length of 0 says nothing about where the packet ends.
  return closed.has(inside) || (inside === ipv6 && next + 1 < layers.length)
}

/** Whether the header counts the octets of its payload, so that its own trailer can be told from them. */
function saysItsPayload(protocol: AnyProtocol, packet: unknown): boolean {
  if (protocol === ethernet || protocol === vlan) return (packet as { readonly type?: number }).type === undefined
  return protocol === pppoeSession
}

/** A length of IEEE 802.3 counts up to this. */
const longestPayload = 1500

function fitsItsLengths({ layers }: FrameFacts): boolean {
  return !layers.some(saysLength) || octetsOfFrame({ linkType: 0, layers }).bytes.length <= longestPayload
}

/** A packet of no octets, such as a BGP segment without any message, is nowhere but at the start of a frame. */
function isAllThere({ layers }: FrameFacts): boolean {
  const { protocol, packet } = layers.at(-1)!
  return layers.length === 1 || (protocol.size(packet) as number) > 0
}

function saysLength({ protocol, packet }: LayerToEncode): boolean {
  return protocol !== pppoeSession && saysItsPayload(protocol, packet)
}
