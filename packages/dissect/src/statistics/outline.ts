/** A frame as statistics see it: which layers it has, and where their headers lie. */
import { type AnyProtocol, type Frame, type Nhrp, nhrp } from '@dmvpn/protocols'
import { isCutShort } from '../expert.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Shape } from '../shapes/shape.ts'

/** Reused for every frame. Layers stand in the frame's own octets, or in octets opened or put together from it. */
export class Outline {
  count = 0
  readonly protocols: AnyProtocol[] = []
  /** Where each header begins, in the octets of `views`. */
  readonly at: number[] = []
  readonly views: DataView[] = []
  /** The decoded frame; undefined where its layers were known without decoding. */
  frame: Frame | undefined = undefined
  /** The shape by which they were known. */
  shape: Shape | undefined = undefined
  /** What Wireshark shows before the first layer and behind the last: comments, what stopped the walk. */
  comments = false
  stopped: 'short' | 'malformed' | undefined = undefined
  /** Whether Wireshark's taps leave the frame out. */
  hidden = false

  /** The outline of a decoded frame. */
  ofFrame(frame: Frame, record: FrameRecord): void {
    const { layers, further } = frame
    this.count = layers.length
    this.frame = frame
    this.shape = undefined
    for (let i = 0; i < layers.length; i++) {
      const { protocol, at, source } = layers[i]!
      this.protocols[i] = protocol
      this.at[i] = source === 0 ? record.start + at : at
      this.views[i] = source === 0 ? record.view : viewOf(further[source - 1]!.bytes)
    }
    this.ofRecord(record)
    const cut = record.originalLength > record.end - record.start
    this.stopped = frame.fault === undefined ? undefined : isCutShort(frame.fault, cut) ? 'short' : 'malformed'
    this.hidden = stopsInQuote(frame)
    // Wireshark shows the layer in which the walk stopped, too.
    if (frame.stoppedIn !== undefined) {
      this.protocols[this.count] = frame.stoppedIn
      this.at[this.count] = -1
      this.views[this.count] = record.view
      this.count++
    }
  }

  /** The outline of a frame that has the shape of one decoded before. */
  ofShape(shape: Shape, { start, view }: FrameRecord): void {
    const { protocols, at } = shape
    const { length } = protocols
    this.count = length
    this.frame = undefined
    this.shape = shape
    this.comments = false
    this.stopped = undefined
    this.hidden = false
    for (let i = 0; i < length; i++) {
      this.protocols[i] = protocols[i]!
      this.at[i] = start + at[i]!
      this.views[i] = view
    }
  }

  /** What the file says of a record, whatever is in it. */
  private ofRecord(record: FrameRecord): void {
    this.comments = record.comments !== undefined && record.comments.length > 0
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Octets of NHRP's fixed part up to its size. */
const sizeAt = 10

/**
 * Wireshark marks a packet while it reads one that is quoted. Where the quote of an Error Indication ends before the
 * quoted packet does, the mark stays, and statistics do not count the frame.
 */
export function stopsInQuote({ layers }: Frame): boolean {
  const last = layers.at(-1)
  if (last?.protocol !== nhrp) return false
  const packet = last.packet as Nhrp
  if (packet.kind !== 'error-indication' || packet.quote.length < sizeAt + 2) return false
  return packet.quote[sizeAt]! * 256 + packet.quote[sizeAt + 1]! > packet.quote.length
}
