/**
 * Many packets that have their layers and most of their facts in common: what they share is said once, with every packet
 * only what is its own. Nothing is kept of the octets: each packet is sized, checked, written and summed from its facts.
 *
 * What `encodeLayers` does for any layers is compiled for these: every protocol is called at a place of its own, sizes are
 * no list, and what is a packet's own is put into one object for each layer, over what was the last one's.
 */
import { type CompileOptions, compile, Writer } from '@dmvpn/wire'
import { encodeLayers, type LayerToEncode, nowhere, packetOf, writeClaims } from './encode.ts'
import type { PacketMemory } from './packet-memory.ts'
import type { AnyProtocol, Surroundings } from './protocol.ts'

/** For each layer the facts that are the packet's own; undefined where it has none. */
export type OwnFacts<Packets extends readonly unknown[]> = {
  readonly [Index in keyof Packets]: Partial<Packets[Index]> | undefined
}

/** Layers from which packets are made, by their packets. */
export type CommonLayers<Packets extends readonly unknown[]> = {
  readonly [Index in keyof Packets]: LayerToEncode<Packets[Index]>
}

export interface StackEncoder<Packets extends readonly unknown[]> {
  /**
   * The octets of the common layers with the packet's own facts: a buffer of its own, or a piece of `memory`, which costs
   * less where there are many. Quick where they are the same facts as in the first packet, whatever their values. Throws
   * RangeError where a fact does not fit its field.
   */
  encode(own: OwnFacts<Packets>, memory?: PacketMemory): Uint8Array
}

type AnyFacts = readonly (object | undefined)[]
type Encode = (own: AnyFacts, memory?: PacketMemory) => Uint8Array

/** An encoder of packets of which `layers`, with their claims and trailers, are what they have in common. */
export function stackEncoder<const Packets extends readonly unknown[]>(
  layers: CommonLayers<Packets>,
  options?: CompileOptions,
): StackEncoder<Packets> {
  const given: readonly LayerToEncode[] = layers
  const common = given.map((each, index) => ({ ...each, packet: packetOf(each, given[index + 1]), given: allGiven }))
  const anyhow: Encode = (own, memory) => encodeLayers(merged(common, own), memory)
  const made: { encode: Encode } = {
    encode(own, memory) {
      made.encode = compiled(common, own, anyhow, options) ?? anyhow
      return made.encode(own, memory)
    },
  }
  return made
}

const allGiven: LayerToEncode['given'] = { has: () => true }

function merged(common: readonly LayerToEncode[], own: AnyFacts): readonly LayerToEncode[] {
  return common.map((each, index) => ({ ...each, packet: { ...(each.packet as object), ...own[index] } }))
}

/** An encoder of packets that have facts as the `first` one has; `anyhow` is for others, and while it is at work itself. */
function compiled(
  layers: readonly LayerToEncode[],
  first: AnyFacts,
  anyhow: Encode,
  options: CompileOptions | undefined,
): Encode | undefined {
  const keys = layers.map((_, n) => Object.keys(first[n] ?? {}))
  if (!keys.flat().every(key => /^[a-zA-Z][a-zA-Z0-9]*$/.test(key))) return undefined
  const bound: Record<string, unknown> = { Writer, Around, anyhow, nowhere, writeClaims, refuse }
  for (const [n, { protocol, packet, claims, trailer }] of layers.entries()) {
    bound[`protocol${n}`] = protocol
    bound[`packet${n}`] = { ...(packet as object) }
    bound[`claims${n}`] = claims
    bound[`trailer${n}`] = trailer
  }
  const name = layers.map(({ protocol }) => protocol.name).join('.')
  return compile<Encode>(`encode/${name}`, bound, sourceOf(layers, keys), options)
}

function sourceOf(layers: readonly LayerToEncode[], keys: readonly (readonly string[])[]): string {
  const each = (line: (n: number) => string): string => layers.map((_, n) => line(n)).join('\n')
  const trailers = layers.reduce((sum, { trailer }) => sum + trailer.length, 0)
  return `(() => {
    ${each(n => `const around${n} = ${surroundings(n, layers)}`)}
    let busy = false
    return function encode(own, memory) {
      ${each(n => `const own${n} = own[${n}]`)}
      let names = 0
      ${each(n => `for (const name in own${n}) names++`)}
      if (${['busy', `names !== ${keys.flat().length}`, ...keys.map(lacks)].join(' || ')}) return anyhow(own, memory)
      busy = true
      try {
        ${each(n => keys[n]!.map(key => `packet${n}.${key} = own${n}.${key}`).join('\n'))}
        ${each(n => `const size${n} = protocol${n}.size(packet${n})`)}
        const total = ${[...layers.map((_, n) => `size${n}`), trailers].join(' + ')}
        const from = memory === undefined ? 0 : memory.take(total)
        const w = memory === undefined ? new Writer(total) : memory.writer
        const octets = memory === undefined ? w.bytes : memory.piece(from, from + total)
        const { start, at, body, end, trailer } = w
        try {
          let first = from + total - ${trailers}
          let last = first
          ${layers.map(write).toReversed().join('\n')}
        } catch (wrong) {
          // Who fails may have written behind the end.
          if (memory !== undefined) memory.abandon()
          throw wrong
        } finally {
          w.start = start
          w.at = at
          w.body = body
          w.end = end
          w.trailer = trailer
        }
        return octets
      } finally {
        busy = false
      }
    }
  })()`
}

/** Whether a packet has not all of these facts of a layer. */
function lacks(keys: readonly string[], n: number): string {
  const missing = keys.map(key => `!('${key}' in own${n})`)
  return keys.length === 0 ? 'false' : [`own${n} === undefined`, ...missing].join(' || ')
}

/** What stands around a layer: the innermost of those before it that has a pseudo-header. */
function surroundings(n: number, layers: readonly LayerToEncode[]): string {
  const outer = layers.slice(0, n).findLastIndex(({ protocol }) => protocol.pseudoHeader !== undefined)
  return outer < 0 ? 'nowhere' : `new Around(protocol${outer}, packet${outer})`
}

class Around implements Surroundings {
  private readonly protocol: AnyProtocol
  private readonly packet: unknown

  constructor(protocol: AnyProtocol, packet: unknown) {
    this.protocol = protocol
    this.packet = packet
  }

  pseudoHeader(next: number, length: number): number {
    return this.protocol.pseudoHeader!(this.packet, next, length)
  }
}

/** Writes a layer in front of the one inside of it, which begins at `first`, and its trailer behind it, at `last`. */
function write({ claims, trailer }: LayerToEncode, n: number): string {
  const behind = `w.bytes.set(trailer${n}, last)
          last += ${trailer.length}`
  return `${trailer.length === 0 ? '' : behind}
          w.body = first
          first -= size${n}
          w.start = first
          w.at = first
          w.end = last
          w.trailer = ${trailer.length}
          protocol${n}.write(w, packet${n}, around${n})
          if (w.at !== w.body) refuse(protocol${n}, w, size${n})
          ${Object.keys(claims).length === 0 ? '' : `writeClaims(w, protocol${n}, packet${n}, claims${n})`}`
}

function refuse({ name }: AnyProtocol, w: Writer, size: number): never {
  throw new RangeError(`${name}: wrote ${w.at - w.start} octets, not ${size}`)
}
