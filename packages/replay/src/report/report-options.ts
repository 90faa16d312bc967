/** What all reports are told, whatever their form. */
import type { Severity, Verdict } from '../verdict.ts'

export interface ReportOptions {
  /** Failures less severe than this are said, and break nothing: no build, no test. `error` where left out. */
  readonly severity?: Severity
  /** Whether passes are listed one by one, too, where the judgement kept them. */
  readonly passes?: boolean
  /** The version of this software, for reports that name their maker. */
  readonly version?: string
}

/** Severities, the worst first. */
export const severities: readonly Severity[] = ['error', 'warning', 'information']

/** Whether a verdict is a failure at least as severe as the options (or, for `--severity`, the caller) ask for. */
export function breaks(verdict: Verdict, severity: Severity = 'error'): boolean {
  return verdict.verdict === 'fail' && isSevere(verdict.severity, severity)
}

/** Whether a severity is as bad as another, or worse; `error` where left out. */
export function isSevere(severity: Severity, than: Severity = 'error'): boolean {
  return severities.indexOf(severity) <= severities.indexOf(than)
}
