/** `dmvpn replay --cache` and `--timelines`: every station's NHRP cache as a capture lets one know it. */
import type { CaptureRecord } from '@dmvpn/capture'
import { decodeRecord, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { BindingTimeline, Judge, writeBindings, writeTimelines } from '@dmvpn/replay'
import { spanOf } from '@dmvpn/synth'
import { parseIp } from '@dmvpn/wire'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { type EspFlags, type EspSessions, espSessionsOf } from './esp-keys.ts'
import { endOf } from './reading-end.ts'
import { type RecordHandler, readAll } from './records.ts'

/** As commander hands them over. */
export interface CacheFlags extends EspFlags {
  readonly cache?: boolean
  readonly timelines?: boolean
  /** Since the first frame. */
  readonly at?: string
  readonly station?: string
}

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function showCaches(files: readonly string[], flags: CacheFlags, io: Io): Promise<ExitCode> {
  const station = flags.station === undefined ? undefined : addressOf(flags.station)
  const at = flags.at === undefined ? undefined : instantOf(flags.at)
  const following = new Following(at, await espSessionsOf(flags, io, false))
  let damaged = false
  for (const file of files) {
    const reading = await readAll([file], io, following)
    const { judge, timeline } = following.finish()
    const instant = at ?? judge.network.now
    const wanted = station === undefined ? undefined : timeline.stationAt(station)
    const bindings = (flags.timelines === true ? timeline.all(instant) : timeline.at(instant)).filter(
      ({ holder }) => station === undefined || holder === wanted,
    )
    const { sink } = io.out
    if (files.length > 1) sink.text(`${file}\n`)
    if (flags.timelines === true) writeTimelines(sink, bindings)
    else writeBindings(sink, bindings, { at: instant })
    io.out.flush()
    if (bindings.length === 0)
      io.err(`dmvpn: ${file}: no mapping${station === undefined ? '' : ` of ${flags.station}`} at that time`)
    if (endOf(reading, io) !== exitCode.done) damaged = true
    if (reading.interrupted) return exitCode.interrupted
  }
  return damaged ? exitCode.damaged : exitCode.done
}

function addressOf(text: string): number | bigint {
  const address = parseIp(text)
  if (address === undefined) throw new CommandError(`--station ${text}: not an IPv4 or IPv6 address`)
  return address
}

function instantOf(text: string): number {
  try {
    return Number(spanOf(text))
  } catch (error) {
    throw error instanceof RangeError ? new CommandError(`--at ${error.message}`) : error
  }
}

class Following implements RecordHandler {
  private session = new Session()
  private judge: Judge | undefined
  private timeline: BindingTimeline | undefined
  private readonly at: number | undefined
  private readonly espSessions: EspSessions | undefined

  constructor(at: number | undefined, espSessions: EspSessions | undefined) {
    this.at = at
    this.espSessions = espSessions
  }

  begin(): void {
    this.session = new Session()
    this.session.only(['nhrp.response_in'])
    const security = this.espSessions?.()
    if (security !== undefined) this.session.openers.push(security)
    const judge = new Judge(this.session, { rules: [], onVerdict: () => {} }, security)
    const timeline = new BindingTimeline(judge.network)
    const { at = Number.POSITIVE_INFINITY } = this
    judge.watch({
      take: seen => {
        if (seen.time <= at) timeline.take(seen)
      },
    })
    this.judge = judge
    this.timeline = timeline
  }

  record(record: CaptureRecord, pcapng: boolean): boolean {
    if (pcapng) this.session.section = 1
    this.judge!.take(decodeRecord(dmvpn, record, this.session), record)
    return true
  }

  pause(): void {}

  finish(): { readonly judge: Judge; readonly timeline: BindingTimeline } {
    this.judge!.end()
    return { judge: this.judge!, timeline: this.timeline! }
  }
}
