/** What differs between two captures, and how two frames differ. */
import { type Dissection, writeInfoColumn, writeProtocolColumn } from '@dmvpn/dissect'
import { Sink } from '@dmvpn/wire'
import { align } from './align.ts'
import type { CaptureDigest } from './capture-digest.ts'
import type { ComparedFields } from './compared-fields.ts'
import { type FieldValue, fieldValues } from './field-values.ts'
import { pairFrames } from './pair-frames.ts'

/** A field of two frames that belong together. A side is undefined where that frame does not have the field. */
export interface FieldDifference {
  readonly field: string
  readonly a: string | undefined
  readonly b: string | undefined
}

/** Frame numbers count from 1 in the frame's own capture. */
export type FrameDifference =
  | { readonly kind: 'changed'; readonly a: number; readonly b: number }
  | { readonly kind: 'missing'; readonly a: number }
  | { readonly kind: 'extra'; readonly b: number }

/** What the digests tell of two captures: in the order of the first one, what only the second has in between. */
export function frameDifferences(a: CaptureDigest, b: CaptureDigest): readonly FrameDifference[] {
  const { pairs, missing, extra } = pairFrames(a, b)
  const partners = new Map(pairs.map(([i, j]) => [j, i]))
  const found: { readonly order: number; readonly difference: FrameDifference }[] = []
  for (const [i, j] of pairs) {
    if (a.contents[i] === b.contents[j]) continue
    found.push({ order: i, difference: { kind: 'changed', a: a.frames[i]!, b: b.frames[j]! } })
  }
  for (const i of missing) found.push({ order: i, difference: { kind: 'missing', a: a.frames[i]! } })
  let last = -1
  let before = 0
  for (const j of extra) {
    // Behind what the frame before it belongs to.
    for (; before < j; before++) last = partners.get(before) ?? last
    found.push({ order: last + 0.5, difference: { kind: 'extra', b: b.frames[j]! } })
  }
  return found.sort((one, other) => one.order - other.order).map(each => each.difference)
}

/** A frame as it is kept to be compared with its partner: what it says in one line, and its fields. */
export interface FrameContent {
  readonly summary: string
  readonly fields: readonly FieldValue[]
}

/** Keeps what is compared of a frame. */
export function contentOfFrame(dissection: Dissection, compared: ComparedFields): FrameContent {
  const s = new Sink(160)
  writeProtocolColumn(s, dissection.frame)
  s.text(' ')
  writeInfoColumn(s, dissection.frame, dissection.record)
  // NHRP's words begin with its name.
  return { summary: s.toString().replace(/^(\S+) \1\b/, '$1'), fields: fieldValues(dissection, compared) }
}

/** The fields in which two frames differ; passwords are told apart, but not told. */
export function fieldDifferences(a: FrameContent, b: FrameContent): readonly FieldDifference[] {
  const names = new Map<string, number>()
  const number = ({ name }: FieldValue): number => {
    if (!names.has(name)) names.set(name, names.size)
    return names.get(name)!
  }
  const found: FieldDifference[] = []
  let [i, j] = [0, 0]
  const matches = align(a.fields.map(number), b.fields.map(number))
  for (const [atA, atB] of [...matches, [a.fields.length, b.fields.length] as const]) {
    for (; i < atA; i++) found.push({ field: a.fields[i]!.name, a: shown(a.fields[i]!), b: undefined })
    for (; j < atB; j++) found.push({ field: b.fields[j]!.name, a: undefined, b: shown(b.fields[j]!) })
    const [one, other] = [a.fields[i++], b.fields[j++]]
    if (one === undefined || other === undefined || one.text === other.text) continue
    found.push({ field: one.name, a: shown(one), b: one.secret ? otherSecret : shown(other) })
  }
  return found
}

const secretText = '*****'
const otherSecret = '***** (another)'

function shown({ text, secret }: FieldValue): string {
  return secret ? secretText : text
}

/** Whether two frames have so little in common that one is not the other, changed. */
export function areStrangers(a: FrameContent, b: FrameContent, differences: number): boolean {
  return differences > (a.fields.length + b.fields.length) / 2
}
