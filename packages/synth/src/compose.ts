/** Layers to the octets of a frame, and a frame at a time to a record of a capture. */
import { encodeLayers, type LayerOptions, type LayerToEncode, layer, type Protocol } from '@dmvpn/protocols'

/** The octets of one frame and the LINKTYPE they begin with. */
export interface SynthFrame {
  readonly linkType: number
  readonly bytes: Uint8Array
}

/** A frame as a capture has it: when, and what is said about it. */
export interface SynthRecord extends SynthFrame {
  /** Seconds since 1970, and the nanoseconds behind them. */
  readonly seconds: number
  readonly nanoseconds: number
  readonly comments: readonly string[]
}

/** One header of a stack: its protocol, the facts that are not defaults, and lies told on purpose. */
export type Composed<P> = readonly [protocol: Protocol<P>, facts?: Partial<P>, options?: LayerOptions]

/**
 * The octets of headers around each other, outermost first: `compose([ipv4, { … }], [gre, { key }], [nhrp, message])`.
 * What a header says of the next one, its lengths and its checksums are derived. Throws RangeError where a fact does not
 * fit its field.
 */
export function compose<A, B, C, D, E, F>(
  ...headers: readonly [Composed<A>, Composed<B>?, Composed<C>?, Composed<D>?, Composed<E>?, Composed<F>?]
): Uint8Array {
  const layers: LayerToEncode[] = []
  for (const header of headers) {
    if (header !== undefined) layers.push(layer(header[0] as Protocol<unknown>, header[1] ?? {}, header[2] ?? {}))
  }
  return encodeLayers(layers)
}

/** A frame with a time and comments. */
export function recordAt(
  frame: SynthFrame,
  seconds: number,
  nanoseconds: number,
  comments: readonly string[] = [],
): SynthRecord {
  return { ...frame, seconds, nanoseconds, comments }
}
