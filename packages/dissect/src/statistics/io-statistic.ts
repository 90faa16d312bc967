/** `-z io,stat,…`: frames and octets in intervals of time, for each filter, or what a field adds up to in them. */
import type { Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { Catalogue } from '../catalogue.ts'
import { FieldColumn, FieldWitness } from '../field-witness.ts'
import { compileFilters, type FilterBank } from '../filter/filter.ts'
import { type FrameFact, frameFields, frameValue } from '../frame-layer.ts'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { writeValue } from '../value-text.ts'
import { stopsInQuote } from './outline.ts'
import type { Statistic } from './statistic.ts'

/** What is made of a field's values in an interval. */
const calculations = ['COUNT', 'SUM', 'MIN', 'MAX', 'AVG', 'LOAD'] as const
/** What is counted of whole frames, one of the two alone. */
const amounts = ['FRAMES', 'BYTES'] as const
type Calculation = (typeof calculations)[number] | (typeof amounts)[number]

/** One column: all frames or those of a filter, counted, or a field of them calculated. */
interface IoColumn {
  readonly text: string
  readonly filter: string
  readonly calculation: Calculation | undefined
  readonly values: FieldColumn | undefined
}

interface Cell {
  frames: number
  bytes: number
  count: number
  sum: number
  least: number
  greatest: number
  /** How many more times than before it are under way from here on, through whole intervals: of LOAD. */
  whole: number
  /** Times under way on average, once everything is counted. */
  load: number
}

const perSecond = 1e9
/** Intervals counted at most: a capture may claim to last for years. */
const mostIntervals = 1 << 20

export class IoStatistic implements Statistic {
  readonly name = 'io'
  readonly fields: readonly string[]
  /** Nanoseconds; 0 for the whole capture. */
  private readonly interval: number
  private readonly columns: readonly IoColumn[]
  private readonly stack: Stack
  private readonly bank: FilterBank
  private readonly witness: FieldWitness | undefined
  private readonly values: ReadonlyMap<string, FieldColumn>
  private readonly facts: readonly FrameFact[]
  private readonly rows: Cell[][] = []
  private duration = 0

  /** Throws RangeError where a column is not understood, and FilterError where a filter is none. */
  constructor(stack: Stack, seconds: number, columns: readonly string[]) {
    this.stack = stack
    this.interval = Math.round(seconds * perSecond)
    const catalogue = new Catalogue(stack)
    const values = new Map<string, FieldColumn>()
    this.columns = (columns.length === 0 ? [''] : columns).map(text => columnOf(text, catalogue, values))
    this.bank = compileFilters(
      stack,
      this.columns.map(each => (each.filter === '' ? 'frame' : each.filter)),
      catalogue,
    )
    this.facts = (Object.keys(frameFields) as FrameFact[]).filter(fact => values.has(frameFields[fact].name))
    this.values = values
    this.witness = values.size === 0 ? undefined : new FieldWitness(values, true, false)
    this.fields = [...this.bank.fields, ...values.keys()]
  }

  walk(record: FrameRecord, session: Session): void {
    const passes = this.bank.passes(record, session)
    const { frame } = this.bank
    if (frame !== undefined && stopsInQuote(frame)) return
    const { relative } = session
    if (relative > this.duration) this.duration = relative
    if (relative < 0) return
    if (this.witness !== undefined) this.read(this.witness, record, session)
    const index = this.interval === 0 ? 0 : Math.floor(relative / this.interval)
    if (index >= mostIntervals) return
    const row = (this.rows[index] ??= this.columns.map(emptyCell))
    for (let i = 0; i < passes.length; i++) {
      if (passes[i] !== true) continue
      const column = this.columns[i]!
      add(row[i]!, column, record.originalLength)
      if (column.calculation === 'LOAD') this.spread(i, column.values!, relative)
    }
  }

  report(): readonly { readonly start: number; readonly end: number; readonly columns: readonly unknown[] }[] {
    return this.lines.map(({ start, end, cells }) => ({
      start: start / perSecond,
      end: end / perSecond,
      columns: cells.map((cell, i) => {
        const { text, calculation } = this.columns[i]!
        if (calculation === undefined) return { filter: text, frames: cell.frames, bytes: cell.bytes }
        return { filter: text, value: calculate(cell, calculation) }
      }),
    }))
  }

  /** Much as tshark writes it. */
  write(s: Sink): void {
    const { lines, columns } = this
    const digits = this.interval > 0 && this.interval % perSecond === 0 ? 0 : 3
    const times = lines.map(({ start, end }) => [start, end].map(each => (each / perSecond).toFixed(digits)))
    const timeWidth = Math.max(...times.flat().map(each => each.length), 3)
    const heads = columns.map(({ calculation }) => (calculation === undefined ? ['Frames', 'Bytes'] : [calculation]))
    const cells = lines.map(line => line.cells.map((cell, i) => textsOf(cell, columns[i]!.calculation)))
    const widths = heads.map((head, i) =>
      head.map((title, j) => Math.max(title.length, ...cells.map(row => row[i]![j]!.length))),
    )
    const row = (time: string, texts: readonly (readonly string[])[]): string =>
      `| ${time} |${texts.map((each, i) => each.map((text, j) => ` ${text.padStart(widths[i]![j]!)} |`).join('')).join('')}`
    const title = row('Interval'.padEnd(2 * timeWidth + 4), heads)
    const rule = '-'.repeat(title.length - 2)
    s.text(`\n${'='.repeat(title.length)}\n`)
    s.text(`IO Statistics\nDuration: ${(this.duration / perSecond).toFixed(6)} secs\n`)
    s.text(`Interval: ${this.interval === 0 ? 'all' : `${this.interval / perSecond} secs`}\n\n`)
    for (const [i, { text }] of columns.entries()) {
      s.text(`${i === 0 ? 'Col ' : '    '}${i + 1}: ${text === '' ? 'Frames and bytes' : text}\n`)
    }
    s.text(`|${rule}|\n${title}\n|${rule}|\n`)
    for (const [i, [start = '', end = '']] of times.entries()) {
      s.text(`${row(`${start.padStart(timeWidth)} <> ${end.padStart(timeWidth)}`, cells[i]!)}\n`)
    }
    s.text(`${'='.repeat(title.length)}\n`)
  }

  /** Every interval from the capture's beginning to its end, empty ones too. */
  private get lines(): { readonly start: number; readonly end: number; readonly cells: readonly Cell[] }[] {
    const { interval, duration } = this
    const step = interval === 0 || interval > duration ? Math.max(duration, 1) : interval
    const count = Math.min(Math.max(1, Math.ceil(duration / step)), mostIntervals)
    // A frame at the very end of the last interval is in it.
    const whole = this.columns.map(() => 0)
    return Array.from({ length: count }, (_, i) => {
      const [start, end] = [i * step, Math.min((i + 1) * step, duration)]
      const plain = this.rows[i] ?? this.columns.map(emptyCell)
      const over = i === count - 1 ? this.rows[count] : undefined
      const cells = over === undefined ? plain : plain.map((cell, j) => joined(cell, over[j]!))
      for (const [j, cell] of plain.entries()) whole[j]! += cell.whole
      return { start, end, cells: cells.map((cell, j) => ({ ...cell, load: loadOf(cell, whole[j]!, end - start) })) }
    })
  }

  /** A response's time is under way in all intervals that it reaches back to: seconds of it are added to each. */
  private spread(i: number, { count, sink }: FieldColumn, relative: number): void {
    if (count === 0) return
    const step = this.interval === 0 ? Number.POSITIVE_INFINITY : this.interval
    const cellAt = (index: number): Cell => (this.rows[index] ??= this.columns.map(emptyCell))[i]!
    const last = Math.floor(relative / step)
    for (const text of sink.toString().split(' ')) {
      const begun =
        this.interval === 0 ? relative - Number(text) * perSecond : Math.max(0, relative - Number(text) * perSecond)
      const first = Math.max(0, Math.floor(begun / step))
      if (first >= last) {
        cellAt(last).sum += Math.max(0, relative - begun) / perSecond
        continue
      }
      cellAt(first).sum += ((first + 1) * step - begun) / perSecond
      cellAt(last).sum += (relative - last * step) / perSecond
      cellAt(first + 1).whole += 1
      cellAt(last).whole -= 1
    }
  }

  private read(witness: FieldWitness, record: FrameRecord, session: Session): void {
    session.again()
    session.begin(record)
    const { buffer, view, start, end, linkType, fcsLength } = record
    witness.reset(view, record.originalLength > end - start)
    const missing = Math.max(0, record.originalLength - (end - start))
    this.stack.decodeIn(buffer, view, start, end, linkType, { witness, session, fcsLength, missing, time: record })
    for (const fact of this.facts) {
      const value = frameValue(fact, record, session)
      const field = frameFields[fact]
      if (value !== undefined) writeValue(this.values.get(field.name)!.next()!, field, value, 'fields', true)
    }
  }
}

/** `COUNT(field)filter`, `FRAMES` or `FRAMES()filter`, or a filter. */
function columnOf(text: string, catalogue: Catalogue, values: Map<string, FieldColumn>): IoColumn {
  const [, amount, of = ''] = /^(FRAMES|BYTES)(?:\(\)(.*))?$/s.exec(text) ?? []
  const counted = amounts.find(each => each === amount)
  if (counted !== undefined) return { text, filter: of, calculation: counted, values: undefined }
  const [, name, field, filter] = /^([A-Z]+)\(([\w.]+)\)(.*)$/s.exec(text) ?? []
  if (name === undefined || field === undefined) {
    return { text, filter: text, calculation: undefined, values: undefined }
  }
  const calculation = calculations.find(each => each === name)
  if (calculation === undefined)
    throw new RangeError(`${name}(…): not one of ${[...calculations, ...amounts].join(', ')}`)
  const entry = catalogue.find(field)
  if (entry === undefined) throw new RangeError(`no field is named ${field}`)
  if (calculation === 'LOAD' && entry.type !== 'relative-time') {
    throw new RangeError(`${field} is no span of time: LOAD(${field}) makes no sense`)
  }
  if (calculation !== 'COUNT' && !/^(u?int|double|relative-time|frame-number)/.test(entry.type)) {
    throw new RangeError(`${field} is no number: only COUNT(${field}) makes sense`)
  }
  const column = values.get(field) ?? new FieldColumn(field, 'all', ' ')
  values.set(field, column)
  return { text, filter: filter ?? '', calculation, values: column }
}

function emptyCell(): Cell {
  return {
    frames: 0,
    bytes: 0,
    count: 0,
    sum: 0,
    least: Number.POSITIVE_INFINITY,
    greatest: Number.NEGATIVE_INFINITY,
    whole: 0,
    load: 0,
  }
}

function add(cell: Cell, { calculation, values }: IoColumn, bytes: number): void {
  cell.frames++
  cell.bytes += bytes
  if (calculation === undefined || values === undefined || values.count === 0) return
  cell.count += values.count
  if (calculation === 'COUNT' || calculation === 'LOAD') return
  for (const text of values.sink.toString().split(' ')) {
    const value = Number(text)
    cell.sum += value
    cell.least = Math.min(cell.least, value)
    cell.greatest = Math.max(cell.greatest, value)
  }
}

function joined(a: Cell, b: Cell): Cell {
  return {
    frames: a.frames + b.frames,
    bytes: a.bytes + b.bytes,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    least: Math.min(a.least, b.least),
    greatest: Math.max(a.greatest, b.greatest),
    whole: a.whole + b.whole,
    load: 0,
  }
}

/** What is under way on average in an interval of so many nanoseconds, `whole` times all the while. */
function loadOf({ sum }: Cell, whole: number, length: number): number {
  return whole + (length > 0 ? (sum * perSecond) / length : 0)
}

function calculate(cell: Cell, calculation: Calculation): number {
  if (calculation === 'FRAMES') return cell.frames
  if (calculation === 'BYTES') return cell.bytes
  if (calculation === 'LOAD') return cell.load
  if (cell.count === 0) return 0
  switch (calculation) {
    case 'COUNT':
      return cell.count
    case 'SUM':
      return cell.sum
    case 'MIN':
      return cell.least
    case 'MAX':
      return cell.greatest
    case 'AVG':
      return cell.sum / cell.count
    default:
      return calculation satisfies never
  }
}

function textsOf(cell: Cell, calculation: Calculation | undefined): readonly string[] {
  if (calculation === undefined) return [String(cell.frames), String(cell.bytes)]
  const value = calculate(cell, calculation)
  return [Number.isInteger(value) ? String(value) : value.toFixed(6)]
}
