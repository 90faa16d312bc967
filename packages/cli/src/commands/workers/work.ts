/** A thread beside the first: it is told what the command line says, and hands over the stretches it prints. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { Sink } from '@dmvpn/wire'
import { CommandError } from '../../exit-code.ts'
import type { Io } from '../../io.ts'
import { MemoryOutput } from '../../output.ts'
import { withNames } from '../address-names.ts'
import { planOf } from '../dissect.ts'
import type { DissectFlags } from '../dissect-flags.ts'
import { SharedRun, type Team } from './shared-run.ts'
import { bufferFor, type Stretch, Stretches } from './stretches.ts'

/** What a thread is told. */
export interface Job {
  readonly files: readonly string[]
  readonly ends: ReadonlyMap<string, number>
  readonly flags: DissectFlags
  /** The stretches that all threads share, and how many packets are one. */
  readonly memory: SharedArrayBuffer
  readonly length: number
  /** Where the stretches go that it prints. */
  readonly port: MessagePort
}

/** A stretch on its way to who writes it, its text at the beginning of a buffer that is handed over, and comes back. */
export interface Delivery extends Omit<Stretch, 'text' | 'written'> {
  readonly buffer: ArrayBuffer
  readonly length: number
}

/** Works until the input ends or nobody wants more. */
export async function work({ files, ends, flags, memory, length, port }: Job): Promise<void> {
  const stretches = new Stretches(flags.workers ?? 1, memory)
  await printShare(files, flags, silent, {
    length,
    ends,
    get ended() {
      return stretches.ended
    },
    get thorough() {
      return stretches.thorough
    },
    beThorough: () => stretches.beThorough(),
    claim(number: number): boolean {
      stretches.approach(number)
      return stretches.claim(number)
    },
    deliver(stretch: Stretch): void {
      const { text, ...rest } = stretch
      const { length } = text
      const buffer = bufferFor(length, receiveMessageOnPort(port)?.message as ArrayBuffer | undefined)
      new Uint8Array(buffer).set(text)
      const delivery: Delivery = { ...rest, buffer, length }
      port.postMessage(delivery, [buffer])
      stretches.deliver()
    },
  })
  port.close()
}

/** Prints of some files what is this thread's; who writes says what is wrong with them. */
export async function printShare(files: readonly string[], flags: DissectFlags, io: Io, team: Team): Promise<void> {
  await withNames(flags, io, async () => {
    const plan = await planOf(flags, io)
    // The document begins where it is written.
    plan.printer.begin?.(new Sink(), files[0]!)
    const run = new SharedRun(plan, team)
    try {
      await run.read(files, io)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
    } finally {
      run.leave()
    }
  })
}

const silent: Io = {
  out: new MemoryOutput(),
  err: () => {},
  stdin: nobody(),
  env: {},
  isTTY: false,
}

async function* nobody(): AsyncGenerator<Uint8Array> {}
