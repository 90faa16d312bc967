/**
 * Runs the trying process to its end, and tells how it ended. A process, not a thread: V8 ends the whole of a process whose
 * memory runs out within one allocation, whichever of its threads that was.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CaseSlot } from './case-slot.ts'
import type { FuzzCase } from './fuzz-case.ts'
import type { SelfMessage, SelfOrders, StopOrder } from './self-orders.ts'
import type { Broken } from './target-self.ts'

export interface Patience {
  /** Seconds after which a case that did not come back is a finding. */
  readonly seconds: number
  /** MiB of objects that the process may hold. */
  readonly mebibytes: number
}

/** The case that the trying process did not survive, and what it broke. */
export interface LastCase {
  readonly broken: Broken
  readonly input: FuzzCase
}

/** Rejects where the target cannot be loaded; nothing is returned where the campaign ended by itself. */
export async function watchTrial(
  orders: SelfOrders,
  patience: Patience,
  signal: AbortSignal | undefined,
  hear: (message: SelfMessage) => void,
): Promise<LastCase | undefined> {
  const slot = new CaseSlot()
  try {
    const broken = await new Trial(slot, orders, patience, hear).run(signal)
    return broken && { broken, input: slot.present }
  } finally {
    slot.close()
  }
}

/** What V8 says when its memory runs out is long; more than this is kept of nothing. */
const mostSaid = 1 << 16

class Trial {
  readonly #child: ChildProcess
  readonly #slot: CaseSlot
  readonly #patience: Patience
  #failure: Error | undefined
  #ended = false
  #hung = false
  /** Killed before its first case, because nobody waits for it. */
  #dismissed = false
  #said = ''

  constructor(slot: CaseSlot, orders: SelfOrders, patience: Patience, hear: (message: SelfMessage) => void) {
    this.#slot = slot
    this.#patience = patience
    this.#child = fork(fileURLToPath(new URL('../dist/self-process.js', import.meta.url)), [], {
      execArgv: [`--max-old-space-size=${patience.mebibytes}`],
      serialization: 'advanced',
      // The last of them is `slotFile`.
      stdio: ['ignore', 'inherit', 'pipe', 'ipc', slot.file],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-mostSaid)
    })
    this.#child.on('message', message => {
      const heard = message as SelfMessage
      if (heard.message === 'failed') this.#failure = heard.error
      else if (heard.message === 'ended') this.#ended = true
      else hear(heard)
    })
    this.#child.send(orders, ignored)
  }

  async run(signal: AbortSignal | undefined): Promise<Broken | undefined> {
    const kill = (): void => void this.#child.kill('SIGKILL')
    const stop = (): void => this.#stop()
    const timer = this.#killWhenHung()
    process.once('exit', kill)
    signal?.addEventListener('abort', stop)
    if (signal?.aborted === true) stop()
    const [code, by] = await new Promise<readonly [number | null, string | null]>((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', (...how) => resolve(how))
    }).finally(() => {
      clearInterval(timer)
      process.off('exit', kill)
      signal?.removeEventListener('abort', stop)
    })
    if (this.#failure !== undefined) throw this.#failure
    return this.#verdict(by === null ? `exit code ${code}` : `signal ${by}`)
  }

  #verdict(how: string): Broken | undefined {
    const { seconds, mebibytes } = this.#patience
    if (this.#hung) return { law: 'no hang', field: '', detail: `did not come back within ${seconds} s` }
    if (this.#said.includes('JavaScript heap out of memory')) {
      return { law: 'memory', field: '', detail: `took more than ${mebibytes} MiB` }
    }
    if (this.#said !== '') process.stderr.write(this.#said)
    if (this.#ended || this.#dismissed) return undefined
    return { law: 'no crash', field: '', detail: `ended the process: ${how}` }
  }

  #killWhenHung(): NodeJS.Timeout {
    let last = 0
    let since = Date.now()
    return setInterval(() => {
      const begun = this.#slot.begun
      // Before the first case modules are loaded and counters put in; after the end messages are still on their way.
      if (begun !== last || begun === 0 || this.#ended) {
        last = begun
        since = Date.now()
      } else if (Date.now() - since > 1000 * this.#patience.seconds) {
        this.#hung = true
        this.#child.kill('SIGKILL')
      }
    }, 250)
  }

  #stop(): void {
    if (this.#slot.begun > 0) {
      this.#child.send('stop' satisfies StopOrder, ignored)
      return
    }
    // Nobody waits for modules to be loaded that are not used any more.
    this.#dismissed = true
    this.#child.kill('SIGKILL')
  }
}

/** Whether an order arrived is told by how the process ends. */
function ignored(): void {}
