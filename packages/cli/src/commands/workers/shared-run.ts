/**
 * One thread's part of a run that several share: it prints the stretches that are its own, and follows the others. Where
 * nothing but fragments could matter in those it leaps over them, or only counts their packets, until a thread meets a
 * fragment: then all begin anew, and look into everything.
 */
import type { Capture, CaptureRecord, NamedAddress } from '@dmvpn/capture'
import type { Foresight } from '@dmvpn/dissect'
import { Sink } from '@dmvpn/wire'
import type { Io } from '../../io.ts'
import type { Output } from '../../output.ts'
import { type Plan, Run } from '../dissect-run.ts'
import { type Passes, type PassingHandler, type PassOptions, readInPasses } from '../first-pass.ts'
import type { Reading, RecordHandler } from '../records.ts'
import type { Stretch } from './stretches.ts'

/** What a thread is told of the others. */
export interface Team {
  /** Packets of a stretch. */
  readonly length: number
  /** Octets of files that are read at most: those that were there when the first thread began. */
  readonly ends?: RecordHandler['ends']
  /** Whether nobody wants more. */
  readonly ended: boolean
  /** Whether every thread is to look into all stretches, and one that says so to all. */
  readonly thorough: boolean
  beThorough(): void
  /** Whether a stretch is this thread's to print; asked of every one, in order. */
  claim(number: number): boolean
  /** Where the last packet of a stretch lies in its file, as its thread `found` it; undefined where that is not known. */
  lastOf(number: number): number | undefined
  found(number: number, last: number): void
  /** A stretch that was its own, as far as it was read; its text is valid during the call. */
  deliver(stretch: Stretch): void
  /** Waited for now and then, between two packets. */
  ready?(): Promise<void>
}

export class SharedRun implements PassingHandler {
  private run: Run
  private readonly plan: Plan
  private readonly team: Team
  private readonly out = new StretchOutput()
  /** Stretches of which packets were read, and which were claimed: more where it began anew. */
  private entered = 0
  private claimed = 0
  /** The last that was claimed, where it is its own: it is not delivered yet where it begins anew. */
  private own = -1
  private isOwn = false
  /** Whether it does not know what it would have to know, and has to begin anew. */
  private misled = false
  /** Whether what comes next is to be passed over, or looked at ahead for others. */
  private steers = false
  private faulty = false
  /** Of the present stretch; all that it may have where there is none. */
  private packets: number
  private hasPrinted = false

  constructor(plan: Plan, team: Team) {
    this.plan = plan
    this.team = team
    this.packets = team.length
    this.run = new Run(plan, this.out, team.thorough)
  }

  /** Reads the files as one thread would. Throws what that would. */
  async read(files: readonly string[], io: Io): Promise<Reading> {
    let reading = await readInPasses(files, io, this)
    while (this.misled) {
      this.beginAnew()
      reading = await readInPasses(files, io, this)
    }
    return reading
  }

  get passes(): Passes {
    return this.run.passes
  }

  get passOptions(): PassOptions {
    return { ...this.run.passOptions, ends: this.ends }
  }

  get ends(): RecordHandler['ends'] {
    return this.team.ends
  }

  get known(): Foresight | undefined {
    return this.run.known
  }

  set known(known: Foresight | undefined) {
    this.run.known = known
  }

  get ended(): boolean {
    return this.run.ended || this.team.ended || this.misled
  }

  begin(file: string): void {
    this.run.begin(file)
  }

  record(record: CaptureRecord, pcapng: boolean): boolean {
    const { run, team } = this
    if (this.packets === team.length && !this.turn()) return false
    this.packets++
    if (this.isOwn) {
      const goesOn = run.record(record, pcapng)
      this.misled = run.misses
      this.steers = run.isSkipping && this.packets === team.length
      return goesOn && !this.misled && !this.steers
    }
    const goesOn = run.follow(record, pcapng)
    this.steers = run.isSkipping && run.wantsMoreThan(team.length - this.packets)
    return goesOn && !this.steers
  }

  /**
   * To the next stretch of its own: it leaps over others where their threads have found where they end, or passes over
   * their packets. The packet before its own is shown to the run, which knows then when that was.
   */
  steer(capture: Capture): number | undefined {
    if (!this.steers || this.ended) return undefined
    const { run, team } = this
    let passed = 0
    let last: number | undefined
    for (;;) {
      if (this.packets === team.length && !this.turn()) return undefined
      const rest = team.length - this.packets
      // Of those that are leapt over the last is still to be shown. The last that are wanted are shown one by one.
      const passes = !this.isOwn && run.wantsMoreThan(last === undefined ? rest : rest + 1)
      const found = passes ? team.lastOf(this.entered - 1) : undefined
      if (found !== undefined) {
        run.leaveOut(last === undefined ? rest - 1 : rest)
        this.packets += rest
        passed += rest
        last = found
        continue
      }
      if (last !== undefined) {
        capture.leap(last)
        this.follow(capture)
        last = undefined
      }
      if (!passes) break
      const skipped = capture.skip(rest - 1)
      run.leaveOut(skipped)
      const whole = skipped + this.follow(capture)
      this.packets += whole
      passed += whole
      // The rest of the stretch is in the next file.
      if (whole < rest) return passed
    }
    if (this.isOwn) this.lookAhead(capture)
    return passed
  }

  learn(found: readonly NamedAddress[]): void {
    this.run.learn(found)
  }

  pause(): void {}

  async ready(): Promise<void> {
    await this.team.ready?.()
  }

  /** No more is read: what there is of the present stretch is all of it. */
  leave(): void {
    if (this.isOwn) this.deliver()
    this.isOwn = false
    this.packets = this.team.length
  }

  /** Between two stretches: hands over the one, and claims the other. Whether there is one. */
  private turn(): boolean {
    this.leave()
    this.packets = 0
    this.isOwn = this.claim(this.entered++)
    this.misled = this.run.isSkipping && this.team.thorough
    // While it was waited for a stretch everybody may have gone home.
    return !this.ended
  }

  /** Shows the run a record that others print. How many there were: one, or none at the end of a file. */
  private follow(capture: Capture): number {
    const record = capture.next()
    if (record === undefined) return 0
    this.run.follow(record, capture.format === 'pcapng')
    return 1
  }

  /** Tells the others where its own stretch ends. */
  private lookAhead(capture: Capture): void {
    const last = capture.locate(this.team.length)
    if (last !== undefined) this.team.found(this.entered - 1, last)
  }

  private claim(number: number): boolean {
    if (number < this.claimed) return number === this.own
    this.claimed = number + 1
    const isOwn = this.team.claim(number)
    this.own = isOwn ? number : -1
    return isOwn
  }

  private beginAnew(): void {
    this.team.beThorough()
    this.faulty ||= this.run.faulty
    this.out.sink.clear()
    this.misled = false
    this.isOwn = false
    this.packets = this.team.length
    this.entered = 0
    this.run = new Run(this.plan, this.out, true)
  }

  private deliver(): void {
    const { sink } = this.out
    const text = sink.bytes.subarray(0, sink.length)
    const faulty = this.faulty || this.run.faulty
    this.team.deliver({ number: this.entered - 1, packets: this.packets, text, isLed: this.hasPrinted, faulty })
    this.hasPrinted ||= text.length > 0
    sink.clear()
  }
}

/** The text of one stretch. */
class StretchOutput implements Output {
  readonly sink: Sink = new Sink()
  readonly closed = false

  flush(): void {}

  settle(): void {}

  write(octets: Uint8Array): void {
    this.sink.raw(octets)
  }
}
