/** Facts to octets: sizes first, one allocation, then every header innermost first. */
import { type Lens, Writer } from '@dmvpn/wire'
import { data } from './data.ts'
import type { Frame } from './frame.ts'
import type { AnyProtocol, Protocol, Surroundings } from './protocol.ts'

/** One layer to be written. `claims` are written over the truth, on purpose. */
export interface LayerToEncode {
  readonly protocol: AnyProtocol
  readonly packet: unknown
  /** Facts the caller named; the others are defaults. */
  readonly given: ReadonlySet<string>
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
export function layer<P>(protocol: Protocol<P>, facts: Partial<P> = {}, options: LayerOptions = {}): LayerToEncode {
  return {
    protocol,
    packet: { ...protocol.defaults, ...facts },
    given: new Set(Object.keys(facts)),
    claims: options.claims ?? {},
    trailer: options.trailer ?? nothing,
  }
}

const nothing = new Uint8Array(0)

/** One packet of one protocol around a payload. Throws RangeError where a fact does not fit its field. */
export function encode<P>(
  protocol: Protocol<P>,
  facts: Partial<P>,
  options: LayerOptions & { readonly payload?: Uint8Array } = {},
): Uint8Array {
  const outer = layer(protocol, facts, options)
  return encodeLayers(options.payload === undefined ? [outer] : [outer, layer(data, { bytes: options.payload })])
}

/** Writes a stack of layers. Throws RangeError where a fact does not fit its field. */
export function encodeLayers(layers: readonly LayerToEncode[]): Uint8Array {
  const resolved = layers.map((each, index) => withNext(each, layers[index + 1]))
  const sizes = resolved.map(each => each.protocol.size(each.packet) as number)
  const total = resolved.reduce((sum, each, index) => sum + sizes[index]! + each.trailer.length, 0)
  const w = new Writer(total)
  const starts: number[] = []
  const ends: number[] = []
  let start = 0
  let end = total
  for (const [index, each] of resolved.entries()) {
    starts.push(start)
    ends.push(end)
    start += sizes[index]!
    end -= each.trailer.length
    w.bytes.set(each.trailer, end)
  }
  for (let index = resolved.length - 1; index >= 0; index--) {
    const { protocol, packet, claims } = resolved[index]!
    w.start = starts[index]!
    w.at = w.start
    w.body = w.start + sizes[index]!
    w.end = ends[index]!
    w.trailer = resolved[index]!.trailer.length
    protocol.write(w, packet, surroundings(resolved, index))
    if (w.at !== w.body) throw new RangeError(`${protocol.name}: wrote ${w.at - w.start} octets, not ${sizes[index]!}`)
    writeClaims(w, protocol, packet, claims)
  }
  return w.bytes
}

function withNext(each: LayerToEncode, next: LayerToEncode | undefined): LayerToEncode {
  const selects = each.protocol.selects
  if (selects === undefined || next === undefined || each.given.has(selects.fact)) return each
  const edge = next.protocol.over.find(({ table }) => table === selects.table)
  if (edge === undefined) return each
  return { ...each, packet: { ...(each.packet as object), [selects.fact]: edge.key } }
}

function surroundings(layers: readonly LayerToEncode[], index: number): Surroundings {
  return {
    pseudoHeader(next, length) {
      for (let i = index - 1; i >= 0; i--) {
        const { protocol, packet } = layers[i]!
        if (protocol.pseudoHeader !== undefined) return protocol.pseudoHeader(packet, next, length)
      }
      return 0
    },
  }
}

function writeClaims(
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

const allGiven: ReadonlySet<string> = { has: () => true } as unknown as ReadonlySet<string>

/** The frame's octets made anew from what was understood of them. */
export function recode(frame: Frame): Uint8Array {
  return encodeLayers(layersOf(frame))
}
