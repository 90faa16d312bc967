/** Display filters: compiled once, asked of every frame. */
import type { Frame, Stack } from '@dmvpn/protocols'
import { Catalogue, type CatalogueEntry } from '../catalogue.ts'
import { expertFields, shortItem } from '../expert.ts'
import { frameFields } from '../frame-layer.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { checkFilter } from './check.ts'
import { Column } from './columns.ts'
import { compileCondition, type Test } from './compile.ts'
import { reading } from './filter-error.ts'
import { FilterWitness } from './filter-witness.ts'
import { parseFilter } from './parse.ts'
import { hasShapedTests, ShapedTests } from './shaped-tests.ts'
import type { FieldTerm } from './term.ts'
import { Tests } from './tests.ts'

/** A display filter in Wireshark's language. Frames are asked in the order in which the capture has them. */
export class Filter {
  readonly text: string
  private readonly bank: FilterBank

  constructor(text: string, bank: FilterBank) {
    this.text = text
    this.bank = bank
  }

  /** The names it asks for, for `Session.only`. */
  get fields(): readonly string[] {
    return this.bank.fields
  }

  /** What the last walk found. */
  get frame(): Frame | undefined {
    return this.bank.frame
  }

  /** Whether the next record of a session passes, as `FilterBank.matches` has it. */
  matches(record: FrameRecord, session: Session): boolean {
    return this.bank.matches(record, session)[0]!
  }

  /** The same where the decoded frame is not needed, as `FilterBank.passes` has it. */
  passes(record: FrameRecord, session: Session): boolean {
    return this.bank.passes(record, session)[0]!
  }
}

/** Several filters asked of every frame in one walk. */
export class FilterBank {
  /** The names they ask for, for `Session.only`. */
  readonly fields: readonly string[]
  /** What the last walk found. */
  frame: Frame | undefined = undefined
  private readonly stack: Stack
  private readonly witness: FilterWitness
  private readonly tests: Tests
  private readonly shaped: ShapedTests | undefined

  constructor(stack: Stack, witness: FilterWitness, tests: Tests, shaped: ShapedTests | undefined) {
    this.stack = stack
    this.fields = witness.fields
    this.witness = witness
    this.tests = tests
    this.shaped = shaped
  }

  /**
   * For each filter whether the next record of a session passes; the answers hold until the record after it. Begins the
   * record and walks it once, reading the named fields alone. Who walks it once more, to print it, calls
   * `session.again()` first.
   */
  matches(record: FrameRecord, session: Session): readonly boolean[] {
    session.begin(record)
    return this.walked(record, session)
  }

  /**
   * The same where the decoded frame is not needed: `frame` is undefined, and no fault is in the frame, where all that
   * the filters ask for is known without walking it.
   */
  passes(record: FrameRecord, session: Session): readonly boolean[] {
    session.begin(record)
    const shaped = session.isPassive ? this.shaped : undefined
    if (shaped === undefined) return this.walked(record, session)
    this.frame = undefined
    const known = shaped.answers(record, session)
    if (known !== undefined) return known
    const answers = this.walked(record, session)
    shaped.learn(record, this.frame!)
    return answers
  }

  private walked(record: FrameRecord, session: Session): readonly boolean[] {
    this.frame = this.witness.fill(this.stack, record, session)
    return this.tests.ask()
  }
}

/**
 * The filter of a text, checked against everything the stack can show. Throws FilterError, and nothing else, where the
 * text is no filter, names what does not exist or compares what does not compare.
 */
export function compileFilter(stack: Stack, text: string, catalogue: Catalogue = new Catalogue(stack)): Filter {
  return new Filter(text, compileFilters(stack, [text], catalogue))
}

/** Filters that share their walks. Throws FilterError as `compileFilter` does. */
export function compileFilters(
  stack: Stack,
  texts: readonly string[],
  catalogue: Catalogue = new Catalogue(stack),
): FilterBank {
  const plan = new Plan()
  const tests = new Tests(texts.map(text => plan.add(text, catalogue)))
  const witness = plan.witness()
  const shaped = hasShapedTests(stack, witness, catalogue) ? new ShapedTests(stack, witness, tests) : undefined
  return new FilterBank(stack, witness, tests, shaped)
}

/** Gathers what filters need of a frame. */
class Plan {
  private readonly columns = new Map<string, Column>()
  private walk = false
  private protocols = false
  private layers = false
  private notes = false

  add(text: string, catalogue: Catalogue): Test {
    const expression = parseFilter(text)
    const condition = reading(text, () => checkFilter(expression, catalogue))
    return compileCondition(condition, (term, reads) => this.columnOf(term, reads))
  }

  witness(): FilterWitness {
    const { columns, walk, protocols, layers, notes } = this
    return new FilterWitness(columns, { walk, protocols, layers, notes })
  }

  private columnOf({ entry, ranges }: FieldTerm, reads: boolean): Column {
    const { name, type, protocol } = entry
    const column = this.columns.get(name) ?? new Column(name)
    this.columns.set(name, column)
    if (reads) column.reads = true
    const lists = name === frameFields.protocols.name
    const isLayer = type === 'protocol' && !expertNames.has(name)
    this.walk ||= lists || !saidByFile.has(name)
    // What is named `data` depends on what it stands in.
    this.protocols ||= isLayer
    this.layers ||= lists || (isLayer && reads) || ranges !== undefined || protocol === 'data'
    this.notes ||= expertNames.has(name) ? name !== shortItem.name : isNote(entry)
    return column
  }
}

/** What is known of a frame without looking into it. */
const saidByFile: ReadonlySet<string> = new Set([
  'frame',
  'pkt_comment',
  ...Object.values(frameFields).map(each => each.name),
])

const expertNames: ReadonlySet<string> = new Set(expertFields.map(each => each.name))

function isNote(entry: CatalogueEntry): boolean {
  return entry.fields.some(each => each.severity !== undefined)
}
