/** `dmvpn ladder`: who said what to whom, drawn. */
import { basename } from 'node:path'
import type { CaptureRecord, NamedAddress } from '@dmvpn/capture'
import { decodeRecord, type Filter, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { LadderBuilder, writeLadderMermaid, writeLadderSvg, writeLadderText } from '@dmvpn/replay'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { learnNames, type NameFlags, showsNames, withNames } from './address-names.ts'
import { filterOf } from './display-filter.ts'
import { type EspFlags, espSessionsOf } from './esp-keys.ts'
import { endOf } from './reading-end.ts'
import { type RecordHandler, readAll } from './records.ts'

/** As commander hands them over. */
export interface LadderFlags extends EspFlags, NameFlags {
  readonly format: 'text' | 'mermaid' | 'svg'
  readonly displayFilter?: string
  readonly rows?: number
}

/** Runs the command. Throws CommandError for mistakes on the command line and a file that cannot be opened. */
export async function drawLadder(file: string, flags: LadderFlags, io: Io): Promise<ExitCode> {
  return withNames(flags, io, async () => {
    const filter = filterOf(flags.displayFilter, dmvpn)
    const esp = await espSessionsOf(flags, io, false)
    const drawing = new Drawing(flags, filter)
    if (esp !== undefined) drawing.session.openers.push(esp())
    const reading = await readAll([file], io, drawing)
    const { sink } = io.out
    const ladder = drawing.builder.finish()
    if (flags.format === 'svg') writeLadderSvg(sink, ladder, file === '-' ? '' : basename(file))
    else if (flags.format === 'mermaid') writeLadderMermaid(sink, ladder)
    else writeLadderText(sink, ladder)
    io.out.flush()
    return endOf(reading, io)
  })
}

class Drawing implements RecordHandler {
  readonly session: Session = new Session()
  readonly builder: LadderBuilder
  private readonly flags: LadderFlags
  private readonly filter: Filter | undefined

  constructor(flags: LadderFlags, filter: Filter | undefined) {
    this.flags = flags
    this.filter = filter
    this.builder = new LadderBuilder(flags.rows)
    this.session.only(['nhrp.response_in', ...(filter?.fields ?? [])])
  }

  begin(): void {}

  record(record: CaptureRecord, pcapng: boolean): boolean {
    const { session, filter } = this
    if (pcapng) session.section = 1
    if (filter === undefined) this.builder.take(decodeRecord(dmvpn, record, session), record, session)
    else if (filter.matches(record, session)) this.builder.take(filter.frame!, record, session)
    return true
  }

  learn(found: readonly NamedAddress[]): void {
    if (showsNames(this.flags)) learnNames(found)
  }

  pause(): void {}
}
