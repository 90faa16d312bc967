/** The columns of a packet on one line: as tshark aligns them, between tabs, or as CSV. */
import type { Sink } from '@dmvpn/wire'
import type { Column } from '../column-format.ts'
import type { ColumnFrame, ColumnList } from '../column-list.ts'
import { writeXmlText } from './xml-text.ts'

const space = 0x20
const newline = 0x0a
const quote = 0x22
const comma = 0x2c

/** `-T text`, and `-T tabs` with a tab as `separator`. */
export function writeColumnsLine(s: Sink, list: ColumnList, shown: ColumnFrame, separator = ' '): void {
  const cells = list.fill(shown)
  const { columns } = list
  for (const [index, cell] of cells.entries()) {
    const { format } = columns[index]!
    const width = leftWidth(format)
    for (let length = charactersOf(cell); length < width; length++) s.byte(space)
    s.raw(cell.bytes.subarray(0, cell.length))
    if (isEnd(format, 'd')) for (let length = charactersOf(cell); length < addressWidth; length++) s.byte(space)
    if (index < cells.length - 1) s.text(separator).text(arrowBetween(format, columns[index + 1]!.format, separator))
  }
  s.byte(newline)
}

/** The line of titles of `-T csv`. */
export function writeCsvHeader(s: Sink, columns: readonly Column[]): void {
  writeCsv(
    s,
    columns.map(({ title }) => title),
  )
}

/** RFC 4180: every value in quotes, quotes doubled. */
export function writeCsvLine(s: Sink, list: ColumnList, shown: ColumnFrame): void {
  writeCsv(
    s,
    list.fill(shown).map(cell => cell.toString()),
  )
}

function writeCsv(s: Sink, values: readonly string[]): void {
  for (const [index, value] of values.entries()) {
    if (index > 0) s.byte(comma)
    s.byte(quote).text(value.replaceAll('"', '""')).byte(quote)
  }
  s.byte(newline)
}

/** The beginning of `-T psml`; `creator` is the name and version of the program. */
export function beginPsml(s: Sink, columns: readonly Column[], creator: string): void {
  s.text('<?xml version="1.0" encoding="utf-8"?>\n<psml version="0" creator="')
  writeXmlText(s, creator)
  s.text('">\n<structure>\n')
  for (const { title } of columns) writeSection(s, title)
  s.text('</structure>\n\n')
}

export function writePsml(s: Sink, list: ColumnList, shown: ColumnFrame): void {
  s.text('<packet>\n')
  for (const cell of list.fill(shown)) writeSection(s, cell.toString())
  s.text('</packet>\n\n')
}

export function endPsml(s: Sink): void {
  s.text('</psml>\n')
}

function writeSection(s: Sink, text: string): void {
  s.text('<section>')
  writeXmlText(s, text)
  s.text('</section>\n')
}

const numberWidth = 5
const timeWidth = 10
const addressWidth = 12

/** How wide a cell is made from the left: numbers, times but for differences between frames, sources. */
function leftWidth(format: string): number {
  if (format === '%m') return numberWidth
  if (format.endsWith('t')) return format === '%Tt' || format === '%Gt' ? 0 : timeWidth
  return isEnd(format, 's') ? addressWidth : 0
}

/** Whether a format is an address of one end: `%s`, `%rhs`, `%und`. */
function isEnd(format: string, end: 's' | 'd'): boolean {
  return addresses.test(format) && format.endsWith(end)
}

const addresses = /^%[ru]?[hn]?[sd]$/

/** Between the two ends of one kind of address, which way the packet went. */
function arrowBetween(left: string, right: string, separator: string): string {
  if (!addresses.test(left) || !addresses.test(right)) return ''
  const kind = (format: string): string => format.replaceAll(/[%rusd]/g, '')
  if (kind(left) !== kind(right) || left.at(-1) === right.at(-1)) return ''
  return `${left.endsWith('s') ? '→' : '←'}${separator}`
}

/** Characters of UTF-8: octets that do not continue one. */
function charactersOf({ bytes, length }: Sink): number {
  let count = 0
  for (let i = 0; i < length; i++) if ((bytes[i]! & 0xc0) !== 0x80) count++
  return count
}
