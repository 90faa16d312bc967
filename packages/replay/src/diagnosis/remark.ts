/** Something about the network in plain words, with what it was seen by. */
import type { Severity } from '../verdict.ts'

export type RemarkTopic =
  | 'shortcut'
  | 'registration'
  | 'refusal'
  | 'address-translation'
  | 'mismatch'
  | 'errors'
  | 'holding-time'
  | 'fragments'

/** One thing that happened on the way. */
export interface RemarkStep {
  /** Nanoseconds since the capture's first frame. */
  readonly time: number
  readonly frame: number
  readonly text: string
}

export interface Remark {
  readonly topic: RemarkTopic
  readonly severity: Severity
  /** NBMA addresses of those it is about. */
  readonly stations: readonly string[]
  /** One sentence: what is the matter. */
  readonly text: string
  /** In the order of time. */
  readonly steps: readonly RemarkStep[]
  /** Whose frames are meant where several captures are judged. */
  readonly file?: string
}

/** `12.301 s`. */
export function instant(time: number): string {
  return `${(time / 1e9).toFixed(3)} s`
}

/** Something seen as a step of a story. */
export function step({ time, frame }: { readonly time: number; readonly frame: number }, text: string): RemarkStep {
  return { time, frame, text }
}
