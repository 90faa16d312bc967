/** What a capture, or several of one network, was found to be: everything a report says. */
import type { Remark } from './diagnosis/remark.ts'
import type { Severity, Verdict } from './verdict.ts'

/** A rule as a reader of reports needs it; its check is the judge's own. */
export interface JudgedRule {
  /** `N53`. */
  readonly id: string
  /** What must be so, in one sentence. */
  readonly statement: string
  /** Where that is written: `RFC 2332 §5.2.4`. */
  readonly source: string
  readonly severity: Severity
}

/** How often a rule ended in what: every verdict counts, whether it is kept or not. */
export type VerdictCounts = Readonly<Record<Verdict['verdict'], number>>

/** A capture file that was judged. */
export interface JudgedFile {
  /** As it was named: its path, or `-`. */
  readonly name: string
  /** Frames read. */
  readonly frames: number
  /** One sentence where it could not be read to its end. */
  readonly damage?: string
}

/** A station seen, and whose ways it was judged by. */
export interface JudgedStation {
  /** As verdicts name it: its NBMA or protocol address. */
  readonly station: string
  /** What a person calls it. */
  readonly name?: string
  /** Its other addresses. */
  readonly addresses?: readonly string[]
  /** `rfc2332`, `ios15`, `frr`, … */
  readonly profile: string
  /** Why that profile: one sentence each; empty where it was given on the command line. */
  readonly evidence: readonly string[]
}

export interface Judgement {
  /** In the order they were read; a verdict without a file of its own is about the first. */
  readonly files: readonly JudgedFile[]
  /** Every rule that was asked, in the order of their ids, also those that had nothing to judge. */
  readonly rules: readonly JudgedRule[]
  /** By rule id; a rule without an entry judged nothing. */
  readonly counts: Readonly<Record<string, VerdictCounts>>
  /** In the order of their first frames. Failures, and passes and the rest where they were asked for, as far as kept. */
  readonly verdicts: readonly Verdict[]
  /** Failures that were too many to be kept, by severity; of every rule that has some, others are among the verdicts. */
  readonly unlisted?: Readonly<Record<Severity, number>>
  readonly stations: readonly JudgedStation[]
  /** What happened, in plain words: the worst first. */
  readonly remarks: readonly Remark[]
}

/** How often a rule ended in what. */
export function countsOf({ counts }: Judgement, rule: string): VerdictCounts {
  return counts[rule] ?? nothingJudged
}

const nothingJudged: VerdictCounts = { pass: 0, fail: 0, deviates: 0, 'cannot-judge': 0 }
