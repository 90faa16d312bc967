/** Facts to octets: sizes first, one allocation, then every header innermost first. */
import { type Lens, type Memory, Writer } from '@dmvpn/wire'
import { data } from './data.ts'
import type { Frame } from './frame.ts'
import type { PacketMemory } from './packet-memory.ts'
import type { AnyProtocol, Protocol, Surroundings } from './protocol.ts'

/** One layer to be written. `claims` are written over the truth, on purpose. */
export interface LayerToEncode<P = unknown> {
  readonly protocol: AnyProtocol
  readonly packet: P
  /** Facts the caller named; the others are defaults. */
  readonly given: Pick<ReadonlySet<string>, 'has'>
  readonly claims: Readonly<Record<string, number>>
  readonly trailer: Uint8Array
}

export interface LayerOptions {
  /** Lies: values written over the computed lengths, offsets and checksums, by name. */
  readonly claims?: Readonly<Record<string, number>>
  /** Octets behind what the layer carries. */
  readonly trailer?: Uint8Array
}

/** A layer from facts; those left out are the protocol's defaults, and what it carries is read off the next layer. */
export function layer<P>(protocol: Protocol<P>, facts: Partial<P> = {}, options: LayerOptions = {}): LayerToEncode<P> {
  const { defaults } = protocol
  return {
    protocol,
    packet: protocol.merge === undefined ? { ...defaults, ...facts } : protocol.merge(defaults, facts),
    given: new Given(facts),
    claims: options.claims ?? noClaims,
    trailer: options.trailer ?? nothing,
  }
}

const nothing = new Uint8Array(0)
const noClaims: Readonly<Record<string, number>> = {}

/** The names of the facts somebody gave: asked of them when it matters, not listed for every layer. */
class Given {
  private readonly facts: object

  constructor(facts: object) {
    this.facts = facts
  }

  has(name: string): boolean {
    return Object.hasOwn(this.facts, name)
  }
}

/** One packet of one protocol around a payload. Throws RangeError where a fact does not fit its field. */
export function encode<P>(
  protocol: Protocol<P>,
  facts: Partial<P>,
  options: LayerOptions & { readonly payload?: Uint8Array } = {},
): Uint8Array {
  const outer = layer(protocol, facts, options)
  return encodeLayers(options.payload === undefined ? [outer] : [outer, layer(data, { bytes: options.payload })])
}

/**
 * One packet of which every fact is given, into shared memory, behind `room` octets that are left to the caller: where
 * they begin in the memory's block. Throws RangeError where a fact does not fit its field.
 */
export function encodeInto<P>(memory: PacketMemory, protocol: Protocol<P>, packet: P, room: number): number {
  const size = protocol.size(packet)
  const from = memory.take(room + size)
  const w = memory.writer
  const start = from + room
  w.start = start
  w.at = start
  w.body = start + size
  w.end = start + size
  w.trailer = 0
  protocol.write(w, packet, nowhere)
  if (w.at !== w.body) throw new RangeError(`${protocol.name}: wrote ${w.at - start} octets, not ${size}`)
  return from
}

/** No layer around. */
export const nowhere: Surroundings = { pseudoHeader: () => 0 }

/**
 * The octets of a stack of layers: a buffer of its own, or a piece of `memory`, which costs less where there are many.
 * Throws RangeError where a fact does not fit its field.
 */
export function encodeLayers(layers: readonly LayerToEncode[], memory?: PacketMemory): Uint8Array {
  const around = new Around(layers)
  const { total } = around
  if (memory === undefined) {
    const w = new Writer(total)
    around.write(w, 0)
    return w.bytes
  }
  const from = memory.take(total)
  const piece = memory.piece(from, from + total)
  try {
    around.write(memory.writer, from)
  } catch (wrong) {
    // Who fails may have written behind the end.
    memory.abandon()
    throw wrong
  }
  return piece
}

/**
 * Writes a stack of layers into `target` from `at` on: how many octets it has. Whoever writes batches needs no memory
 * for each packet. Throws RangeError where a fact does not fit its field, or the packet the target; what the target then
 * holds from `at` on is left open.
 */
export function encodeLayersInto(target: Memory, at: number, layers: readonly LayerToEncode[]): number {
  const around = new Around(layers)
  const { total } = around
  if (!(at >= 0 && at + total <= target.bytes.length)) throw new RangeError(`no room for ${total} octets at ${at}`)
  target.bytes.fill(0, at, at + total)
  around.write(target instanceof Writer ? target : new Writer(target), at)
  return total
}

/** The packet with what it carries read off the next layer, where nobody said it. */
export function packetOf({ protocol, packet, given }: LayerToEncode, next: LayerToEncode | undefined): unknown {
  const { selects } = protocol
  if (selects === undefined || next === undefined || given.has(selects.fact)) return packet
  const { over } = next.protocol
  for (let i = 0; i < over.length; i++) {
    const { table, key } = over[i]!
    if (table !== selects.table) continue
    return protocol.choose === undefined ? { ...(packet as object), [selects.fact]: key } : protocol.choose(packet, key)
  }
  return packet
}

/** A stack of layers with its sizes; for each layer, those around it. */
class Around implements Surroundings {
  /** Octets of all. */
  readonly total: number
  private readonly layers: readonly LayerToEncode[]
  // Room for the usual number of layers: growing takes longer than filling.
  private readonly packets: unknown[] = [undefined, undefined, undefined, undefined]
  private readonly sizes: number[] = [0, 0, 0, 0]
  private readonly headers: number
  /** The layer that is being written. */
  private index = 0

  constructor(layers: readonly LayerToEncode[]) {
    let headers = 0
    let trailers = 0
    for (let index = 0; index < layers.length; index++) {
      const each = layers[index]!
      const packet = packetOf(each, layers[index + 1])
      const size: number = each.protocol.size(packet)
      this.packets[index] = packet
      this.sizes[index] = size
      headers += size
      trailers += each.trailer.length
    }
    this.layers = layers
    this.headers = headers
    this.total = headers + trailers
  }

  /**
   * From the innermost layer out: what is written already lies between the header and the end. A protocol that encodes
   * something else with the same writer while it is written finds it as it left it.
   */
  write(w: Writer, from: number): void {
    const { start, at, body, end, trailer } = w
    try {
      this.writeLayers(w, from)
    } finally {
      w.start = start
      w.at = at
      w.body = body
      w.end = end
      w.trailer = trailer
    }
  }

  private writeLayers(w: Writer, from: number): void {
    let end = from + this.headers
    let start = end
    for (let index = this.layers.length - 1; index >= 0; index--) {
      const { protocol, trailer, claims } = this.layers[index]!
      const packet = this.packets[index]
      const size = this.sizes[index]!
      if (trailer.length > 0) {
        w.bytes.set(trailer, end)
        end += trailer.length
      }
      w.body = start
      start -= size
      w.start = start
      w.at = start
      w.end = end
      w.trailer = trailer.length
      this.index = index
      protocol.write(w, packet, this)
      if (w.at !== w.body) throw new RangeError(`${protocol.name}: wrote ${w.at - w.start} octets, not ${size}`)
      if (claims !== noClaims) writeClaims(w, protocol, packet, claims)
    }
  }

  pseudoHeader(next: number, length: number): number {
    for (let i = this.index - 1; i >= 0; i--) {
      const { protocol } = this.layers[i]!
      if (protocol.pseudoHeader !== undefined) return protocol.pseudoHeader(this.packets[i], next, length)
    }
    return 0
  }
}

/** Writes claims over the truth of the header that was just written. Throws RangeError for one the protocol does not make. */
export function writeClaims(
  w: Writer,
  protocol: AnyProtocol,
  packet: unknown,
  claims: Readonly<Record<string, number>>,
): void {
  const names = Object.keys(claims)
  if (names.length === 0) return
  const lenses: Readonly<Record<string, Lens<number>>> = protocol.claims?.(packet) ?? {}
  for (const name of names) {
    const lens = lenses[name]
    if (lens === undefined) throw new RangeError(`${protocol.name} makes no claim named ${name}`)
    lens.write(w.view, w.start, claims[name]!)
  }
}

/** What the octets of layer number `index` claim about its facts. */
export function claimsOf(frame: Frame, index: number): Record<string, number> {
  const { protocol, packet, at, source } = frame.layers[index]!
  const bytes = frame.sourceBytes(source)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const claims: Record<string, number> = {}
  for (const [name, lens] of Object.entries(protocol.claims?.(packet) ?? {})) claims[name] = lens.read(view, at)
  return claims
}

/**
 * The layers of a frame as they can be encoded again: its facts, its claims, what trails, and as octets what was not
 * understood, or was only understood together with other frames. `encodeLayers` of them gives the frame's own octets,
 * lies included.
 */
export function layersOf(frame: Frame): LayerToEncode[] {
  const own = frame.layers.filter(({ source }) => source === 0)
  const layers: LayerToEncode[] = own.map(({ protocol, packet }, index) => {
    const [from, to] = frame.trailing(index)
    return {
      protocol,
      packet,
      given: allGiven,
      claims: claimsOf(frame, index),
      trailer: from === to ? nothing : frame.bytes.subarray(from, to),
    }
  })
  const last = own.at(-1)
  if (frame.further.length > 0 && last !== undefined) {
    // A fragment, ciphertext: what was made of it lies elsewhere.
    layers.push(layer(data, { bytes: frame.bytes.subarray(last.body, last.end) }))
  } else if (frame.stoppedAt !== undefined) {
    layers.push(layer(data, { bytes: frame.bytes.subarray(frame.stoppedAt, last?.end ?? frame.end - frame.start) }))
  }
  return layers
}

const allGiven: LayerToEncode['given'] = { has: () => true }

/** The frame's octets made anew from what was understood of them. */
export function recode(frame: Frame): Uint8Array {
  return encodeLayers(layersOf(frame))
}
