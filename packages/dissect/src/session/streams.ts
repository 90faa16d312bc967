/** Stream numbers and times of UDP and TCP, as tshark counts them. */
import {
  type PacketCursor,
  tcpCompleteness,
  tcpEvent,
  tcpStream,
  tcpTimeDelta,
  tcpTimeRelative,
  udpStream,
  udpTimeDelta,
  udpTimeRelative,
} from '@dmvpn/protocols'
import type { Field } from '@dmvpn/wire'
import { type Conversation, Conversations, enter, isForward } from './conversations.ts'
import { Ends } from './ends.ts'
import type { Ledger } from './ledger.ts'

/** What a first pass knows of TCP connections when it is over: `tcp.completeness`, by their order. */
export interface StreamForesight {
  readonly events: Ledger
}

export class Streams {
  /** The number of the present segment's connection. */
  connected = -1
  private readonly datagrams = new Conversations()
  private readonly connections = new Conversations()
  private readonly ends = new Ends()
  /** Connections of which a segment was seen that no error quotes: quotes are not looked into where no tree is drawn. */
  private begun = 0
  /** Written in a first pass, read in the second. */
  private readonly kept: StreamForesight | undefined
  private readonly known: StreamForesight | undefined

  constructor(kept: StreamForesight | undefined, known: StreamForesight | undefined) {
    this.kept = kept
    this.known = known
  }

  /** A UDP header at `start`. One quoted by an error belongs to its stream, but is no packet of it. */
  udp(c: PacketCursor, start: number, now: number, frame: number): void {
    const { ends, datagrams } = this
    const sourcePort = c.view.getUint16(start)
    const destinationPort = c.view.getUint16(start + 2)
    ends.read(c.frame, c.frame.layers.length)
    const stream =
      datagrams.find(ends, sourcePort, destinationPort) ??
      datagrams.begin(ends, sourcePort, destinationPort, now, frame)
    if (!c.quoted) enter(stream, now, frame)
    if (c.witness === undefined) return
    c.show(udpStream, stream.index)
    if (!c.quoted) showTimes(c, stream, udpTimeRelative, udpTimeDelta)
  }

  /** A TCP header at `start`; the cursor stands behind the ports. */
  tcp(c: PacketCursor, start: number, now: number, frame: number): void {
    const { ends, kept, known } = this
    const { view } = c
    const sourcePort = view.getUint16(start)
    const destinationPort = view.getUint16(start + 2)
    ends.read(c.frame, c.frame.layers.length)
    const whole = c.end - start >= 14
    const sequence = whole ? view.getUint32(start + 4) : 0
    const flags = whole ? view.getUint8(start + 13) : 0
    const stream = this.connection(sourcePort, destinationPort, sequence, flags, now, frame)
    if (!c.quoted) this.connected = stream.index
    enter(stream, now, frame)
    if (!c.quoted && stream.ordinal < 0) stream.ordinal = this.begun++
    if (whole && stream.events >= 0) {
      stream.events |= eventOf(flags, c.end - start > 4 * (view.getUint8(start + 12) >>> 4))
      if (stream.ordinal >= 0) kept?.events.write(stream.ordinal, stream.events)
    }
    if (c.witness === undefined) return
    c.show(tcpStream, stream.index)
    const events = known === undefined || stream.events < 0 ? stream.eventsBefore : known.events.at(stream.ordinal)
    c.show(tcpCompleteness, Math.max(0, events))
    showTimes(c, stream, tcpTimeRelative, tcpTimeDelta)
  }

  /** The connection of a segment. A SYN of another number than the last one's begins a new one between the same ports. */
  private connection(
    sourcePort: number,
    destinationPort: number,
    sequence: number,
    flags: number,
    now: number,
    frame: number,
  ): Conversation {
    const { ends, connections } = this
    const synchronizes = (flags & (syn | ack)) === syn
    let stream = connections.find(ends, sourcePort, destinationPort)
    const forward = stream !== undefined && isForward(stream, ends.source, sourcePort)
    const base = stream === undefined ? -1 : forward ? stream.base : stream.baseBack
    if (stream === undefined || (synchronizes && base >= 0 && base !== sequence)) {
      const reused = stream !== undefined
      stream = connections.begin(ends, sourcePort, destinationPort, now, frame)
      stream.base = sequence
      if (synchronizes) stream.events = 0
      if (synchronizes && reused) stream.eventsBefore = tcpEvent.synchronize
    } else if (base < 0) {
      if (forward) stream.base = sequence
      else stream.baseBack = sequence
    }
    return stream
  }
}

const fin = 1
const syn = 2
const rst = 4
const ack = 16

/** What a segment shows of its connection; what rides on a SYN does not count. */
function eventOf(flags: number, hasData: boolean): number {
  const reset = (flags & rst) === 0 ? 0 : tcpEvent.reset
  if ((flags & syn) !== 0) return reset | ((flags & ack) === 0 ? tcpEvent.synchronize : tcpEvent.accept)
  let events = hasData ? reset | tcpEvent.data : reset
  if ((flags & ack) !== 0) events |= tcpEvent.acknowledge
  if ((flags & fin) !== 0) events |= tcpEvent.finish
  return events
}

function showTimes(c: PacketCursor, stream: Conversation, relative: Field, delta: Field): void {
  c.open('[Timestamps]')
  c.show(relative, stream.last - stream.first)
  c.show(delta, stream.last - stream.previous)
  c.close()
}
