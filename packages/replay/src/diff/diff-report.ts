/** The answer of a comparison, as text and as JSON. */
import type { Sink } from '@dmvpn/wire'
import { counted } from '../counted.ts'
import { visible } from '../report/presentable.ts'
import type { FieldDifference } from './capture-diff.ts'

/** A frame that differs, explained. */
export type ExplainedDifference =
  | {
      readonly kind: 'changed'
      readonly a: number
      readonly b: number
      readonly summary: string
      readonly fields: readonly FieldDifference[]
    }
  | { readonly kind: 'missing'; readonly a: number; readonly summary: string }
  | { readonly kind: 'extra'; readonly b: number; readonly summary: string }

export interface ComparedCapture {
  readonly file: string
  /** Frames that were compared: all, or those a filter let through. */
  readonly frames: number
}

export interface DiffReport {
  readonly a: ComparedCapture
  readonly b: ComparedCapture
  readonly differences: readonly ExplainedDifference[]
  /** Differences beyond those. */
  readonly left: number
  /** Fields that were not compared. */
  readonly ignored: readonly string[]
}

/** Whether the two mean the same. */
export function areEqual({ differences, left }: DiffReport): boolean {
  return differences.length === 0 && left === 0
}

/** Writes the answer for a person; nothing but one line where the captures are equal. */
export function writeDiffText(s: Sink, report: DiffReport): void {
  const { a, b, differences, left } = report
  if (areEqual(report)) {
    s.text(`equal: ${counted(a.frames, 'frame')} compared\n`)
    return
  }
  s.text(`a: ${visible(a.file)}, ${counted(a.frames, 'frame')}\nb: ${visible(b.file)}, ${counted(b.frames, 'frame')}\n`)
  for (const each of differences) {
    const summary = visible(each.summary)
    if (each.kind === 'missing') s.text(`- a ${each.a}: ${summary}\n`)
    else if (each.kind === 'extra') s.text(`+ b ${each.b}: ${summary}\n`)
    else {
      s.text(`! a ${each.a}, b ${each.b}: ${summary}\n`)
      const width = each.fields.reduce((most, { field }) => Math.max(most, field.length), 0)
      for (const { field, a: inA, b: inB } of each.fields) {
        s.text(`    ${field.padEnd(width)}  ${valueText(inA)} → ${valueText(inB)}\n`)
      }
    }
  }
  const count = (kind: string): number => differences.filter(each => each.kind === kind).length
  s.text(`${count('changed')} changed, ${count('missing')} missing in b, ${count('extra')} only in b`)
  s.text(left === 0 ? '\n' : `, and ${counted(left, 'difference')} more\n`)
}

/** Values of some hundred octets are cut in a line. */
const longest = 120

function valueText(value: string | undefined): string {
  if (value === undefined) return '(none)'
  const text = visible(value)
  return text === '' ? '(empty)' : text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** Writes the answer for programs. A side of a field that the frame does not have is null. */
export function writeDiffJson(s: Sink, report: DiffReport): void {
  const { a, b, differences, left, ignored } = report
  s.text(`{\n  "equal": ${areEqual(report)},\n  "a": ${JSON.stringify(a)},\n  "b": ${JSON.stringify(b)},\n`)
  s.text('  "differences": [')
  differences.forEach((each, index) => {
    const shown = each.kind === 'changed' ? { ...each, fields: each.fields.map(sides) } : each
    s.text(`${index === 0 ? '' : ','}\n    ${JSON.stringify(shown)}`)
  })
  s.text(
    `${differences.length === 0 ? '' : '\n  '}],\n  "left": ${left},\n  "ignored": ${JSON.stringify(ignored)}\n}\n`,
  )
}

function sides({ field, a, b }: FieldDifference): object {
  return { field, a: a ?? null, b: b ?? null }
}
