/** A thread beside the first: it is told what the command line says, and hands over the stretches it prints. */
import type { MessagePort } from 'node:worker_threads'
import { Sink } from '@dmvpn/wire'
import { CommandError } from '../../exit-code.ts'
import type { Io } from '../../io.ts'
import { MemoryOutput } from '../../output.ts'
import { withNames } from '../address-names.ts'
import { planOf } from '../dissect.ts'
import type { DissectFlags } from '../dissect-flags.ts'
import { SharedRun, type Team } from './shared-run.ts'
import { type Stretch, Stretches } from './stretches.ts'
import { Texts } from './texts.ts'

/** What a thread is told. */
export interface Job {
  readonly files: readonly string[]
  readonly ends: ReadonlyMap<string, number>
  readonly flags: DissectFlags
  /** The stretches that all threads share, and how many packets are one. */
  readonly memory: SharedArrayBuffer
  readonly length: number
  /** Which one it is, from 0, and where it tells where its texts lie. */
  readonly thread: number
  readonly port: MessagePort
}

/** Works until the input ends or nobody wants more. */
export async function work({ files, ends, flags, memory, length, thread, port }: Job): Promise<void> {
  const stretches = new Stretches(flags.workers ?? 1, memory)
  const texts = new Texts(place => port.postMessage(place))
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
    lastOf: number => stretches.lastOf(number),
    found: (number, last) => stretches.found(number, last),
    deliver({ text: octets, ...stretch }: Stretch): void {
      const text = texts.put(stretch.number, octets, stretches.written)
      stretches.deliver({ ...stretch, thread, text, length: octets.length })
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
