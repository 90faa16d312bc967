/** Lines of `-T fields` for frames of known shapes: where their values lie is known, and nothing is walked. */
import type { Frame, Stack } from '@dmvpn/protocols'
import { Literal, type Sink } from '@dmvpn/wire'
import type { Occurrence } from './field-witness.ts'
import type { FrameRecord } from './frame-record.ts'
import { type RowWriter, rowWriterOf } from './row-writer.ts'
import type { Session } from './session/session.ts'
import type { Shape } from './shapes/shape.ts'
import type { ShownValue } from './shapes/shape-witness.ts'
import { Shapes } from './shapes/shapes.ts'
import { writeValue } from './value-text.ts'

/** Writes what the file says of a record. */
export type FactWriter = (s: Sink, record: FrameRecord, session: Session) => void

/** One column of a line. */
export interface LineColumn {
  /** The name of the field it shows. */
  readonly name: string
  /** Who writes it, quotes included, where it is nothing that lies in the frame. */
  readonly fact: FactWriter | undefined
  /** Whether it lists the protocols. */
  readonly lists: boolean
}

export interface LineOptions {
  readonly separator: string
  readonly occurrence: Occurrence
  readonly aggregator: string
  readonly quote: string
}

/** A text that all frames of the shape have, and the value behind it. */
interface Step {
  readonly before: Literal
  readonly write: RowWriter | undefined
  readonly at: number
  readonly fact: FactWriter | undefined
}

export class ShapedLines {
  private readonly shapes: Shapes
  private readonly columns: readonly LineColumn[]
  private readonly options: LineOptions
  private readonly lines: (readonly Step[] | undefined)[] = []

  /** The columns that are no facts show readable fields alone. */
  constructor(stack: Stack, columns: readonly LineColumn[], options: LineOptions) {
    this.shapes = new Shapes(stack, [], new Set(columns.map(({ name }) => name)))
    this.columns = columns
    this.options = options
  }

  /** Writes the line of a record of a known shape, which the session has begun; false where nothing is known of it. */
  write(s: Sink, record: FrameRecord, session: Session): boolean {
    const shape = this.shapes.find(record)
    if (shape === undefined) return false
    const steps = this.lines[shape.id] ?? this.lineOf(shape)
    const { view, start } = record
    for (let i = 0; i < steps.length; i++) {
      const { before, write, at, fact } = steps[i]!
      s.put(before)
      if (write !== undefined) write(s, view, start + at)
      else if (fact !== undefined) fact(s, record, session)
    }
    return true
  }

  /** Whether something is known of a record's shape. */
  knows(record: FrameRecord): boolean {
    return this.shapes.find(record) !== undefined
  }

  /** Remembers the shape of a decoded record, where it has one. */
  learn(record: FrameRecord, frame: Frame): void {
    this.shapes.learn(record, frame)
  }

  private lineOf(shape: Shape): readonly Step[] {
    const { separator, aggregator, quote } = this.options
    const steps: Step[] = []
    let text = ''
    const add = (write: RowWriter | undefined, at: number, fact: FactWriter | undefined): void => {
      steps.push({ before: new Literal(text), write, at, fact })
      text = ''
    }
    for (const [i, { name, fact, lists }] of this.columns.entries()) {
      if (i > 0) text += separator
      if (fact !== undefined) add(undefined, 0, fact)
      else if (lists) text += quote + shape.names + quote
      else {
        const values = this.chosen(shape.shown.filter(({ field }) => field.name === name))
        for (const [j, value] of values.entries()) {
          text += j > 0 ? aggregator : quote
          add(writerOf(value), value.at, undefined)
        }
        if (values.length > 0) text += quote
      }
    }
    text += '\n'
    add(undefined, 0, undefined)
    this.lines[shape.id] = steps
    return steps
  }

  private chosen(values: readonly ShownValue[]): readonly ShownValue[] {
    switch (this.options.occurrence) {
      case 'all':
        return values
      case 'first':
        return values.slice(0, 1)
      case 'last':
        return values.slice(-1)
      default:
        return this.options.occurrence satisfies never
    }
  }
}

function writerOf({ field, row, read }: ShownValue): RowWriter {
  if (row !== undefined) return rowWriterOf(row, 'fields', true)
  if (field.type === 'ipv4') return (s, view, at) => s.ipv4(view.getUint32(at))
  return (s, view, at) => writeValue(s, field, read(view, at), 'fields', true)
}
