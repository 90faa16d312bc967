/** The summary lines of the frames of one shape: what they have in common is kept, addresses are read where they lie. */
import { type AnyProtocol, esp, icmp, ipv4, type Layer, nhrp, type Stack, udp } from '@dmvpn/protocols'
import { hostNames, Literal, type Sink } from '@dmvpn/wire'
import { speakerOf } from './columns.ts'
import type { FrameRecord } from './frame-record.ts'
import { writeLineStart } from './line-start.ts'
import type { Session } from './session/session.ts'
import { KnownFrame } from './shapes/known-frame.ts'
import type { Shape } from './shapes/shape.ts'
import { addressWidth, arrow, writeSummaryLine } from './summary.ts'

/** The fields whose places shapes must know. */
export const summaryFields: ReadonlySet<string> = new Set(['ip.src', 'ip.dst'])

/** Who is read alone, without the layers around: nothing there changes what its walk finds. */
const speakers: ReadonlySet<unknown> = new Set([nhrp, icmp, udp, esp])

const newline = 0x0a

export class ShapedSummary {
  private readonly known: KnownFrame
  private readonly stack: Stack
  /** Whose words the line carries, the number of the layer, where it begins, and where the layer around it ends. */
  private readonly protocol: AnyProtocol
  private readonly at: number
  private readonly begins: number
  private readonly ends: number
  /** Where the addresses stand, from the frame's beginning. */
  private readonly source: number
  private readonly destination: number
  /** The columns between the addresses and the information. */
  private readonly middle: Literal

  private constructor(
    stack: Stack,
    known: KnownFrame,
    at: number,
    source: number,
    destination: number,
    length: number,
  ) {
    this.known = known
    const { layers } = known.frame
    this.stack = stack
    this.at = at
    this.protocol = layers[at]!.protocol
    this.begins = layers[at]!.at
    this.ends = at === 0 ? length : layers[at - 1]!.end
    this.source = source
    this.destination = destination
    this.middle = new Literal(` ${this.protocol.short} ${length} `)
  }

  /** Undefined where lines are not made of an IPv4 header's addresses and one of the speakers alone. */
  static of(stack: Stack, shape: Shape): ShapedSummary | undefined {
    const known = new KnownFrame(stack, shape)
    const { layers } = known.frame
    const ends = layers.findLast(({ protocol }) => protocol.endpoints !== undefined)
    const at = speakerOf(known.frame)
    const speaker = layers[at]
    if (ends?.protocol !== ipv4 || speaker === undefined || !speakers.has(speaker.protocol)) return undefined
    if (speaker.protocol.column !== undefined) return undefined
    const source = placeOf(shape, 'ip.src', ends)
    const destination = placeOf(shape, 'ip.dst', ends)
    if (source === undefined || destination === undefined) return undefined
    return new ShapedSummary(stack, known, at, source, destination, shape.length)
  }

  /** Writes the line of a record of the shape, the session's present one; false where that cannot be, after all. */
  write(s: Sink, record: FrameRecord, session: Session): boolean {
    const { known } = this
    const from = s.length
    known.show(record)
    if (hostNames.size > 0) writeSummaryLine(s, known.frame, record, session)
    else {
      const { buffer, view, start } = record
      const packet = this.stack.briefPacketAt(buffer, view, start + this.begins, start + this.ends, this.protocol)
      if (packet === undefined) return false
      writeLineStart(s, record, session)
      s.ipv4Right(view.getUint32(start + this.source), addressWidth).put(arrow)
      const behind = s.length
      s.ipv4(view.getUint32(start + this.destination))
        .pad(behind, addressWidth)
        .put(this.middle)
      this.protocol.info!(s, packet, known.frame, this.at)
      s.byte(newline)
    }
    if (known.failed) s.length = from
    return !known.failed
  }
}

/** Where a field of a layer stands that it shows just once, in a layout; a routed packet's destination is one of its options. */
function placeOf(shape: Shape, name: string, { at, body }: Layer): number | undefined {
  const [value, ...others] = shape.shown.filter(each => each.field.name === name && each.at >= at && each.at < body)
  return value?.row === undefined || others.length > 0 ? undefined : value.at + (value.row.bit >>> 3)
}
