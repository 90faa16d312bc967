/** A judgement as a person reads it: what is wrong first, then what is known of whom, then how much was judged. */
import type { Sink } from '@dmvpn/wire'
import { counted } from '../counted.ts'
import type { Remark } from '../diagnosis/remark.ts'
import { countsOf, type JudgedRule, type JudgedStation, type Judgement } from '../judgement.ts'
import type { Discrepancy, Severity, Verdict } from '../verdict.ts'
import { presentable, visible } from './presentable.ts'
import { isSevere, type ReportOptions, severities } from './report-options.ts'

/** Writes the judgement. Passes are listed only where the options ask for them; they always count. */
export function writeText(s: Sink, judgement: Judgement, options: ReportOptions = {}): void {
  const rules = new Map(judgement.rules.map(rule => [rule.id, rule]))
  for (const { name, frames, damage } of judgement.files) {
    s.text(`${visible(name)}: ${counted(frames, 'frame')}`)
    s.text(damage === undefined ? '\n' : `; ${visible(damage)}\n`)
  }
  const several = judgement.files.length > 1
  for (const [kind, heading] of headings) {
    if (kind === 'pass' && options.passes !== true) continue
    const found = judgement.verdicts.filter(each => each.verdict === kind)
    if (found.length === 0) continue
    s.text(`\n${heading}\n`)
    for (const { first, ids } of alike(found)) writeVerdict(s, ids, presentable(first), rules.get(first.rule), several)
  }
  writeRemarks(s, judgement.remarks, several)
  writeStations(s, judgement.stations)
  writeRules(s, judgement)
  s.byte(newline)
  writeConclusion(s, judgement, options)
}

const headings: readonly (readonly [Verdict['verdict'], string])[] = [
  ['fail', 'Failures'],
  ['deviates', 'Departures that are known of these systems'],
  ['cannot-judge', 'Not judged'],
  ['pass', 'Passes'],
]

const newline = 0x0a

/** Verdicts that say the same of the same frames, as one with all their rules: ciphertext leaves many unjudged. */
function alike(verdicts: readonly Verdict[]): Iterable<{ readonly first: Verdict; readonly ids: readonly string[] }> {
  const groups = new Map<string, { readonly first: Verdict; readonly ids: string[] }>()
  for (const each of verdicts) {
    const { rule, severity: _, ...said } = each
    // What differs by more than its rule is told by itself.
    const key = each.verdict === 'cannot-judge' ? JSON.stringify(said) : `${groups.size}`
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { first: each, ids: [rule] })
    else if (!known.ids.includes(rule)) known.ids.push(rule)
  }
  return groups.values()
}

function writeVerdict(
  s: Sink,
  ids: readonly string[],
  verdict: Verdict,
  rule: JudgedRule | undefined,
  several: boolean,
): void {
  const { frames, station, because, differences = [] } = verdict
  const word = verdict.verdict === 'fail' ? verdict.severity : wordOf(verdict)
  const most = 16
  for (let from = 0; from < ids.length; from += most)
    s.text(`${from === 0 ? '' : '\n'}  ${ids.slice(from, from + most).join(' ')}`)
  s.text(`  ${word}`)
  if (station !== undefined) s.text(`, ${visible(station)}`)
  if (frames.length > 0) s.text(`, frame${frames.length === 1 ? '' : 's'} ${frames.join(', ')}`)
  if (several && verdict.file !== undefined) s.text(` of ${visible(verdict.file)}`)
  s.text(`\n    ${because}\n`)
  for (const each of differences) s.text(`    ${differenceText(each)}\n`)
  if (verdict.verdict === 'fail' && rule !== undefined) s.text(`    ${rule.source}: ${rule.statement}\n`)
}

function wordOf(verdict: Verdict): string {
  if (verdict.verdict === 'deviates') return visible(verdict.profile)
  return verdict.verdict === 'cannot-judge' ? verdict.obstacle : verdict.verdict
}

/** `nhrp.htime is 7200, not 600 (octets 74 to 75)`. */
export function differenceText({ field, expected, observed, range }: Discrepancy): string {
  const wanted = expected === undefined ? '' : `, not ${expected}`
  if (range === undefined) return `${field} is ${observed}${wanted}`
  const [start, end] = range
  const place = end - start === 1 ? `octet ${start}` : `octets ${start} to ${end - 1}`
  return `${field} is ${observed}${wanted} (${place})`
}

function writeRemarks(s: Sink, remarks: readonly Remark[], several: boolean): void {
  if (remarks.length === 0) return
  s.text('\nWhat happened\n')
  for (const { severity, text, steps, file } of remarks) {
    const mark = severity === 'information' ? '' : `${severity}: `
    s.text(`  ${mark}${visible(text)}${several && file !== undefined ? ` (${visible(file)})` : ''}\n`)
    for (const { time, frame, text: step } of steps)
      s.text(`    ${(time / 1e9).toFixed(3).padStart(10)} s  frame ${String(frame).padEnd(6)} ${visible(step)}\n`)
  }
}

function writeStations(s: Sink, stations: readonly JudgedStation[]): void {
  if (stations.length === 0) return
  s.text('\nStations\n')
  const names = stations.map(({ station, name }) => visible(name === undefined ? station : `${name} (${station})`))
  const width = widest(names)
  stations.forEach(({ addresses = [], profile, evidence }, index) => {
    const also = addresses.length === 0 ? '' : `, also ${addresses.map(visible).join(', ')}`
    s.text(`  ${names[index]!.padEnd(width)}  ${visible(profile)}${also}\n`)
    for (const each of evidence) s.text(`  ${' '.repeat(width)}    ${visible(each)}\n`)
  })
}

/** One line for every rule that was asked: also that it had nothing to judge is said. */
function writeRules(s: Sink, judgement: Judgement): void {
  const { rules } = judgement
  if (rules.length === 0) return
  const width = Math.max(4, widest(rules.map(({ id }) => id)))
  s.text(`\n${'Rule'.padEnd(width + 2)}    pass    fail  deviates  cannot judge\n`)
  const silent: string[] = []
  for (const { id } of rules) {
    const { pass, fail, deviates, 'cannot-judge': unjudged } = countsOf(judgement, id)
    if (pass + fail + deviates + unjudged === 0) silent.push(id)
    else {
      const numbers = [pass, fail, deviates, unjudged]
      s.text(`${id.padEnd(width + 2)}${numbers.map((each, i) => String(each).padStart(columns[i]!)).join('')}\n`)
    }
  }
  if (silent.length > 0) s.text(`Nothing to judge by: ${silent.join(', ')}\n`)
}

const columns = [8, 8, 10, 14] as const

function writeConclusion(s: Sink, { verdicts, unlisted }: Judgement, options: ReportOptions): void {
  const counts: Record<Severity, number> = { error: 0, warning: 0, information: 0, ...unlisted }
  const hidden = sumOf(counts)
  for (const each of verdicts) if (each.verdict === 'fail') counts[each.severity]++
  const all = sumOf(counts)
  if (all === 0) {
    s.text('No failure.\n')
    return
  }
  const parts = severities.flatMap(severity => {
    const count = counts[severity]
    return count === 0 ? [] : [`${count} ${severity}${count === 1 || severity === 'information' ? '' : 's'}`]
  })
  const few = severities.some(severity => counts[severity] > 0 && isSevere(severity, options.severity))
    ? ''
    : ', none of them severe enough to fail'
  const listed = hidden === 0 ? '' : `; ${all - hidden} of them are listed`
  s.text(`${counted(all, 'failure')}: ${parts.join(', ')}${few}${listed}.\n`)
}

function sumOf({ error, warning, information }: Readonly<Record<Severity, number>>): number {
  return error + warning + information
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0)
}
