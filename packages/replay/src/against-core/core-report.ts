/** What reference routers say of a capture, as a person reads it and as JSON. */
import type { Sink } from '@dmvpn/wire'
import { differenceText } from '../report/text.ts'
import type { CoreCounts, CoreVerdict } from './core-verdict.ts'

/** A station and what its settings rest on. */
export interface CoreStation {
  /** Its NBMA address. */
  readonly station: string
  /** What a person calls it. */
  readonly name?: string
  readonly profile: string
  /** What was read from the capture, one sentence each; empty where its configuration was given. */
  readonly inferences: readonly string[]
  readonly counts: Readonly<CoreCounts>
}

/** One capture. */
export interface CoreReport {
  readonly file: string
  readonly frames: number
  readonly stations: readonly CoreStation[]
  /** Those that are to be shown, in the order of their frames. */
  readonly verdicts: readonly CoreVerdict[]
  /** Why frames were not judged, and how many. */
  readonly unjudged: readonly { readonly because: string; readonly frames: number }[]
}

/** Whether a station did what its reference router does not do, or left out what it does. */
export function departs({ verdict }: CoreVerdict): boolean {
  return verdict === 'differs' || verdict === 'missing' || verdict === 'unexpected'
}

/** Writes a report for people; `inferences` whether what settings rest on is told. */
export function writeCoreText(
  s: Sink,
  report: CoreReport,
  { inferences = false }: { readonly inferences?: boolean } = {},
): void {
  const { file, frames, stations, verdicts, unjudged } = report
  s.text(`${file}: ${frames} frame${frames === 1 ? '' : 's'}\n`)
  for (const each of stations) {
    const name = each.name === undefined ? each.station : `${each.name} (${each.station})`
    const from = each.inferences.length === 0 ? 'as configured' : 'inferred'
    const { agrees, differs, missing, unexpected } = each.counts
    s.text(`\n${name}, ${each.profile}, ${from}\n`)
    s.text(`  ${agrees} agree, ${differs} differ, ${missing} missing, ${unexpected} unexpected, `)
    s.text(`${each.counts['cannot-judge']} not judged\n`)
    if (inferences) for (const inference of each.inferences) s.text(`  ${inference}\n`)
    for (const verdict of verdicts) if (verdict.station === each.station) writeVerdict(s, verdict)
  }
  if (unjudged.length === 0) return
  s.text('\nNot judged\n')
  for (const each of unjudged) s.text(`  ${String(each.frames).padStart(6)}  ${each.because}\n`)
}

function writeVerdict(s: Sink, verdict: CoreVerdict): void {
  const { frame, time, subject, because } = verdict
  s.text(`  frame ${frame} at ${(time / 1e9).toFixed(3)} s: ${subject} ${words[verdict.verdict]}: ${because}\n`)
  if (verdict.verdict !== 'differs') return
  for (const { observed = 'absent', ...rest } of verdict.differences)
    s.text(`    ${differenceText({ ...rest, observed })}\n`)
}

const words: Readonly<Record<CoreVerdict['verdict'], string>> = {
  agrees: 'agrees',
  differs: 'differs',
  missing: 'is missing',
  unexpected: 'is unexpected',
  'cannot-judge': 'cannot be judged',
}

/** Writes reports as JSON: one verdict and one station a line. */
export function writeCoreJson(s: Sink, reports: readonly CoreReport[]): void {
  s.text('{\n  "files": [')
  reports.forEach(({ file, frames, stations, verdicts, unjudged }, index) => {
    s.text(`${index === 0 ? '' : ','}\n    {"file": ${JSON.stringify(file)}, "frames": ${frames},`)
    writeList(s, 'stations', stations)
    s.text(',')
    writeList(s, 'verdicts', verdicts)
    s.text(',')
    writeList(s, 'unjudged', unjudged)
    s.text('\n    }')
  })
  s.text('\n  ]\n}\n')
}

function writeList(s: Sink, name: string, list: readonly object[]): void {
  s.text(`\n     "${name}": [`)
  list.forEach((each, index) => s.text(`${index === 0 ? '' : ','}\n       ${JSON.stringify(each)}`))
  s.text(list.length === 0 ? ']' : '\n     ]')
}
