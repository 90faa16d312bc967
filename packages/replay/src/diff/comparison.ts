/**
 * A comparison of two captures in two passes, so that neither has to fit into memory: the first makes numbers of every
 * frame, the second reads again what differs.
 */
import type { Dissection } from '@dmvpn/dissect'
import {
  areStrangers,
  contentOfFrame,
  type FrameContent,
  type FrameDifference,
  fieldDifferences,
  frameDifferences,
} from './capture-diff.ts'
import { CaptureDigest, Subjects } from './capture-digest.ts'
import type { ComparedFields } from './compared-fields.ts'
import type { DiffReport, ExplainedDifference } from './diff-report.ts'

export type Side = 'a' | 'b'

/** Differences that are explained unless somebody asks for more. */
export const usualDifferences = 100

export class Comparison {
  private readonly compared: ComparedFields
  private readonly digests: Readonly<Record<Side, CaptureDigest>>
  private readonly contents: Readonly<Record<Side, Map<number, FrameContent>>> = { a: new Map(), b: new Map() }
  private shown: readonly FrameDifference[] = []
  private left = 0

  constructor(compared: ComparedFields) {
    this.compared = compared
    const subjects = new Subjects()
    this.digests = { a: new CaptureDigest(compared, subjects), b: new CaptureDigest(compared, subjects) }
  }

  /** First pass: takes a frame that is compared. */
  take(side: Side, dissection: Dissection, number: number): void {
    this.digests[side].add(dissection, number)
  }

  /** Between the passes: finds what differs. Gives the frames of each capture that the second pass is wanted for. */
  compare(most: number = usualDifferences): Readonly<Record<Side, ReadonlySet<number>>> {
    const all = frameDifferences(this.digests.a, this.digests.b)
    this.shown = all.slice(0, most)
    this.left = all.length - this.shown.length
    return {
      a: new Set(this.shown.flatMap(each => (each.kind === 'extra' ? [] : [each.a]))),
      b: new Set(this.shown.flatMap(each => (each.kind === 'missing' ? [] : [each.b]))),
    }
  }

  /** Second pass: takes a wanted frame again. */
  explain(side: Side, dissection: Dissection, number: number): void {
    this.contents[side].set(number, contentOfFrame(dissection, this.compared))
  }

  /** The answer, after the second pass. */
  report(files: Readonly<Record<Side, string>>): DiffReport {
    return {
      a: { file: files.a, frames: this.digests.a.frames.length },
      b: { file: files.b, frames: this.digests.b.frames.length },
      differences: this.shown.flatMap(each => this.explained(each)),
      left: this.left,
      ignored: this.compared.describeIgnored(),
    }
  }

  private explained(difference: FrameDifference): readonly ExplainedDifference[] {
    const { a, b } = this.contents
    if (difference.kind === 'missing') return [{ ...difference, summary: a.get(difference.a)?.summary ?? '' }]
    if (difference.kind === 'extra') return [{ ...difference, summary: b.get(difference.b)?.summary ?? '' }]
    const one = a.get(difference.a) ?? nothing
    const other = b.get(difference.b) ?? nothing
    const fields = fieldDifferences(one, other)
    if (!areStrangers(one, other, fields.length)) return [{ ...difference, summary: one.summary, fields }]
    return [
      { kind: 'missing', a: difference.a, summary: one.summary },
      { kind: 'extra', b: difference.b, summary: other.summary },
    ]
  }
}

const nothing: FrameContent = { summary: '', fields: [] }
