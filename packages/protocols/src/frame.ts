/** What a walk through all layers of a frame leaves behind: always what was understood, and why it stopped. */
import type { Fault } from '@dmvpn/wire'
import type { AnyProtocol, Protocol } from './protocol.ts'

/** One header as facts, and where it stood. Offsets count in its source. */
export interface Layer {
  readonly protocol: AnyProtocol
  readonly packet: unknown
  /** First octet of the header. */
  readonly at: number
  /** First octet behind the header. */
  readonly body: number
  /** Behind the last octet that belongs to this layer, payload included. */
  readonly end: number
  /** Which of the frame's sources the offsets count in: 0 is the frame itself. */
  readonly source: number
}

/** The octets layers count in: the frame, a reassembled datagram, opened ciphertext. */
export interface Source {
  readonly title: string
  readonly bytes: Uint8Array
}

const noSources: readonly Source[] = []

export class Frame {
  readonly layers: Layer[] = []
  fault: Fault | undefined = undefined
  /** Where the layer begins in which the walk stopped; undefined where it did not. */
  stoppedAt: number | undefined = undefined
  /** Whose layer it is in which the walk stopped. */
  stoppedIn: AnyProtocol | undefined = undefined
  /** The buffer the frame lies in, and its place there. */
  readonly buffer: Uint8Array
  readonly start: number
  readonly end: number
  /** Sources behind the first, in order of appearance. */
  further: readonly Source[] = noSources

  constructor(buffer: Uint8Array, start: number, end: number) {
    this.buffer = buffer
    this.start = start
    this.end = end
  }

  /** The frame's octets, as a view on the buffer. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(this.start, this.end)
  }

  /** The octets that the offsets of a layer of this source count in. */
  sourceBytes(source: number): Uint8Array {
    return source === 0 ? this.bytes : this.further[source - 1]!.bytes
  }

  /** The outermost packet of a protocol. */
  find<P>(protocol: Protocol<P>): P | undefined {
    for (const layer of this.layers) if (layer.protocol === protocol) return layer.packet as P
    return undefined
  }

  /** The innermost packet of a protocol. */
  findLast<P>(protocol: Protocol<P>): P | undefined {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      if (this.layers[i]!.protocol === protocol) return this.layers[i]!.packet as P
    }
    return undefined
  }

  /**
   * Where the octets begin that belong to layer number `index` but neither to its header nor to what it carries,
   * and where they end: Ethernet's padding, what stands behind an NHRP packet's size.
   */
  trailing(index: number): readonly [number, number] {
    const layer = this.layers[index]!
    const next = this.layers[index + 1]
    // Nobody encloses the first layer: what stands behind it is its own.
    const end = index === 0 && layer.source === 0 ? this.end - this.start : layer.end
    if (next === undefined || next.source !== layer.source) {
      const stopped = this.stoppedAt !== undefined && index === this.layers.length - 1
      const spanned = next !== undefined
      return stopped || spanned ? [layer.end, end] : [layer.body, end]
    }
    if (layer.protocol.yields === true && index > 0) return [end, end]
    return [Math.min(this.endOf(index + 1), layer.end), end]
  }

  /** Where a layer ends for those around it: one that yields ends where what it carries ends. */
  private endOf(index: number): number {
    const layer = this.layers[index]!
    const next = this.layers[index + 1]
    const yields = layer.protocol.yields === true && next !== undefined && next.source === layer.source
    return yields ? Math.min(this.endOf(index + 1), layer.end) : layer.end
  }
}
