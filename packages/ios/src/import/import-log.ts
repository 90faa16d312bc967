/** A log of routers to packets: `debug nhrp packet`, dumped captures, and what FRRouting says of messages. */
import { CaptureDumpReader, type DumpedPacket } from './capture-dump.ts'
import { DebugReader } from './debug-reader.ts'
import { type FrrEvent, FrrReader } from './frr-log.ts'
import { LogReader } from './log-line.ts'
import type { LineFault, PrintedPacket } from './printed-packet.ts'
import { type RebuiltPacket, rebuild } from './rebuild.ts'

/** What was found in one log. */
export interface ImportedLog {
  /** As the logs were named, from 0. */
  readonly log: number
  /** In the order of their lines. */
  readonly packets: readonly RebuiltPacket[]
  readonly dumped: readonly DumpedPacket[]
  readonly events: readonly FrrEvent[]
  readonly faults: readonly LineFault[]
  /** Faults in all: no more than a thousand are kept. */
  readonly faultCount: number
}

/** Packets and events that are kept of all logs: what comes behind them is counted. */
const most = 200_000

interface Log {
  readonly lines: LogReader
  readonly debug: DebugReader
  readonly frr: FrrReader
  readonly dump: CaptureDumpReader
  readonly printed: PrintedPacket[]
  readonly dumped: DumpedPacket[]
  readonly events: FrrEvent[]
}

/**
 * Takes logs line by line and rebuilds their packets at the end, when all lines have told what they know of stations. What
 * it keeps grows with the packets found, to a limit, and not with the text.
 */
export class LogImport {
  /** Packets and events beyond what is kept. */
  left = 0
  private readonly logs: Log[] = []
  private kept = 0

  /** The lines that follow are of another log; `router` said those before its first prompt. */
  begin(router?: string): void {
    const known = this.logs[0]?.debug.stations
    this.logs.push({
      lines: new LogReader(router),
      debug: new DebugReader(known),
      frr: new FrrReader(),
      dump: new CaptureDumpReader(),
      printed: [],
      dumped: [],
      events: [],
    })
  }

  /** Takes a line without its end. */
  line(text: string): void {
    if (this.logs.length === 0) this.begin()
    const log = this.logs.at(-1)!
    const line = log.lines.read(text)
    this.keep(log.printed, log.debug.line(line))
    const dumped = log.dump.line(text.length > longest ? '' : text, line.number, line.router)
    if (dumped !== undefined) this.keep(log.dumped, [dumped])
    const event = log.frr.line(line)
    if (event !== undefined) this.keep(log.events, [event])
  }

  /** What the logs held. */
  end(): ImportedLog[] {
    for (const log of this.logs) {
      this.keep(log.printed, log.debug.end())
      const dumped = log.dump.end()
      if (dumped !== undefined) this.keep(log.dumped, [dumped])
    }
    return this.logs.map(({ printed, dumped, events, debug, dump }, log) => {
      printed.sort((a, b) => a.line - b.line)
      const faults = [...debug.faults, ...dump.faults].sort((a, b) => a.line - b.line)
      const faultCount = debug.faultCount + dump.faults.length
      return { log, packets: rebuild(printed, debug.stations), dumped, events, faults, faultCount }
    })
  }

  private keep<T>(list: T[], found: readonly T[]): void {
    for (const each of found) {
      if (this.kept >= most) this.left++
      else list.push(each)
      this.kept = Math.min(most, this.kept + 1)
    }
  }
}

/** No row of octets is as long. */
const longest = 1000

/** What one text holds; `router` said the lines before its first prompt. */
export function importLog(text: string, router?: string): ImportedLog {
  const logs = new LogImport()
  logs.begin(router)
  for (const line of text.split(/\r\n|\n|\r/)) logs.line(line)
  return logs.end()[0]!
}
