/** The cursor of a whole frame: it also carries from one protocol to the next, and knows the layers already passed. */
import { Cursor } from '@dmvpn/wire'
import type { Frame, Layer } from './frame.ts'
import type { AnyProtocol } from './protocol.ts'
import type { Stack } from './stack.ts'

/**
 * What spans frames lives in a session that the caller owns; the stack hands it a layer whose payload is not whole
 * (a fragment) or not readable (ciphertext), and reads on in what the session gives back.
 */
export interface Session {
  /** Told of every frame before it is walked; numbers begin with 1. */
  beginFrame?(number: number): void
  /** Asked while the layer is still open in the witness, so that it may show fields there. */
  follow(c: PacketCursor, layer: Layer, frame: Frame): Continuation | undefined
  /**
   * Told in the middle of a walk, where a tree shows what other frames say of this one. The layer began at `start`; its
   * packet is not made yet. A quoted packet is `c.quoted`.
   */
  amid?(c: PacketCursor, protocol: AnyProtocol, start: number): void
  /** Told of every other layer, while it is still open in the witness: what is in the clear may be verified there. */
  watch?(c: PacketCursor, layer: Layer, frame: Frame): void
  /** Whether `watch` would do nothing for the present frame: then it is not told. */
  readonly isIdle?: boolean
}

/** Seconds since 1970 and the nanoseconds behind them: a capture's record is one. */
export interface CaptureTime {
  readonly seconds: number
  readonly nanoseconds: number
}

export interface Continuation {
  readonly title: string
  readonly bytes: Uint8Array
  readonly table: string
  readonly key: number
  /** Where the packet ends in `bytes`, where something else stands behind it: the padding of ESP. */
  readonly end?: number
}

export class PacketCursor extends Cursor {
  readonly stack: Stack
  frame: Frame
  /** What the present layer says it carries; an empty table says nothing follows. */
  table = ''
  key = 0
  /** The key the present layer was reached by: a link type, a protocol number; -1 where nobody said. */
  reached = -1
  /** Where what the layer carries ends sooner than the layer; -1 where both end together. */
  payloadEnd = -1
  /** Whose length ends the payload. */
  payloadLimit = ''
  /** Whether the payload needs a session to be read. */
  spanned = false
  /** Whether this is a packet inside another: cut short by nature, its checksums not judged. */
  quoted = false
  /** Octets of frame check sequence at the frame's end, where the capture says so. */
  fcsLength: number | undefined = undefined
  /** Whether the nearest IP packet is a fragment that is read for itself: checksums are not judged. */
  fragmented = false
  /** Octets of the frame that were on the wire but are not in the capture. */
  missing = 0
  /** Octets of the payload that the present layer has shown as its own: a ping's time. */
  shown = 0
  /** When the frame was captured, where the caller knows: some payloads are only recognised by it. */
  time: CaptureTime | undefined = undefined
  session: Session | undefined = undefined
  /** Whether checksums are verified that Wireshark leaves alone by default: IPv4, UDP, TCP. */
  verify = false
  source = 0
  /** Whether the packet is known to be sound, and no more of it is asked for than its line says: not what it carries along. */
  brief = false

  constructor(stack: Stack, frame: Frame) {
    super()
    this.stack = stack
    this.frame = frame
  }

  /** The rest of the region is a packet of whoever is known by `key` in `table`. */
  carries(table: string, key: number): void {
    this.table = table
    this.key = key
  }

  /**
   * What the layer carries ends after `length` octets; what stands behind them still belongs to the layer:
   * IEEE 802.3's padding. A longer claim changes nothing.
   */
  payload(length: number, claimedBy: string): void {
    if (length > this.end - this.at) return
    this.payloadEnd = this.at + length
    this.payloadLimit = claimedBy
  }

  /** The rest of the region cannot be read without a session: a fragment, ciphertext. */
  spans(): void {
    this.spanned = true
  }

  /** A session's word on what spans: a first fragment that nothing will complete is read as far as it goes. */
  readOn(): void {
    this.spanned = false
    this.fragmented = true
  }

  /**
   * The sum of the pseudo-header of the nearest layer that has one, for `length` octets of protocol number `next`;
   * undefined where none has.
   */
  pseudoHeader(next: number, length: number): number | undefined {
    const { layers } = this.frame
    for (let i = layers.length - 1; i >= 0; i--) {
      const { protocol, packet } = layers[i]!
      if (protocol.pseudoHeader !== undefined) return protocol.pseudoHeader(packet, next, length)
    }
    return undefined
  }

  /**
   * `length` octets of a quoted packet: kept as octets, and shown layer by layer to a witness. A quote is cut short by
   * nature, so running out inside it is no fault of this frame.
   */
  quote(table: string, key: number, length: number, reading: string): Uint8Array {
    this.need(reading, length)
    const at = this.at
    this.at += length
    if (this.witness !== undefined && length > 0) this.stack.walkQuote(this, at, length, table, key)
    return this.octets(at, at + length)
  }
}
