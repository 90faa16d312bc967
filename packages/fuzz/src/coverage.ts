/**
 * Which ways through our own code a run took. A copy of the modules is loaded with istanbul's counters in it (no native
 * code); its objects are replaced by views on one array, so that a run is cleared and looked at in microseconds.
 */
import { register } from 'node:module'
import { mark } from './coverage-mark.ts'

/** What istanbul's code keeps for one file. */
interface FileCounters {
  s: Uint32Array | Readonly<Record<string, number>>
  f: Uint32Array | Readonly<Record<string, number>>
  b: readonly Uint32Array[] | Readonly<Record<string, readonly number[]>>
}

const variable = '__dmvpn_counters__'
let registered = false

/**
 * The counting copy of a module of ours, given by its address. All modules that it imports from `counted` (beginnings of
 * addresses) get counters. Later calls share the first call's hooks.
 */
export async function importCounted(
  url: string,
  counted: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  if (!registered) {
    // The hooks are read from the built package, whoever runs this from its source.
    register(new URL('../dist/coverage-hooks.js', import.meta.url), { data: { counted, variable } })
    registered = true
  }
  return (await import(url + mark)) as Readonly<Record<string, unknown>>
}

/** The counters of everything that was imported so far: branches and functions. */
export class Coverage {
  readonly #now: Uint32Array
  /** For each counter the orders of magnitude that were seen, as bits. */
  readonly #seen: Uint8Array
  /** For each counter how many runs came by. */
  readonly #visits: Uint32Array
  /** The counter of the present run that the fewest runs came by. */
  rarest = 0

  constructor() {
    const files = Object.values(
      (globalThis as unknown as Record<string, Readonly<Record<string, FileCounters>>>)[variable] ?? {},
    )
    let size = 0
    for (const { f, b } of files) {
      size += Object.keys(f).length
      for (const ways of Object.values(b)) size += ways.length
    }
    this.#now = new Uint32Array(size)
    this.#seen = new Uint8Array(size)
    this.#visits = new Uint32Array(size)
    let at = 0
    const view = (length: number): Uint32Array => {
      at += length
      return this.#now.subarray(at - length, at)
    }
    for (const file of files) {
      // Statements add nothing that branches and functions do not tell.
      file.s = new Uint32Array(Object.keys(file.s).length)
      file.f = view(Object.keys(file.f).length)
      file.b = Object.values(file.b).map(ways => view(ways.length))
    }
  }

  /** How many counters there are. */
  get size(): number {
    return this.#now.length
  }

  /** How many of them were ever counted. */
  get reached(): number {
    return this.#seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0)
  }

  /** Before a run. */
  clear(): void {
    this.#now.fill(0)
  }

  /** How many runs came by a counter. */
  visits(counter: number): number {
    return this.#visits[counter]!
  }

  /** After a run: how many counters came to an order of magnitude they had never had. */
  news(): number {
    const now = this.#now
    const seen = this.#seen
    const visits = this.#visits
    let news = 0
    let fewest = Infinity
    for (let i = 0; i < now.length; i++) {
      const count = now[i]!
      if (count === 0) continue
      const visited = ++visits[i]!
      if (visited < fewest) {
        fewest = visited
        this.rarest = i
      }
      const bit = magnitude(count)
      if ((seen[i]! & bit) !== 0) continue
      seen[i] = seen[i]! | bit
      news++
    }
    return news
  }
}

/** 1, 2, 3, 4–7, 8–15, 16–31, 32–127, more: one bit each. */
function magnitude(count: number): number {
  if (count < 4) return 1 << (count - 1)
  if (count < 8) return 8
  if (count < 16) return 16
  if (count < 32) return 32
  return count < 128 ? 64 : 128
}
