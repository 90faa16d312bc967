/** What the watching process and the trying process say to each other. */
import type { FuzzCase } from './fuzz-case.ts'
import type { Minimal } from './minimise.ts'
import type { Broken } from './target-self.ts'

/** Guided by counters; structured, but blind; or noise. */
export type Strategy = 'guided' | 'structured' | 'noise'

/** A module and the function in it that judges cases; `thorough` names another that judges while shrinking. */
export interface SelfTarget {
  readonly url: string
  readonly name: string
  readonly thorough?: string
}

export interface SelfOrders {
  readonly target: SelfTarget
  /** Beginnings of the addresses of modules that get counters. */
  readonly counted: readonly string[]
  readonly strategy: Strategy
  readonly seeds: readonly FuzzCase[]
  /** What an earlier campaign kept. */
  readonly corpus: readonly FuzzCase[]
  readonly chance: number
  /** Runs done before, and to be done in all. */
  readonly run: number
  readonly runs: number
  /** Milliseconds since 1970 at which to stop. */
  readonly until: number
  readonly mostFindings: number
  /** Signatures of findings that are no news. */
  readonly known: readonly string[]
}

/** Comes at any time after the orders. */
export type StopOrder = 'stop'

export type SelfMessage =
  | { readonly message: 'started'; readonly counters: number }
  | { readonly message: 'progress'; readonly run: number; readonly chance: number; readonly reached: number }
  | { readonly message: 'kept'; readonly input: FuzzCase }
  | {
      readonly message: 'finding'
      readonly run: number
      readonly broken: Broken
      readonly input: FuzzCase
      readonly minimal: Minimal
    }
  /** The target cannot be loaded. */
  | { readonly message: 'failed'; readonly error: Error }
  /** The last one. */
  | { readonly message: 'ended' }

/** The file descriptor under which the trying process finds the slot for its cases: the next after those of the messages. */
export const slotFile = 4

/** Two findings of one signature are one bug, as far as can be told. */
export function signatureOf({ law, field, detail }: Broken): string {
  const where = law === 'no exception' ? detail.split('\n').slice(0, 2).join(' ').replace(/\d+/g, '0') : ''
  return `${law} ${field.replace(/#.*/, '')} ${where}`.trimEnd()
}
