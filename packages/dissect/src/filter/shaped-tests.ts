/** Filters asked of frames of known shapes: where the named fields lie is known, and most answers with it. */
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Catalogue } from '../catalogue.ts'
import { frameFields } from '../frame-layer.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { isTold } from '../shapes/readable.ts'
import type { Shape } from '../shapes/shape.ts'
import { Shapes } from '../shapes/shapes.ts'
import type { Reader } from '../shapes/value-reader.ts'
import type { Column } from './columns.ts'
import { type FilterWitness, readerOf } from './filter-witness.ts'
import type { Tests } from './tests.ts'

/** What a filter reads of the frames of a shape. */
interface Reading {
  /** The answers, where no frame of the shape can have others. */
  readonly answers: readonly boolean[] | undefined
  /** Columns of protocols, once for each layer. */
  readonly counted: readonly Column[]
  readonly values: readonly { readonly column: Column; readonly read: Reader | undefined; readonly at: number }[]
}

export class ShapedTests {
  private readonly shapes: Shapes
  private readonly witness: FilterWitness
  private readonly tests: Tests
  private readonly readings: (Reading | undefined)[] = []
  /** Whether the file has a say, which differs from frame to frame. */
  private readonly asksFile: boolean

  constructor(stack: Stack, witness: FilterWitness, tests: Tests) {
    const { columns } = witness
    this.shapes = new Shapes(stack, [], new Set(columns.keys()))
    this.witness = witness
    this.tests = tests
    this.asksFile = [...columns.keys()].some(name => ofFile.has(name))
  }

  /** The answers for a record that the session has begun; undefined where nothing is known of its shape. */
  answers(record: FrameRecord, session: Session): readonly boolean[] | undefined {
    const shape = this.shapes.find(record)
    if (shape === undefined) return undefined
    const { answers, counted, values } = this.readings[shape.id] ?? this.learned(shape, record, session)
    if (answers !== undefined) return answers
    this.witness.begin(record, session)
    const { view, start } = record
    for (let i = 0; i < counted.length; i++) counted[i]!.count++
    for (let i = 0; i < values.length; i++) {
      const { column, read, at } = values[i]!
      column.put(read === undefined ? undefined : read(view, start + at), 1)
    }
    return this.tests.ask()
  }

  /** Remembers the shape of a decoded record, where it has one. */
  learn(record: FrameRecord, frame: Frame): void {
    this.shapes.learn(record, frame)
  }

  private learned(shape: Shape, record: FrameRecord, session: Session): Reading {
    const { columns, needs } = this.witness
    const counted = needs.protocols ? shape.protocols.flatMap(({ name }) => columns.get(name) ?? []) : []
    const values = shape.shown.map(({ field, row, read, at }) => {
      const column = columns.get(field.name)!
      return { column, read: column.reads ? (row === undefined ? read : readerOf(row)) : undefined, at }
    })
    const isFixed = !this.asksFile && shape.shown.every((shown, i) => shown.isFixed || values[i]!.read === undefined)
    const reading: Reading = { answers: undefined, counted, values }
    this.readings[shape.id] = reading
    if (isFixed) this.readings[shape.id] = { ...reading, answers: [...this.answers(record, session)!] }
    return this.readings[shape.id]!
  }
}

const ofFile: ReadonlySet<string> = new Set(['frame', ...Object.values(frameFields).map(({ name }) => name)])

/** Whether all that filters ask for is known of a frame whose shape is. */
export function hasShapedTests(stack: Stack, { columns, needs }: FilterWitness, catalogue: Catalogue): boolean {
  if (needs.layers || needs.notes) return false
  return [...columns.keys()].every(name => {
    const entry = catalogue.find(name)!
    return entry.type === 'protocol' || ofFile.has(name) || isTold(stack, entry)
  })
}
