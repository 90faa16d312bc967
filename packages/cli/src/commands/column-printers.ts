/** Packets as lines of columns: `-T text`, `tabs`, `csv`, `psml`, with columns and times of one's choice. */
import {
  beginPsml,
  Catalogue,
  type Column,
  ColumnFormatError,
  type ColumnFrame,
  ColumnList,
  decodeRecord,
  defaultColumns,
  dissect,
  endPsml,
  FrameFollower,
  parseColumnFormat,
  parseColumnNames,
  TreeWitness,
  writeColumnsLine,
  writeCsvHeader,
  writeCsvLine,
  writePsml,
} from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { CommandError } from '../exit-code.ts'
import { version } from '../version.ts'
import { choosesColumns, type DissectFlags, timesOf } from './dissect-flags.ts'
import type { Printer } from './dissect-printers.ts'
import { preferencesOf } from './preferences.ts'
import { printOptionsOf } from './print-options.ts'

/** The columns that were asked for, or undefined where they are tshark's own. Throws CommandError where there are none such. */
export function columnsOf(flags: DissectFlags, stack: Stack): ColumnList | undefined {
  if (!choosesColumns(flags)) return undefined
  return new ColumnList(chosen(flags, preferencesOf(flags.preference).columns, stack), timesOf(flags))
}

function chosen({ columns }: DissectFlags, format: string | undefined, stack: Stack): readonly Column[] {
  try {
    if (columns !== undefined) return parseColumnNames(columns, new Catalogue(stack))
    return format === undefined ? defaultColumns : parseColumnFormat(format, new Catalogue(stack))
  } catch (error) {
    if (!(error instanceof ColumnFormatError)) throw error
    throw new CommandError(`${columns === undefined ? '-o gui.column.format' : '--columns'}: ${error.message}`)
  }
}

/** Writes the line of a packet where columns or times were chosen; undefined where they were not. */
export function columnLineOf(flags: DissectFlags, stack: Stack): ((s: Sink, shown: ColumnFrame) => void) | undefined {
  const list = columnsOf(flags, stack)
  return list === undefined ? undefined : (s, shown) => writeColumnsLine(s, list, shown)
}

/** Throws CommandError where columns are not known. */
export function columnPrinter(flags: DissectFlags, stack: Stack, format: 'text' | 'tabs' | 'csv' | 'psml'): Printer {
  const list = fieldColumns(flags, stack) ?? columnsOf(flags, stack) ?? new ColumnList()
  const witness = list.needsTree ? new TreeWitness() : undefined
  const follower = new FrameFollower(stack)
  const write = writers[format]
  return {
    begin(s) {
      if (format === 'csv' && printOptionsOf(flags.print).bom) s.text('\ufeff')
      if (format === 'csv') writeCsvHeader(s, list.columns)
      else if (format === 'psml') beginPsml(s, list.columns, `dmvpn/${version}`)
    },
    file: () => list.begin(),
    print(s, record, session) {
      const frame =
        witness === undefined
          ? decodeRecord(stack, record, session)
          : dissect(stack, record, { session, witness, verify: preferencesOf(flags.preference).verify }).frame
      write(s, list, { frame, record, session, witness })
      return frame
    },
    follow(record, session) {
      if (witness === undefined) decodeRecord(stack, record, session)
      else follower.follow(record, session)
      list.pass(record)
    },
    end(s) {
      if (format === 'psml') endPsml(s)
    },
  }
}

const writers: Readonly<
  Record<'text' | 'tabs' | 'csv' | 'psml', (s: Sink, list: ColumnList, shown: ColumnFrame) => void>
> = {
  text: (s, list, shown) => writeColumnsLine(s, list, shown),
  tabs: (s, list, shown) => writeColumnsLine(s, list, shown, '\t'),
  csv: writeCsvLine,
  psml: writePsml,
}

/** `-T csv -e`: a column for each field, its values as `-T fields` writes them. */
function fieldColumns(flags: DissectFlags, stack: Stack): ColumnList | undefined {
  if (flags.field === undefined) return undefined
  const { occurrence } = printOptionsOf(flags.print)
  const which = occurrence === 'all' ? 0 : occurrence === 'first' ? 1 : -1
  const times = timesOf(flags)
  const known = columnsOf(flags, stack)?.columns ?? defaultColumns
  const catalogue = new Catalogue(stack)
  return new ColumnList(
    flags.field.map(
      name => known.find(({ title }) => `_ws.col.${title}` === name) ?? fieldColumn(name, which, catalogue),
    ),
    times,
  )
}

function fieldColumn(name: string, occurrence: number, catalogue: Catalogue): Column {
  const [column] = parseColumnFormat(`"${name}","%Cus:${name}:${occurrence}:U"`, catalogue)
  return column!
}
