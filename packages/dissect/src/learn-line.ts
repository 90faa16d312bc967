/**
 * How the line of a frame follows from its octets, learned from lines: frames of one shape are made that differ in all
 * that does not steer, each is walked and its line written. What these lines have in common is text, and between it stand
 * values of fields. What a line says is said in one place only: by those who write it of a frame that was walked.
 */
import type { Stack } from '@dmvpn/protocols'
import { type Sink, textOf } from '@dmvpn/wire'
import type { FrameRecord } from './frame-record.ts'
import { type Hole, type HoleForm, holeForms, LineStencil } from './line-stencil.ts'
import { hasShape, type Shape } from './shapes/shape.ts'
import type { ShownValue } from './shapes/shape-witness.ts'
import { steeringOf } from './shapes/steering.ts'

/** Writes what is to be learned, of a frame. */
export type LineWriter = (s: Sink, stack: Stack, record: FrameRecord) => void

/** How the value at a place might be written, and that alone as a line. */
interface Candidate {
  readonly form: HoleForm
  readonly at: number
  readonly alone: LineStencil
}

/** A frame, its line, and how much of that is explained. */
interface Example {
  readonly frame: FrameRecord
  readonly line: string
  at: number
}

/** The line of the frames of a shape, one of which is `record`; undefined where their values alone do not make it. */
export function learnLine(stack: Stack, shape: Shape, record: FrameRecord, write: LineWriter): LineStencil | undefined {
  const frames = variationsOf(shape, record)
  // A port may have become one that somebody is known by.
  if (!frames.every(frame => hasShape(shape, frame, stack))) return undefined
  const examples = frames.map(frame => ({ frame, line: textOf(s => write(s, stack, frame)), at: 0 }))
  const candidates = shape.shown.flatMap(candidatesOf)
  const first = examples[0]!
  const holes: Hole[] = []
  let before = ''
  while (first.at < first.line.length) {
    const next = first.line.charAt(first.at)
    // Zeros and ones begin with different characters, in all of the forms.
    if (examples.every(({ line, at }) => line.charAt(at) === next)) {
      before += next
      for (const example of examples) example.at++
      continue
    }
    const found = candidates.find(candidate => examples.every(example => continues(example, candidate)))
    if (found === undefined) return undefined
    holes.push({ before, form: found.form, at: found.at })
    before = ''
    for (const example of examples) example.at += textIn(example, found).length
  }
  const isAll = examples.every(({ line, at }) => at === line.length)
  return isAll ? new LineStencil(holes, before) : undefined
}

/** The frame, and others of its shape: what does not steer is all zeros, all ones, and whatever comes. */
function variationsOf(shape: Shape, record: FrameRecord): readonly FrameRecord[] {
  const steering = steeringOf(shape)
  const vary = (other: () => number): FrameRecord => {
    const buffer = record.buffer.slice(record.start, record.end)
    for (let i = 0; i < buffer.length; i++) buffer[i] = (buffer[i]! & steering[i]!) | (other() & ~steering[i]!)
    return { ...record, buffer, view: new DataView(buffer.buffer), start: 0, end: buffer.length }
  }
  let state = 1
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state >>> 24
  }
  return [vary(random), vary(random), record, vary(() => 0), vary(() => 0xff)]
}

const formsByWidth: Readonly<Record<number, readonly HoleForm[]>> = {
  8: [holeForms.dec8],
  16: [holeForms.dec16, holeForms.dec16Swapped, holeForms.hex16],
  32: [holeForms.ipv4Right, holeForms.ipv4Left, holeForms.ipv4, holeForms.dec32, holeForms.hex32],
  128: [holeForms.ipv6],
}

function candidatesOf({ row, field, at, isFixed }: ShownValue): readonly Candidate[] {
  const bit = row?.bit ?? 0
  if (isFixed || bit % 8 !== 0) return []
  const width = row?.width ?? (field.type === 'ipv6' ? 128 : 32)
  return (formsByWidth[width] ?? []).map(form => {
    const hole = { before: '', form, at: at + bit / 8 }
    return { form, at: hole.at, alone: new LineStencil([hole], '') }
  })
}

function continues(example: Example, candidate: Candidate): boolean {
  return example.line.startsWith(textIn(example, candidate), example.at)
}

function textIn({ frame: { view, start } }: Example, { alone }: Candidate): string {
  return textOf(s => alone.write(s, view, start))
}
