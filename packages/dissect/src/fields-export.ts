/** `-T fields`: the named fields of each frame on a line, compiled to what they read. */
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { Catalogue, type CatalogueEntry } from './catalogue.ts'
import { type ColumnWriter, columnWriters } from './columns.ts'
import { expertFields } from './expert.ts'
import { FieldColumn, FieldWitness, type Occurrence } from './field-witness.ts'
import { type FrameFact, frameFields, frameTitle, frameValue } from './frame-layer.ts'
import type { FrameRecord } from './frame-record.ts'
import type { Session } from './session/session.ts'
import { writeValue } from './value-text.ts'

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
  }

  /** The line of names, and the byte order mark, where they were asked for. */
  writeHeader(s: Sink): void {
    const { bom, header, separator } = this.options
    if (bom) s.text('\ufeff')
    if (header) s.text(this.names.join(separator)).byte(newline)
  }

  /** Decodes a record and writes its line. */
  write(s: Sink, record: FrameRecord, session: Session): Frame | undefined {
    const frame = this.fill(record, session)
    const { separator, quote, escape } = this.options
    const { outputs } = this
    for (let i = 0; i < outputs.length; i++) {
      if (i > 0) s.text(separator)
      const { sink } = outputs[i]!.column
      if (sink.length === 0) continue
      if (quote !== '') s.text(quote)
      if (escape) appendEscaped(s, sink)
      else append(s, sink)
      if (quote !== '') s.text(quote)
    }
    s.byte(newline)
    return frame
  }

  /** The values of field number `index` in the frame filled last, joined by the aggregator. */
  text(index: number): string {
    return this.outputs[index]!.column.sink.toString()
  }

  /** Decodes a record and reads the fields. */
  fill(record: FrameRecord, session: Session): Frame | undefined {
    session.begin(record)
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
        this.fillFact(output.fact, column, record, session)
        break
      case 'frame':
        column.next()?.text(frameTitle(record, session))
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

  private fillFact(fact: FrameFact, column: FieldColumn, record: FrameRecord, session: Session): void {
    if (fact === 'protocols') column.next()?.text(this.witness.protocols.join(':'))
    else if (fact === 'comment') for (const comment of record.comments ?? []) column.next()?.text(comment)
    else if (fact === 'epoch') column.next()?.dec(record.seconds).byte(0x2e).dec(record.nanoseconds, 9)
    else {
      const value = frameValue(fact, record, session)
      if (value !== undefined) writeValue(column.next()!, frameFields[fact], value, 'fields', true)
    }
  }
}

const newline = 0x0a

/** Copies short texts octet by octet: a view on them would cost more than the copy. */
function append(s: Sink, from: Sink): void {
  const { length } = from
  if (length > 64) {
    s.raw(from.bytes.subarray(0, length))
    return
  }
  s.reserve(length)
  const source = from.bytes
  const target = s.bytes
  const at = s.length
  for (let i = 0; i < length; i++) target[at + i] = source[i]!
  s.length = at + length
}

/** The same with the escapes of C for what would break a line or move it: bell to carriage return. */
function appendEscaped(s: Sink, from: Sink): void {
  const { bytes, length } = from
  for (let i = 0; i < length; i++) {
    if ((bytes[i]! - bell) >>> 0 < escapes.length) {
      for (let at = 0; at < length; at++) {
        const name = escapes[bytes[at]! - bell]
        if (name === undefined) s.byte(bytes[at]!)
        else s.byte(backslash).text(name)
      }
      return
    }
  }
  append(s, from)
}

const bell = 7
const backslash = 0x5c
const escapes = 'abtnvfr'

function outputOf(name: string, column: FieldColumn, write: ColumnWriter | undefined): Output {
  const fact = factsByName.get(name)
  if (fact !== undefined) return { kind: 'fact', fact, column }
  if (name === 'frame') return { kind: 'frame', column }
  return write === undefined ? { kind: 'walked', column } : { kind: 'packet', write, column }
}

function factNeedsWalk(output: Output): boolean {
  return output.kind === 'fact' && output.fact === 'protocols'
}

function isNote(entry: CatalogueEntry): boolean {
  return entry.fields.some(each => each.severity !== undefined)
}
