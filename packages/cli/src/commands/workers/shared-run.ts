/** One thread's part of a run that several share: it prints the stretches that are its own, and follows the others. */
import type { CaptureRecord, NamedAddress } from '@dmvpn/capture'
import type { Foresight } from '@dmvpn/dissect'
import { Sink } from '@dmvpn/wire'
import type { Output } from '../../output.ts'
import { type Plan, Run } from '../dissect-run.ts'
import type { Passes, PassingHandler, PassOptions } from '../first-pass.ts'
import type { Stretch } from './stretches.ts'

/** What a thread is told of the others. */
export interface Team {
  /** Packets of a stretch. */
  readonly length: number
  /** Whether nobody wants more. */
  readonly ended: boolean
  /** Whether a stretch is this thread's to print; asked of every one, in order. */
  claim(number: number): boolean
  /** A stretch that was its own, as far as it was read; its text is valid during the call. */
  deliver(stretch: Stretch): void
  /** Waited for now and then, between two packets. */
  ready?(): Promise<void>
}

export class SharedRun implements PassingHandler {
  /** Stretches of which packets were read. */
  entered = 0
  private readonly run: Run
  private readonly team: Team
  private readonly out = new StretchOutput()
  private isOwn = false
  private packets = 0
  private hasPrinted = false

  constructor(plan: Plan, team: Team) {
    this.team = team
    this.run = new Run(plan, this.out)
  }

  get passes(): Passes {
    return this.run.passes
  }

  get passOptions(): PassOptions {
    return this.run.passOptions
  }

  get known(): Foresight | undefined {
    return this.run.known
  }

  set known(known: Foresight | undefined) {
    this.run.known = known
  }

  get ended(): boolean {
    return this.run.ended || this.team.ended
  }

  begin(file: string): void {
    this.run.begin(file)
  }

  record(record: CaptureRecord, pcapng: boolean): boolean {
    if (this.packets === this.team.length) this.leave()
    if (this.packets === 0) {
      this.isOwn = this.team.claim(this.entered++)
      // While it was waited for a stretch everybody may have gone home.
      if (this.team.ended) return false
    }
    this.packets++
    return this.isOwn ? this.run.record(record, pcapng) : this.run.follow(record, pcapng)
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
    this.packets = 0
  }

  private deliver(): void {
    const { sink } = this.out
    const text = sink.bytes.subarray(0, sink.length)
    const { faulty } = this.run
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
