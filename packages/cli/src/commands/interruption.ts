/** Ctrl-C while something is written: the file is finished where it stands, and the command says so. */
import { CommandError, exitCode } from '../exit-code.ts'

export class Interruption {
  private asked = false
  private wake: () => void = () => {}
  private readonly onSignal = (): void => {
    this.asked = true
    // Whoever asks twice does not want to wait.
    process.off('SIGINT', this.onSignal)
    this.wake()
  }

  constructor() {
    process.on('SIGINT', this.onSignal)
  }

  /** Lets signals arrive; whether one did. Reading and writing files never waits, so somebody has to. */
  async came(): Promise<boolean> {
    await new Promise(resolve => setImmediate(resolve))
    return this.asked
  }

  /** What the promise gives, or undefined where a signal comes first: a pipe may keep one waiting for ever. */
  async first<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.wake = () => resolve(undefined)
      promise.then(resolve, reject)
    })
  }

  /** Signals end the process again. */
  end(): void {
    process.off('SIGINT', this.onSignal)
  }
}

/** Runs `work` with an interruption that ends with it. */
export async function interruptible<T>(work: (interruption: Interruption) => Promise<T>): Promise<T> {
  const interruption = new Interruption()
  try {
    return await work(interruption)
  } finally {
    interruption.end()
  }
}

/** What is said after an interruption. */
export function interrupted(written: string): CommandError {
  return new CommandError(`interrupted: ${written}`, exitCode.unreadable)
}
