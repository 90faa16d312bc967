/** Finds the packets of `debug nhrp packet` in a log, line by line. */
import { decisionLines, packetLines } from '../debug-lines.ts'
import { messageKind } from '../debug-words.ts'
import type { LogLine } from './log-line.ts'
import { expectedText, type PacketPart, packetParts, takeContents } from './packet-parts.ts'
import type { LineFault, PrintedPacket } from './printed-packet.ts'
import { type Speaker, silent, type Unfinished } from './speaker.ts'
import { Stations } from './stations.ts'
import { lack } from './whole.ts'

/** Faults that are kept; the others are counted. */
const mostFaults = 1000
/** Routers whose lines may be mixed in one log. */
const mostRouters = 1000
/** Pieces that a terminal may have cut a line into. */
const mostPieces = 4

const packetStart = /^NHRP: ?(?:Send|Receive|Forwarding) (?:Resolution|Registration|Purge|Error|Traffic)\b/
const otherStart = /^(?:NHRP|%|[A-Z][A-Z-]+:|type ?:)/

/**
 * Takes the lines of a log, hands out packets as they end. What it keeps does not grow with the log: the packet that is
 * being read, the last one, and a bounded number of faults and stations.
 */
export class DebugReader {
  readonly faults: LineFault[] = []
  /** Faults in all, those beyond the kept ones included. */
  faultCount = 0
  /** What the lines told of addresses. */
  readonly stations: Stations
  private readonly speakers = new Map<string, Speaker>()
  private readonly ended: PrintedPacket[] = []

  /** `stations` are those that other logs told of. */
  constructor(stations: Stations = new Stations()) {
    this.stations = stations
  }

  /** Takes the next line; gives the packets that are whole now, whose fate is told. */
  line(line: LogLine): PrintedPacket[] {
    const speaker = this.speakerOf(line.router ?? '')
    if (line.text !== '') this.take(speaker, line)
    return this.ended.splice(0)
  }

  /** The packets that ended with the log. */
  end(): PrintedPacket[] {
    for (const speaker of this.speakers.values()) {
      this.giveUp(speaker)
      this.close(speaker)
      this.release(speaker)
    }
    this.speakers.clear()
    return this.ended.splice(0)
  }

  private take(speaker: Speaker, line: LogLine): void {
    if (packetStart.test(line.text)) {
      this.giveUp(speaker)
      this.close(speaker)
      this.release(speaker)
      if (!this.start(speaker, line, line.text)) this.expect(speaker, line, expectedText(packetLines.start))
      return
    }
    const { open } = speaker
    const part = packetParts.find(({ start }) => start.test(line.text))
    if (part !== undefined && (open !== undefined || speaker.unfinished !== undefined)) {
      this.giveUp(speaker)
      if (speaker.open !== undefined) this.partOf(speaker, speaker.open, part, line)
      return
    }
    // A terminal that cuts a line puts no time in front of the rest.
    const isRest = line.time === undefined && !otherStart.test(line.text)
    if (speaker.unfinished !== undefined) {
      if (isRest) return this.goOn(speaker, speaker.unfinished, line)
      this.giveUp(speaker)
    }
    if (open !== undefined && takeContents(open, line.text)) return
    if (otherStart.test(line.text)) {
      if (line.text.startsWith('NHRP:')) this.decision(speaker, line.text)
      return
    }
    if (open !== undefined && isRest && /^[\d.]{1,15}$/.test(line.text)) this.again(speaker, open, line)
  }

  /** A packet's first line. */
  private start(speaker: Speaker, { number, router, time }: LogLine, text: string): boolean {
    const values = packetLines.start.read(text)
    if (values === undefined) return false
    const { verb, message, tunnel, size } = values
    const kind = messageKind(message)
    speaker.open = { line: number, router, time, verb, kind, tunnel, size, entries: [], fate: 'unknown' }
    speaker.previous = text
    if (verb !== 'Receive' && speaker.nbma !== undefined) speaker.open.nbma = speaker.nbma
    if (speaker.server !== undefined && speaker.nbma !== undefined && kind === 'resolution-request')
      this.stations.mayBeServer(speaker.server, speaker.nbma)
    speaker.nbma = undefined
    return true
  }

  private partOf(speaker: Speaker, open: PrintedPacket, part: PacketPart, line: LogLine): void {
    const put = part.read(line.text)
    if (put === undefined) return this.expect(speaker, line, part.expected)
    speaker.previous = line.text
    const wrong = put(open)
    if (wrong !== undefined) this.fault(line, wrong)
  }

  private expect(speaker: Speaker, line: LogLine, expected: string): void {
    speaker.unfinished = { line, expected, candidates: [line.text], pieces: 1 }
  }

  /** The next piece of a line that was cut. */
  private goOn(speaker: Speaker, { line, expected, candidates, pieces }: Unfinished, next: LogLine): void {
    const longer = candidates.flatMap(each => [`${each}${next.text}`, `${each} ${next.text}`])
    for (const text of longer) {
      const whole = { ...line, text }
      if (packetStart.test(text) ? this.start(speaker, whole, text) : this.isPart(speaker, whole)) {
        speaker.unfinished = undefined
        return
      }
    }
    if (pieces + 1 < mostPieces) speaker.unfinished = { line, expected, candidates: longer, pieces: pieces + 1 }
    else this.giveUp(speaker)
  }

  private isPart({ open }: Speaker, { text }: LogLine): boolean {
    const put = packetParts.find(({ start }) => start.test(text))?.read(text)
    if (put === undefined || open === undefined) return false
    put(open)
    return true
  }

  /** The end of a line that could be read without it: a number cut in two. */
  private again(speaker: Speaker, open: PrintedPacket, line: LogLine): void {
    const text = `${speaker.previous}${line.text}`
    if (packetStart.test(text)) {
      const values = packetLines.start.read(text)
      if (values !== undefined) speaker.open = { ...open, size: values.size }
      return
    }
    this.isPart(speaker, { ...line, text })
  }

  private decision(speaker: Speaker, text: string): void {
    this.close(speaker)
    const { last } = speaker
    const attempt = decisionLines.attempt.read(text)
    if (attempt !== undefined) {
      speaker.attempted = attempt
      return
    }
    const server = decisionLines.sentToServer.read(text)
    if (server !== undefined) {
      speaker.server = server.server
      return
    }
    const encapsulated = decisionLines.encapsulated.read(text)
    if (encapsulated !== undefined) {
      speaker.nbma = encapsulated.nbma
      // Towards a destination it is the next hop's address; a server's is its own.
      if (speaker.attempted?.via === 'NHS') this.stations.isServer(speaker.attempted.address, encapsulated.nbma)
      return
    }
    if (last === undefined) return
    if (last.verb === 'Receive') {
      const nat = decisionLines.natMatched.read(text)
      if (nat !== undefined && last.kind.endsWith('-request')) last.nbma ??= nat.nbma
      return
    }
    if (decisionLines.octetsOut.read(text) !== undefined) last.fate = 'out'
    else if (decisionLines.notEncapsulated.read(text) !== undefined) last.fate = 'no encapsulation'
    else return
    this.release(speaker)
  }

  /** The packet that is being read has ended. */
  private close(speaker: Speaker): void {
    const { open } = speaker
    if (open === undefined) return
    speaker.open = undefined
    const lacks = lack(open)
    if (lacks === undefined) {
      this.stations.learn(open)
      speaker.last = open
    } else {
      this.count({
        line: open.line,
        text: `${open.verb} ${open.kind}`,
        expected: `in the packet that begins here, ${lacks}`,
      })
    }
  }

  /** Nothing more will be told of the last packet. */
  private release(speaker: Speaker): void {
    if (speaker.last !== undefined) this.ended.push(speaker.last)
    speaker.last = undefined
  }

  private giveUp(speaker: Speaker): void {
    const { unfinished } = speaker
    speaker.unfinished = undefined
    if (unfinished !== undefined) this.fault(unfinished.line, unfinished.expected)
  }

  private fault({ number, text }: LogLine, expected: string): void {
    // The password is printed like other data.
    const shown = text.slice(0, 200).replace(/(data:).*/i, '$1*****')
    this.count({ line: number, text: shown, expected })
  }

  private count(fault: LineFault): void {
    this.faultCount++
    if (this.faults.length < mostFaults) this.faults.push(fault)
  }

  private speakerOf(router: string): Speaker {
    const known = this.speakers.get(router)
    if (known !== undefined) return known
    const unnamed = this.speakers.get('')
    if (unnamed !== undefined) {
      // The first prompt tells whose the lines before it were.
      this.speakers.delete('')
      this.speakers.set(router, unnamed)
      return unnamed
    }
    if (this.speakers.size >= mostRouters) {
      const [name, oldest] = this.speakers.entries().next().value!
      this.giveUp(oldest)
      this.close(oldest)
      this.release(oldest)
      this.speakers.delete(name)
    }
    const speaker = silent()
    this.speakers.set(router, speaker)
    return speaker
  }
}
