/**
 * A judgement as JUnit XML, the form that Jenkins, GitLab, GitHub's and Azure's test reporters read: every rule is a
 * test. A rule that failed is a failed test, one that could only say it cannot judge is a skipped one.
 */
import { writeXmlText } from '@dmvpn/dissect'
import type { Sink } from '@dmvpn/wire'
import { countsOf, type JudgedRule, type Judgement } from '../judgement.ts'
import type { Verdict } from '../verdict.ts'
import { presentable, visible } from './presentable.ts'
import { breaks, type ReportOptions } from './report-options.ts'
import { differenceText } from './text.ts'

/** Writes the judgement as one suite. Failures below the asked severity are told in a test that passes. */
export function writeJunit(s: Sink, judgement: Judgement, options: ReportOptions = {}): void {
  const byRule = new Map<string, Verdict[]>(judgement.rules.map(({ id }) => [id, []]))
  for (const verdict of judgement.verdicts) byRule.get(verdict.rule)?.push(presentable(verdict))
  const cases = judgement.rules.map(rule => caseOf(judgement, rule, byRule.get(rule.id)!, options))
  const failures = cases.filter(each => each.failures.length > 0).length
  const skipped = cases.filter(each => each.skipped !== undefined).length
  const totals = { tests: String(cases.length), failures: String(failures), errors: '0', skipped: String(skipped) }
  const suite = { name: judgement.files.map(({ name }) => name).join(' '), ...totals }
  s.text('<?xml version="1.0" encoding="UTF-8"?>\n')
  writeTag(s, 'testsuites', { name: 'dmvpn replay', ...totals }, '>\n')
  writeTag(s, 'testsuite', suite, '>\n')
  for (const each of cases) writeCase(s, each)
  s.text('</testsuite>\n</testsuites>\n')
}

interface Case {
  readonly rule: JudgedRule
  readonly failures: readonly Verdict[]
  /** What else is worth reading. */
  readonly remarks: readonly Verdict[]
  /** Why nothing was judged; undefined where something was. */
  readonly skipped: string | undefined
}

function caseOf(judgement: Judgement, rule: JudgedRule, verdicts: readonly Verdict[], options: ReportOptions): Case {
  const counts = countsOf(judgement, rule.id)
  const unjudged = verdicts.find(each => each.verdict === 'cannot-judge')
  const judged = counts.pass + counts.fail + counts.deviates > 0
  const because = counts['cannot-judge'] === 0 ? 'nothing to judge' : (unjudged?.because ?? 'cannot judge')
  const failures = verdicts.filter(each => breaks(each, options.severity))
  const remarks = verdicts.filter(each => each.verdict !== 'pass' && !breaks(each, options.severity))
  return { rule, failures, remarks, skipped: judged ? undefined : because }
}

function writeCase(s: Sink, { rule, failures, remarks, skipped }: Case): void {
  writeTag(s, 'testcase', { classname: `dmvpn.replay.${rule.id}`, name: `${rule.id} ${rule.statement}` }, '>\n')
  if (failures.length > 0) {
    const [first] = failures
    const more = failures.length === 1 ? '' : ` (and ${failures.length - 1} more)`
    writeTag(s, 'failure', { type: first!.severity, message: `${lineOf(first!)}${more}` }, '>')
    writeXmlText(s, visibleLines([...failures.flatMap(linesOf), `${rule.source}: ${rule.statement}`]))
    s.text('</failure>\n')
  }
  if (skipped !== undefined) writeTag(s, 'skipped', { message: skipped }, '/>\n')
  if (remarks.length > 0) {
    s.text('<system-out>')
    writeXmlText(s, visibleLines(remarks.map(each => `${each.verdict}: ${lineOf(each)}`)))
    s.text('</system-out>\n')
  }
  s.text('</testcase>\n')
}

function lineOf({ station, frames, file, because }: Verdict): string {
  const where = frames.length === 0 ? '' : `frame ${frames.join(', ')}${file === undefined ? '' : ` of ${file}`}: `
  return `${station === undefined ? '' : `${station}: `}${where}${because}`
}

function linesOf(verdict: Verdict): readonly string[] {
  return [lineOf(verdict), ...(verdict.differences ?? []).map(each => `  ${differenceText(each)}`)]
}

function visibleLines(lines: readonly string[]): string {
  return lines.map(visible).join('\n')
}

function writeTag(s: Sink, name: string, attributes: Readonly<Record<string, string>>, end: string): void {
  s.text(`<${name}`)
  for (const [key, value] of Object.entries(attributes)) {
    s.text(` ${key}="`)
    writeXmlText(s, visible(value))
    s.text('"')
  }
  s.text(end)
}
