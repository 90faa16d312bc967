/** Columns by Wireshark's formats: `"No.","%m","Key","%Cus:gre.key:0:R"`, as the preference `gui.column.format` has them. */
import type { Catalogue } from './catalogue.ts'

export interface Column {
  readonly title: string
  /** One of `columnFormats`; `%Cus` for a column of fields. */
  readonly format: string
  /** The fields of a `%Cus` column, in the order they are printed. */
  readonly fields: readonly string[]
  /** Which occurrence is printed: 0 all, 1 the first, -1 the last. */
  readonly occurrence: number
  /** Whether numbers are printed by their names. */
  readonly named: boolean
}

/** Every format there is, with what it prints. Where we have nothing to print the text says so. */
export const columnFormats: ReadonlyMap<string, string> = new Map([
  ['%m', 'Number'],
  ['%t', 'Time (format as specified)'],
  ['%Rt', 'Relative time'],
  ['%Tt', 'Delta time'],
  ['%Gt', 'Delta time displayed'],
  ['%At', 'Absolute time'],
  ['%Yt', 'Absolute date, as YYYY-MM-DD, and time'],
  ['%YDOYt', 'Absolute date, as YYYY/DOY, and time'],
  ['%Aut', 'UTC time'],
  ['%Yut', 'UTC date, as YYYY-MM-DD, and time'],
  ['%YDOYut', 'UTC date, as YYYY/DOY, and time'],
  ['%s', 'Source address'],
  ['%rs', 'Source address'],
  ['%us', 'Source address'],
  ['%hs', 'Hardware source address'],
  ['%rhs', 'Hardware source address'],
  ['%uhs', 'Hardware source address'],
  ['%ns', 'Network source address'],
  ['%rns', 'Network source address'],
  ['%uns', 'Network source address'],
  ['%S', 'Source port'],
  ['%rS', 'Source port'],
  ['%uS', 'Source port'],
  ['%d', 'Destination address'],
  ['%rd', 'Destination address'],
  ['%ud', 'Destination address'],
  ['%hd', 'Hardware destination address'],
  ['%rhd', 'Hardware destination address'],
  ['%uhd', 'Hardware destination address'],
  ['%nd', 'Network destination address'],
  ['%rnd', 'Network destination address'],
  ['%und', 'Network destination address'],
  ['%D', 'Destination port'],
  ['%rD', 'Destination port'],
  ['%uD', 'Destination port'],
  ['%p', 'Protocol'],
  ['%L', 'Packet length in octets'],
  ['%B', 'Octets so far'],
  ['%f', 'DSCP of the innermost IP header'],
  ['%q', 'VLAN identifier'],
  ['%a', 'Severity of the gravest note'],
  ['%i', 'Information'],
  ['%Cus', 'Fields: %Cus:name||name:occurrence:R'],
])

/** tshark's own columns. */
export const defaultColumns: readonly Column[] = [
  plainColumn('No.', '%m'),
  plainColumn('Time', '%t'),
  plainColumn('Source', '%s'),
  plainColumn('Destination', '%d'),
  plainColumn('Protocol', '%p'),
  plainColumn('Length', '%L'),
  plainColumn('Info', '%i'),
]

/** A column list that cannot be understood, and why. */
export class ColumnFormatError extends RangeError {
  constructor(message: string) {
    super(message)
    this.name = 'ColumnFormatError'
  }
}

/** Reads the value of `gui.column.format`. Throws ColumnFormatError. */
export function parseColumnFormat(text: string, catalogue: Catalogue): readonly Column[] {
  const words = quotedWords(text)
  if (words.length === 0 || words.length % 2 !== 0) {
    throw new ColumnFormatError('columns are pairs of a title and a format: "No.","%m","Time","%t"')
  }
  const columns: Column[] = []
  for (let i = 0; i < words.length; i += 2) columns.push(columnOf(words[i]!, words[i + 1]!, catalogue))
  return columns
}

/** Reads `--columns`: short names of `defaultColumns`, and names of fields, which are titles at the same time. */
export function parseColumnNames(text: string, catalogue: Catalogue): readonly Column[] {
  const names = text.split(',').map(name => name.trim())
  return names.map(name => {
    const known = defaultColumns.find(({ title }) => shortName(title) === shortName(name))
    return known ?? columnOf(name, name.startsWith('%') ? name : `%Cus:${name}`, catalogue)
  })
}

function shortName(title: string): string {
  return title.toLowerCase().replace('.', '')
}

function plainColumn(title: string, format: string): Column {
  return { title, format, fields: [], occurrence: 0, named: true }
}

function columnOf(title: string, format: string, catalogue: Catalogue): Column {
  if (!format.startsWith('%Cus')) {
    if (!columnFormats.has(format)) throw new ColumnFormatError(`no column has the format ${format}`)
    return plainColumn(title, format)
  }
  const [, names = '', occurrence = '0', form = 'R'] = /^%Cus:([^:]+)(?::(-?\d+))?(?::([RU]?))?$/.exec(format) ?? []
  if (names === '') throw new ColumnFormatError(`${format}: not of the form %Cus:field:occurrence:R`)
  const fields = names.split(/\s*\|\|\s*/)
  for (const field of fields) {
    if (catalogue.find(field) !== undefined) continue
    const meant = catalogue.suggestions(field)
    const hint = meant.length === 0 ? '' : `; did you mean ${meant.join(' or ')}?`
    throw new ColumnFormatError(`no field is named ${field}${hint}`)
  }
  return { title, format: '%Cus', fields, occurrence: Number(occurrence), named: form !== 'U' }
}

/** Words separated by commas, in quotes or without. */
function quotedWords(text: string): string[] {
  const words: string[] = []
  const word = /\s*(?:"((?:[^"\\]|\\.)*)"|([^",]*))\s*(,|$)/gy
  while (word.lastIndex < text.length) {
    const match = word.exec(text)
    if (match === null) throw new ColumnFormatError(`cannot read the columns from ${text}`)
    words.push(match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[2]!.trim())
    if (match[3] === '') break
  }
  return words
}
