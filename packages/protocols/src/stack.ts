/**
 * A stack links protocols by their edges and walks frames through them. It is a value: no registry, no numbering by
 * hand; two protocols that claim one key are refused when the stack is built.
 */
import { type Fault, Stopped, type Witness } from '@dmvpn/wire'
import { cut, data, trailing } from './data.ts'
import { encodeLayers, type LayerToEncode } from './encode.ts'
import { Frame } from './frame.ts'
import { type CaptureTime, PacketCursor, type Session } from './packet-cursor.ts'
import type { PacketMemory } from './packet-memory.ts'
import type { AnyProtocol, Protocol } from './protocol.ts'
import { type CommonLayers, type StackEncoder, stackEncoder } from './stack-encoder.ts'

export interface WalkOptions {
  readonly witness?: Witness | undefined
  readonly session?: Session | undefined
  /** Octets of frame check sequence that end the frame, where the capture says so. */
  readonly fcsLength?: number | undefined
  /** Whether the checksums are verified that Wireshark leaves alone by default: IPv4, UDP, TCP. */
  readonly verify?: boolean
  /** Octets of the frame that were on the wire but are not in the capture. */
  readonly missing?: number
  /** When the frame was captured. */
  readonly time?: CaptureTime | undefined
}

/** A look-up that was made once. */
interface Answer {
  readonly table: string
  readonly key: number
  readonly protocol: AnyProtocol | undefined
}

/** Answers that are kept: a power of two. */
const slots = 256

/** More headers than this in one frame are a fault: a hostile frame must end. */
export const deepest = 64

/** Who reads what a key leads to, whatever the protocols say of themselves. */
export interface DecodeAs {
  readonly table: string
  readonly key: number
  readonly protocol: AnyProtocol
}

export class Stack {
  readonly protocols: readonly AnyProtocol[]
  private readonly tables: ReadonlyMap<string, ReadonlyMap<number, AnyProtocol>>
  private readonly shared: PacketCursor
  /** For `briefPacketAt`: nothing is around its packets, nobody watches, and nothing that one leaves behind matters to the next. */
  private readonly brief: PacketCursor
  private readonly answers: (Answer | undefined)[] = Array.from({ length: slots }, () => undefined)

  constructor(protocols: readonly AnyProtocol[], decodeAs: readonly DecodeAs[] = []) {
    this.protocols = protocols
    const tables = tablesOf(protocols)
    for (const { table, key, protocol } of decodeAs) {
      tables.set(table, (tables.get(table) ?? new Map<number, AnyProtocol>()).set(key, protocol))
    }
    this.tables = tables
    this.shared = new PacketCursor(this, new Frame(new Uint8Array(0), 0, 0))
    this.brief = new PacketCursor(this, new Frame(new Uint8Array(0), 0, 0))
    this.brief.brief = true
  }

  /**
   * Who is known by `key` in `table`. Frames of one capture ask the same few questions: the answers are kept, apart by
   * the number of layers below, since 0x0800 is a key of several tables.
   */
  next(table: string, key: number, below = 0): AnyProtocol | undefined {
    const slot = (key ^ (key >>> 8) ^ (below << 3)) & (slots - 1)
    const known = this.answers[slot]
    if (known !== undefined && known.key === key && known.table === table) return known.protocol
    const protocol = this.tables.get(table)?.get(key)
    this.answers[slot] = { table, key, protocol }
    return protocol
  }

  /** The frame in `bytes`; never throws, whatever the bytes. */
  decode(bytes: Uint8Array, linkType: number, options: WalkOptions = {}): Frame {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return this.decodeIn(bytes, view, 0, bytes.length, linkType, options)
  }

  /** The frame in `[start, end)` of a buffer whose view the caller keeps: nothing is allocated but the packets. */
  decodeIn(
    buffer: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    linkType: number,
    options: WalkOptions = noOptions,
  ): Frame {
    return this.walk(buffer, view, start, end, this.next('link', linkType) ?? data, options, linkType)
  }

  /** A packet of `first` and what it carries; `reached` is the key it was found by. */
  walk(
    buffer: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    first: AnyProtocol,
    options: WalkOptions,
    reached = -1,
  ): Frame {
    const frame = new Frame(buffer, start, end)
    const c = this.shared
    c.frame = frame
    c.reset(buffer, view, start, end)
    c.witness = options.witness
    c.session = options.session
    c.fcsLength = options.fcsLength
    c.quoted = false
    c.fragmented = false
    c.verify = options.verify ?? false
    c.missing = options.missing ?? 0
    c.key = reached
    c.time = options.time
    c.source = 0
    const fault = this.descend(c, frame, first)
    if (fault !== undefined) {
      frame.fault = fault
      if (options.witness !== undefined) options.witness.stopped(fault)
    }
    if (options.witness !== undefined) this.showTrailing(frame, c, options.witness)
    return frame
  }

  /**
   * The packet of the header at `at`, whose octets and what they carry end by `end`, without the layers around it: for
   * who knows from an earlier frame that it is there, and whole, and wants the facts that its line is made of; NHRP's
   * extensions are left out. Undefined where it is not there, after all.
   */
  briefPacketAt<P>(buffer: Uint8Array, view: DataView, at: number, end: number, of: Protocol<P>): P | undefined {
    const c = this.brief
    c.reset(buffer, view, at, end)
    try {
      return of.walk(c)
    } catch (stopped) {
      if (stopped instanceof Stopped) return undefined
      throw stopped
    }
  }

  /** Frames from facts, every length and checksum true unless a claim says otherwise (see `encodeLayers`). */
  encode(layers: readonly LayerToEncode[], memory?: PacketMemory): Uint8Array {
    return encodeLayers(layers, memory)
  }

  /** For who encodes many packets: `layers` hold what they have in common, each packet comes with what is its own. */
  encoder<const Packets extends readonly unknown[]>(layers: CommonLayers<Packets>): StackEncoder<Packets> {
    return stackEncoder(layers)
  }

  /** A quoted packet, shown to the outer walk's witness. */
  walkQuote(outer: PacketCursor, at: number, length: number, table: string, key: number): void {
    const witness = outer.witness!
    const frame = new Frame(outer.bytes, at, at + length)
    const c = new PacketCursor(this, frame)
    c.reset(outer.bytes, outer.view, at, at + length)
    c.origin = outer.origin
    c.limitedBy = 'quote'
    c.witness = witness
    c.session = outer.session
    c.quoted = true
    c.verify = outer.verify
    c.time = outer.time
    c.source = outer.source
    c.key = key
    witness.beginQuote(at)
    const tooDeep = outer.quoted && outer.frame.start === at
    const fault = tooDeep ? undefined : this.descend(c, frame, this.next(table, key) ?? data)
    if (fault !== undefined) {
      const from = Math.max(c.at, c.origin + fault.at)
      if (from < c.end) witness.value(cut, from, c.end - from, c.bytes.subarray(from, c.end))
    }
    witness.endQuote(at + length, fault)
  }

  private descend(c: PacketCursor, frame: Frame, first: AnyProtocol): Fault | undefined {
    const { layers } = frame
    const { witness } = c
    const chooses = witness?.watches !== undefined
    let watching = witness
    const session = c.quoted ? undefined : c.session
    const watches = session?.watch !== undefined && session.isIdle !== true
    let protocol = first
    let at = c.at
    try {
      for (;;) {
        at = c.at
        c.reached = c.key
        c.table = ''
        c.spanned = false
        c.payloadEnd = -1
        if (chooses) {
          watching = witness.watches!(protocol) ? witness : undefined
          c.witness = watching
        }
        if (watching !== undefined) watching.beginLayer(protocol, at + c.shown)
        if (layers.length >= deepest) c.malformed(protocol.name, `is header number ${deepest + 1} of one frame`)
        const packet: unknown = protocol.walk(c)
        const layer = {
          protocol,
          packet,
          at: at - c.origin,
          body: c.at - c.origin,
          end: c.end - c.origin,
          source: c.source,
        }
        layers.push(layer)
        if (c.payloadEnd >= 0) c.limit(c.payloadEnd - c.at, c.payloadLimit)
        const followed = c.spanned && session !== undefined ? session.follow(c, layer, frame) : undefined
        if (watches && !c.spanned) session.watch!(c, layer, frame)
        if (watching !== undefined) watching.endLayer(protocol, packet, c.at, c.end)
        if (followed !== undefined) {
          const { bytes } = followed
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
          frame.further = [...frame.further, { title: followed.title, bytes }]
          c.source = frame.further.length
          if (witness !== undefined) witness.beginSource(followed.title, bytes, view)
          c.reset(bytes, view, 0, followed.end ?? bytes.length)
          c.key = followed.key
          protocol = this.next(followed.table, followed.key) ?? data
        } else {
          if (c.table === '' || c.at === c.end) return undefined
          protocol = (c.spanned ? undefined : this.next(c.table, c.key, layers.length)) ?? data
        }
      }
    } catch (stopped) {
      if (!(stopped instanceof Stopped)) throw stopped
      frame.stoppedAt = at - c.origin
      frame.stoppedIn = protocol
      if (watching !== undefined) watching.endLayer(protocol, undefined, c.at, c.end)
      return stopped.fault
    }
  }

  private showTrailing(frame: Frame, walked: PacketCursor, witness: Witness): void {
    for (let index = frame.layers.length - 1; index >= 0; index--) {
      const layer = frame.layers[index]!
      if (witness.watches?.(layer.protocol) === false) continue
      const [from, to] = frame.trailing(index)
      if (from === to) continue
      const bytes = layer.source === 0 ? frame.buffer : frame.sourceBytes(layer.source)
      const origin = layer.source === 0 ? frame.start : 0
      const c = new PacketCursor(this, frame)
      c.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), origin + from, origin + to)
      c.origin = origin
      c.witness = witness
      c.fcsLength = walked.fcsLength
      c.missing = walked.missing
      c.source = layer.source
      witness.reopenLayer(index)
      if (layer.protocol.trail === undefined) c.takeRest(trailing)
      else layer.protocol.trail(c, layer.packet)
      witness.close(c.at)
    }
  }
}

const noOptions: WalkOptions = {}

/** A stack of protocols; throws RangeError where two claim one key of one table. `decodeAs` decides over their claims. */
export function stack(protocols: readonly AnyProtocol[], decodeAs: readonly DecodeAs[] = []): Stack {
  return new Stack(protocols, decodeAs)
}

function tablesOf(protocols: readonly AnyProtocol[]): Map<string, Map<number, AnyProtocol>> {
  const tables = new Map<string, Map<number, AnyProtocol>>()
  for (const each of protocols) {
    for (const { table, key } of each.over) {
      const entries = tables.get(table) ?? new Map<number, AnyProtocol>()
      const other = entries.get(key)
      if (other !== undefined) throw new RangeError(`${table} ${key} is claimed by ${other.name} and ${each.name}`)
      tables.set(table, entries.set(key, each))
    }
  }
  return tables
}

/** One packet of one protocol, without what it carries. */
export function decode<P>(of: Protocol<P>, bytes: Uint8Array): P | Fault {
  const frame = alone.walk(
    bytes,
    new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    0,
    bytes.length,
    of,
    noOptions,
  )
  return frame.layers.length === 0 ? frame.fault! : (frame.layers[0]!.packet as P)
}

const alone = new Stack([])
