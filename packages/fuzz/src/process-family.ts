/** A process and all that it started, also those that left its group: told on Linux by a mark in their environment. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The environment variable that a family is marked by. */
export const markName = 'DMVPN_FUZZ_TARGET'

const pageSize = 4096

export class ProcessFamily {
  readonly #leader: number
  readonly #mark: string

  /** `leader` leads a process group of its own and was started with `mark` in its environment. */
  constructor(leader: number, mark: string) {
    this.#leader = leader
    this.#mark = `${markName}=${mark}\0`
  }

  /** Kills the group, and whoever left it. */
  kill(): void {
    signalled(-this.#leader)
    for (const pid of processes()) if (this.#isMarked(pid)) signalled(Number(pid))
  }

  /** Octets that all of them hold in memory; 0 where the system does not say. */
  get resident(): number {
    let sum = 0
    for (const pid of processes()) {
      // Behind the name in brackets: state, parent, group … and, 22nd, resident pages.
      const words = textOf(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ')
      if (Number(words[2]) === this.#leader || this.#isMarked(pid)) sum += Number(words[21] ?? 0) * pageSize
    }
    return sum
  }

  #isMarked(pid: string): boolean {
    return `\0${textOf(pid, 'environ')}`.includes(`\0${this.#mark}`)
  }
}

function signalled(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Nobody is left.
  }
}

function processes(): readonly string[] {
  try {
    return readdirSync('/proc').filter(name => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** Empty where the process has ended, or is somebody else's. */
function textOf(pid: string, name: string): string {
  try {
    return readFileSync(join('/proc', pid, name), 'latin1')
  } catch {
    return ''
  }
}
