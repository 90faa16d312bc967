/** The options of `dmvpn dissect`, understood: mistakes are found before a file is opened. */
import { type SecondsStyle, type TimeStyle, timeStyles } from '@dmvpn/dissect'
import { CommandError } from '../exit-code.ts'
import type { NameFlags } from './address-names.ts'
import type { EspFlags } from './esp-keys.ts'
import type { PassFlags } from './first-pass.ts'
import { preferencesOf } from './preferences.ts'

/** As commander hands them over. */
export interface DissectFlags extends EspFlags, PassFlags, NameFlags {
  readonly read?: readonly string[]
  readonly verbose?: boolean
  readonly only?: readonly string[]
  readonly hexDump?: boolean
  readonly hex?: string
  readonly type?: string
  readonly field?: readonly string[]
  readonly print?: readonly string[]
  readonly count?: number
  readonly displayFilter?: string
  readonly time?: string
  readonly seconds?: string
  readonly columns?: string
  readonly ndjson?: boolean
  readonly lineBuffered?: boolean
  readonly quiet?: boolean
  readonly statistic?: readonly string[]
  readonly write?: string
  readonly format?: 'pcap' | 'pcapng'
  readonly printAlso?: boolean
  readonly decodeAs?: readonly string[]
  readonly packets?: boolean
  readonly reassembly?: boolean
  readonly showSecrets?: boolean
  readonly strict?: boolean
  readonly color?: boolean | string
  /** Threads that print; one where left out. */
  readonly workers?: number
}

/** The files to read. Throws CommandError where none is named. */
export function filesOf(files: readonly string[], flags: DissectFlags): readonly string[] {
  const all = [...(flags.read ?? []), ...files]
  if (all.length === 0) throw new CommandError('no capture file: name one, or - for standard input')
  return all
}

/** What kind of output is asked for. */
export type OutputFormat = (typeof outputTypes)[number] | 'packets'

/** What `-T` takes. */
export const outputTypes = ['text', 'tabs', 'csv', 'psml', 'fields', 'json', 'jsonraw', 'ek', 'pdml'] as const
const withFields: readonly string[] = ['fields', 'json', 'ek', 'csv']
const withColumns: readonly string[] = ['text', 'tabs', 'csv', 'psml']

/** The format of a command line. Throws CommandError where options contradict each other. */
export function formatOf(flags: DissectFlags): OutputFormat {
  const asked = flags.type ?? (flags.ndjson === true ? 'json' : 'text')
  const type = outputTypes.find(each => each === asked)
  if (type === undefined) throw new CommandError(`-T ${asked}: not one of ${outputTypes.join(', ')}`)
  const refused = contradictionOf(flags, type)
  if (refused !== undefined) throw new CommandError(refused)
  return flags.packets === true ? 'packets' : type
}

function contradictionOf(flags: DissectFlags, type: (typeof outputTypes)[number]): string | undefined {
  if (flags.packets === true && flags.type !== undefined) return '--packets and -T exclude each other'
  if (type === 'fields' && flags.field === undefined) return '-T fields needs at least one -e'
  if (!withFields.includes(type) && flags.field !== undefined) return '-e needs -T fields, json, ek or csv'
  if (flags.print !== undefined && flags.field === undefined) return '-E needs -e'
  if (flags.columns !== undefined && !withColumns.includes(type)) return '--columns needs -T text, tabs, csv or psml'
  if (flags.ndjson === true && type !== 'json') return '--ndjson needs -T json'
  if (flags.verbose === true && flags.type !== undefined && type !== 'text') return `-V has no meaning with -T ${type}`
  return undefined
}

/** How `-t` and `-u` want times. Throws CommandError where they want something else. */
export function timesOf(flags: DissectFlags): { readonly time: TimeStyle; readonly seconds: SecondsStyle } {
  const time = timeStyles.find(each => each === (flags.time ?? 'r'))
  if (time === undefined) throw new CommandError(`-t ${flags.time}: not one of ${timeStyles.join(', ')}`)
  const { seconds = 's' } = flags
  if (seconds !== 's' && seconds !== 'hms') throw new CommandError(`-u ${seconds}: neither s nor hms`)
  return { time, seconds }
}

/** Whether columns or times other than tshark's own are asked for. Throws CommandError where times are no such. */
export function choosesColumns(flags: DissectFlags): boolean {
  const { time, seconds } = timesOf(flags)
  const isUsual = flags.columns === undefined && preferencesOf(flags.preference).columns === undefined
  return !isUsual || time !== 'r' || seconds !== 's'
}
