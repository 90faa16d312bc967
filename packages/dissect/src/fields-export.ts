/** `-T fields`: the named fields of each frame on a line, compiled to what they read. */
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { Catalogue, type CatalogueEntry } from './catalogue.ts'
import { type ColumnWriter, columnWriters } from './columns.ts'
import { append, appendEscaped, escaped } from './escaped-text.ts'
import { expertFields } from './expert.ts'
import { fillFact, isCertain, writeFact } from './fact-text.ts'
import { FieldColumn, FieldWitness, type Occurrence } from './field-witness.ts'
import { walkBlindly } from './follow-frame.ts'
import { type FrameFact, frameFields, writeFrameTitle } from './frame-layer.ts'
import type { FrameRecord } from './frame-record.ts'
import type { Session } from './session/session.ts'
import { type FactWriter, type LineColumn, ShapedLines } from './shaped-lines.ts'
import { isTold } from './shapes/readable.ts'

/** How the fields are laid out: tshark's `-E`. */
export interface FieldsOptions {
  readonly header: boolean
  readonly bom: boolean
  readonly separator: string
  readonly occurrence: Occurrence
  readonly aggregator: string
  /** What stands around a value that is not empty; nothing where empty. */
  readonly quote: string
  /** Whether line ends, tabs and their like in texts are written as `\n`, `\t`, so that a line stays a line. */
  readonly escape: boolean
  /** Columns of the packet list beyond, or instead of, Wireshark's own, by their `_ws.col.` names. */
  readonly columns?: ReadonlyMap<string, ColumnWriter> | undefined
  /** Whether the checksums are verified that Wireshark leaves alone by default: IPv4, UDP, TCP. */
  readonly verify?: boolean | undefined
}

export const defaultFieldsOptions: FieldsOptions = {
  header: false,
  bom: false,
  separator: '\t',
  occurrence: 'all',
  aggregator: ',',
  quote: '',
  escape: true,
}

/** A name that no protocol shows. */
export class UnknownFieldError extends RangeError {
  readonly field: string
  readonly suggestions: readonly string[]

  constructor(field: string, suggestions: readonly string[]) {
    const hint = suggestions.length === 0 ? '' : `; did you mean ${suggestions.join(' or ')}?`
    super(`no field is named ${field}${hint}`)
    this.name = 'UnknownFieldError'
    this.field = field
    this.suggestions = suggestions
  }
}

const factsByName: ReadonlyMap<string, FrameFact> = new Map(
  (Object.keys(frameFields) as FrameFact[]).map(fact => [frameFields[fact].name, fact]),
)
const expertNames: ReadonlySet<string> = new Set(expertFields.map(each => each.name))

/** One `-e`, ready to be written. */
type Output =
  | { readonly kind: 'fact'; readonly fact: FrameFact; readonly column: FieldColumn }
  | { readonly kind: 'frame'; readonly column: FieldColumn }
  | { readonly kind: 'packet'; readonly write: ColumnWriter; readonly column: FieldColumn }
  | { readonly kind: 'walked'; readonly column: FieldColumn }

export class FieldsExport {
  readonly names: readonly string[]
  private readonly stack: Stack
  private readonly options: FieldsOptions
  private readonly outputs: readonly Output[]
  private readonly witness: FieldWitness
  /** Whether anything asked for is inside the frame: what the file says of it needs no walk. */
  private readonly walks: boolean
  /** Who writes frames without walking them; undefined where something asked for cannot be read from octets alone. */
  private readonly shaped: ShapedLines | undefined

  /** Throws UnknownFieldError where nothing is called so. */
  constructor(stack: Stack, names: readonly string[], options: Partial<FieldsOptions> = {}) {
    this.stack = stack
    this.names = names
    this.options = { ...defaultFieldsOptions, ...options }
    const catalogue = new Catalogue(stack)
    const columns = new Map<string, FieldColumn>()
    const entries: CatalogueEntry[] = []
    this.outputs = names.map(name => {
      const writer = this.options.columns?.get(name) ?? columnWriters.get(name)
      const entry = catalogue.find(name)
      if (entry !== undefined) entries.push(entry)
      else if (writer === undefined) throw new UnknownFieldError(name, catalogue.suggestions(name))
      const column = columns.get(name) ?? new FieldColumn(name, this.options.occurrence, this.options.aggregator)
      columns.set(name, column)
      return outputOf(name, column, writer)
    })
    const layers = entries.some(entry => entry.type === 'protocol' || entry.name === frameFields.protocols.name)
    const notes = entries.some(entry => expertNames.has(entry.name) || isNote(entry))
    this.walks = this.outputs.some(
      output => output.kind === 'walked' || output.kind === 'packet' || factNeedsWalk(output),
    )
    this.witness = new FieldWitness(columns, layers, notes)
    const { separator, aggregator, quote, occurrence, escape } = this.options
    const isPlain =
      this.outputs.every(({ kind }) => kind !== 'packet') &&
      entries.every(entry => isOfFile(entry) || isTold(stack, entry))
    if (this.walks && isPlain) {
      const joint = escape ? escaped(aggregator) : aggregator
      this.shaped = new ShapedLines(stack, this.lineColumns(), { separator, aggregator: joint, quote, occurrence })
    }
  }

  /** The line of names, and the byte order mark, where they were asked for. */
  writeHeader(s: Sink): void {
    const { bom, header, separator } = this.options
    if (bom) s.text('\ufeff')
    if (header) s.text(this.names.join(separator)).byte(newline)
  }

  /** Writes the line of a record. The frame it was decoded to; undefined where nothing but its octets was needed. */
  write(s: Sink, record: FrameRecord, session: Session): Frame | undefined {
    session.begin(record)
    const shaped = session.isPassive ? this.shaped : undefined
    if (shaped?.write(s, record, session) === true) return undefined
    const frame = this.read(record, session)
    if (shaped !== undefined) shaped.learn(record, frame!)
    const { separator } = this.options
    const { outputs } = this
    for (let i = 0; i < outputs.length; i++) {
      if (i > 0) s.text(separator)
      this.writeColumn(s, outputs[i]!.column)
    }
    s.byte(newline)
    return frame
  }

  /** The next record of a session, whose line somebody else writes: what spans frames goes on as if it were written. */
  follow(record: FrameRecord, session: Session): void {
    session.begin(record)
    if (!this.walks) return
    const shaped = session.isPassive ? this.shaped : undefined
    if (shaped?.knows(record) === true) return
    const frame = walkBlindly(this.stack, record, session)
    if (shaped !== undefined) shaped.learn(record, frame)
  }

  private lineColumns(): readonly LineColumn[] {
    return this.outputs.map(output => {
      const { name } = output.column
      const lists = output.kind === 'fact' && output.fact === 'protocols'
      if (output.kind === 'walked' || lists) return { name, lists, fact: undefined }
      return { name, lists, fact: this.factWriter(output) }
    })
  }

  private factWriter(output: Output): FactWriter {
    const { quote } = this.options
    if (quote === '' && output.kind === 'fact' && isCertain(output.fact)) {
      return (s, record, session) => writeFact(s, output.fact, record, session)
    }
    return (s, record, session) => {
      this.fillOutput(output, undefined, record, session)
      this.writeColumn(s, output.column)
    }
  }

  private writeColumn(s: Sink, { sink }: FieldColumn): void {
    if (sink.length === 0) return
    const { quote, escape } = this.options
    if (quote !== '') s.text(quote)
    if (escape) appendEscaped(s, sink)
    else append(s, sink)
    if (quote !== '') s.text(quote)
  }

  /** The values of field number `index` in the frame filled last, joined by the aggregator. */
  text(index: number): string {
    return this.outputs[index]!.column.sink.toString()
  }

  /** Decodes a record and reads the fields. */
  fill(record: FrameRecord, session: Session): Frame | undefined {
    session.begin(record)
    return this.read(record, session)
  }

  private read(record: FrameRecord, session: Session): Frame | undefined {
    const { witness } = this
    const { buffer, view, start, end, linkType, fcsLength } = record
    witness.reset(view, record.originalLength > end - start)
    const frame = this.walks
      ? this.stack.decodeIn(buffer, view, start, end, linkType, {
          witness,
          session,
          fcsLength,
          missing: Math.max(0, record.originalLength - (end - start)),
          time: record,
          verify: this.options.verify ?? false,
        })
      : undefined
    const { outputs } = this
    for (let i = 0; i < outputs.length; i++) {
      const output = outputs[i]!
      if (output.kind !== 'walked') this.fillOutput(output, frame, record, session)
    }
    return frame
  }

  /** What the walk did not bring: facts of the file, columns of the packet list. */
  private fillOutput(output: Output, frame: Frame | undefined, record: FrameRecord, session: Session): void {
    const { column } = output
    column.clear()
    switch (output.kind) {
      case 'fact':
        fillFact(column, output.fact, record, session, this.witness.protocols)
        break
      case 'frame':
        writeFrameTitle(column.next()!, { record, number: session.number, section: session.section })
        break
      case 'packet':
        if (frame !== undefined) output.write(column.next()!, frame, record, session)
        break
      case 'walked':
        break
      default:
        output satisfies never
    }
  }
}

const newline = 0x0a

function outputOf(name: string, column: FieldColumn, write: ColumnWriter | undefined): Output {
  const fact = factsByName.get(name)
  if (fact !== undefined) return { kind: 'fact', fact, column }
  if (name === 'frame') return { kind: 'frame', column }
  return write === undefined ? { kind: 'walked', column } : { kind: 'packet', write, column }
}

function factNeedsWalk(output: Output): boolean {
  return output.kind === 'fact' && output.fact === 'protocols'
}

/** Whether it is a fact of the file, or of the walk that `frame.protocols` tells of. */
function isOfFile({ name }: CatalogueEntry): boolean {
  return factsByName.has(name) || name === 'frame'
}

function isNote(entry: CatalogueEntry): boolean {
  return entry.fields.some(each => each.severity !== undefined)
}
