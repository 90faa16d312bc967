/** The thread that writes, and the others that print with it. */
import { setImmediate } from 'node:timers/promises'
import {
  MessageChannel,
  type MessagePort,
  type ResourceLimits,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads'
import { CommandError, exitCode } from '../../exit-code.ts'
import type { Io } from '../../io.ts'
import type { Output } from '../../output.ts'
import type { DissectFlags } from '../dissect-flags.ts'
import type { Plan } from '../dissect-run.ts'
import { type Reading, sizeOf } from '../records.ts'
import { Joint } from './joint.ts'
import { SharedRun, type Team } from './shared-run.ts'
import { type Delivery, type Stretch, Stretches } from './stretches.ts'
import { type TextPlace, Texts } from './texts.ts'
import type { Job } from './work.ts'

/** Milliseconds after which who waits looks whether something else has happened. */
const patience = 50

/** Every thread reads the files for itself. */
const changed = new CommandError('the input changed while it was read', exitCode.unreadable)

/** Packets of a stretch: many, for it is handed on; but its text is to stay in a processor's cache. */
const lengths = { lines: 1024, trees: 64 } as const

export class Crew implements Team {
  readonly length: number
  readonly ends: ReadonlyMap<string, number>
  private readonly out: Output
  private readonly stretches: Stretches
  private readonly joint: Joint
  private readonly workers: readonly Worker[]
  private readonly ports: MessagePort[] = []
  /** Where the texts of each of the workers lie. */
  private readonly texts: SharedArrayBuffer[][] = []
  private readonly own = new Texts(() => {})
  private reached = 0
  private failure: Error | undefined

  /** Starts threads that run the script, one less than there are to be workers: this one is one of them. */
  constructor(script: string, { files, flags, out, between, shows, limits }: Undertaking) {
    const threads = flags.workers ?? 1
    this.length = lengths[shows]
    this.ends = new Map(files.flatMap(file => endOf(file)))
    this.out = out
    this.joint = new Joint(out, between, this.length)
    this.stretches = new Stretches(threads)
    this.workers = Array.from({ length: threads - 1 }, (_, thread) =>
      this.start(script, { files, flags, limits, thread }),
    )
  }

  /** Whether some thread has seen a faulty packet. */
  get faulty(): boolean {
    return this.joint.faulty
  }

  get ended(): boolean {
    return this.out.closed
  }

  get thorough(): boolean {
    return this.stretches.thorough
  }

  beThorough(): void {
    this.stretches.beThorough()
  }

  /** Reads the files as one thread would. Throws what that would, and what ended another thread before its time. */
  async read(files: readonly string[], plan: Plan, io: Io): Promise<Reading> {
    const run = new SharedRun(plan, this)
    try {
      const reading = await run.read(files, io).catch(async (error: unknown) => {
        // What was read before a file that cannot be is printed all the same.
        if (error instanceof CommandError) await this.finish(run)
        throw error
      })
      await this.finish(run)
      const { packets } = this.joint
      if (packets !== reading.packets && !reading.interrupted && !this.ended) throw changed
      return { ...reading, packets }
    } finally {
      this.dismiss()
    }
  }

  claim(number: number): boolean {
    this.reached = number + 1
    return this.stretches.claim(number)
  }

  lastOf(number: number): number | undefined {
    return this.stretches.lastOf(number)
  }

  found(number: number, last: number): void {
    this.stretches.found(number, last)
  }

  deliver(stretch: Stretch): void {
    this.collect()
    const { joint } = this
    joint.take(stretch.number === joint.written ? stretch : this.keep(stretch))
    this.collect()
  }

  /** What must wait is kept, for the thread goes on. */
  private keep(stretch: Stretch): Stretch {
    const { length } = stretch.text
    const text = this.own.put(stretch.number, stretch.text, this.joint.written)
    return { ...stretch, text: this.own.at(text, length) }
  }

  /** Writes what there is, and waits where too much of what comes before is not. Throws what ended another thread. */
  async ready(): Promise<void> {
    this.collect()
    while (!this.stretches.isNear(this.reached) && !this.ended) await this.wait()
  }

  /** Waits for what others print of all that was reached. */
  private async finish(run: SharedRun): Promise<void> {
    run.leave()
    this.collect()
    while (this.joint.written < this.reached && !this.joint.isOver && !this.ended) await this.wait()
  }

  /** Sends the others home. */
  private dismiss(): void {
    this.stretches.end()
    for (const port of this.ports) port.close()
    for (const worker of this.workers) void worker.terminate()
  }

  private start(script: string, { files, flags, limits, thread }: Task): Worker {
    const { port1, port2 } = new MessageChannel()
    this.ports.push(port1)
    this.texts.push([])
    const { ends, length } = this
    const { memory } = this.stretches
    const job: Job = { files, ends, flags, memory, length, thread, port: port2 }
    // Streams of its own, that nothing comes out of: else standard output would no longer wait for a slow reader.
    const streams = { stdout: true, stderr: true }
    const worker = new Worker(script, { workerData: job, transferList: [port2], resourceLimits: limits, ...streams })
    worker.on('error', error => {
      this.failure = error
    })
    return worker
  }

  /** Writes what others have delivered, as far as it is next. */
  private collect(): void {
    const { joint, stretches } = this
    for (;;) {
      const delivery = stretches.delivery(joint.written)
      if (delivery === undefined || joint.isOver) break
      joint.take({ ...delivery, text: this.textOf(delivery) })
    }
    stretches.wrote(joint.written)
  }

  private textOf({ thread, text, length }: Delivery): Uint8Array {
    const texts = this.texts[thread]!
    const port = this.ports[thread]!
    let memory = texts[text]
    while (memory === undefined || memory.byteLength < length) {
      // It was told before the stretch was delivered.
      const place = receiveMessageOnPort(port)!.message as TextPlace
      texts[place.text] = place.memory
      memory = texts[text]
    }
    return new Uint8Array(memory, 0, length)
  }

  /** Waits for another stretch, and now and then for what may have happened besides. */
  private async wait(): Promise<void> {
    const { joint, stretches } = this
    const { deliveries } = stretches
    if (stretches.delivery(joint.written) === undefined) stretches.awaitDelivery(deliveries, patience)
    const before = joint.written
    this.collect()
    if (joint.written > before) return
    await setImmediate()
    if (this.failure !== undefined) throw this.failure
  }
}

/** How long a file is now. Nothing of those that are not there, or have no size and octets all the same. */
function endOf(file: string): [string, number][] {
  const size = sizeOf(file) ?? 0
  return size > 0 ? [[file, size]] : []
}

/** What a crew works on. */
export interface Undertaking {
  readonly files: readonly string[]
  /** As every worker gets them. */
  readonly flags: DissectFlags
  readonly out: Output
  /** What stands between two packets. */
  readonly between: string
  /** How much is shown of a packet. */
  readonly shows: 'lines' | 'trees'
  /** Of the heap of every further thread. */
  readonly limits: ResourceLimits
}

/** What one worker is started for. */
interface Task extends Pick<Undertaking, 'files' | 'flags' | 'limits'> {
  readonly thread: number
}
