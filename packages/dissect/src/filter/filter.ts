/** Display filters: compiled once, asked of every frame. */
import type { Frame, Stack } from '@dmvpn/protocols'
import { Catalogue, type CatalogueEntry } from '../catalogue.ts'
import { expertFields, shortItem } from '../expert.ts'
import { frameFields } from '../frame-layer.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { checkFilter } from './check.ts'
import { Column } from './columns.ts'
import { type ColumnOf, compileCondition, type Test } from './compile.ts'
import { reading } from './filter-error.ts'
import { FilterWitness } from './filter-witness.ts'
import { parseFilter } from './parse.ts'

/** A display filter in Wireshark's language. Frames are asked in the order in which the capture has them. */
export class Filter {
  readonly text: string
  /** What the last walk found. */
  frame: Frame | undefined = undefined
  private readonly stack: Stack
  private readonly witness: FilterWitness
  private readonly test: Test

  constructor(stack: Stack, text: string, witness: FilterWitness, test: Test) {
    this.stack = stack
    this.text = text
    this.witness = witness
    this.test = test
  }

  /**
   * Whether the next record of a session passes. Begins it and walks it once, reading the named fields alone. Who wants
   * to print it too calls `session.again()` first.
   */
  matches(record: FrameRecord, session: Session): boolean {
    session.begin(record)
    this.frame = this.witness.fill(this.stack, record, session)
    return this.test()
  }
}

/**
 * The filter of a text, checked against everything the stack can show. Throws FilterError, and nothing else, where the
 * text is no filter, names what does not exist or compares what does not compare.
 */
export function compileFilter(stack: Stack, text: string, catalogue: Catalogue = new Catalogue(stack)): Filter {
  const expression = parseFilter(text)
  const condition = reading(text, () => checkFilter(expression, catalogue))
  const columns = new Map<string, Column>()
  let walk = false
  let layers = false
  let notes = false
  const columnOf: ColumnOf = ({ entry, ranges }, reads) => {
    const column = columns.get(entry.name) ?? new Column(entry.name)
    columns.set(entry.name, column)
    if (reads) column.reads = true
    const lists = entry.name === frameFields.protocols.name
    walk ||= lists || !saidByFile.has(entry.name)
    // What is named `data` depends on what it stands in.
    const inData = entry.protocol === 'data'
    layers ||= lists || inData || ranges !== undefined || (entry.type === 'protocol' && !isExpert(entry))
    notes ||= isExpert(entry) ? entry.name !== shortItem.name : isNote(entry)
    return column
  }
  const test = compileCondition(condition, columnOf)
  return new Filter(stack, text, new FilterWitness(columns, { walk, layers, notes }), test)
}

/** What is known of a frame without looking into it. */
const saidByFile: ReadonlySet<string> = new Set(['frame', 'pkt_comment', ...Object.values(frameFields).map(each => each.name)])

const expertNames: ReadonlySet<string> = new Set(expertFields.map(each => each.name))

function isExpert(entry: CatalogueEntry): boolean {
  return expertNames.has(entry.name)
}

function isNote(entry: CatalogueEntry): boolean {
  return entry.fields.some(each => each.severity !== undefined)
}
