/** Which fields an output shows: what nobody sees need not be followed through the capture. */
import type { Filter } from '@dmvpn/dissect'
import type { DissectFlags, OutputFormat } from './dissect-flags.ts'
import { preferencesOf } from './preferences.ts'

/** The names a command line shows or asks about; undefined where it shows everything there is. */
export function shownFields(
  flags: DissectFlags,
  format: OutputFormat,
  filter: Filter | undefined,
): readonly string[] | undefined {
  const columns = [
    ...(filter?.fields ?? []),
    ...(flags.columns?.split(',') ?? []),
    ...Array.from((preferencesOf(flags.preference).columns ?? '').matchAll(/%Cus:([^:",]+)/g), match => match[1]!),
  ].map(name => name.trim())
  if (flags.quiet === true || format === 'packets') return columns
  if (flags.field !== undefined) return [...flags.field, ...columns]
  switch (format) {
    case 'text':
      if (flags.verbose === true || flags.only !== undefined) return undefined
      return flags.hex === undefined ? columns : [...columns, flags.hex]
    case 'tabs':
    case 'csv':
    case 'psml':
      return columns
    default:
      return undefined
  }
}

/** Whether verdicts and what sequence numbers say of ESP and AH may be among them: the headers alone need nobody. */
export function showsEsp(names: readonly string[] | undefined): boolean {
  return names === undefined || names.some(name => /^(esp|ah|_ws\.expert)\b/.test(name) && !headers.has(name))
}

const headers: ReadonlySet<string> = new Set(['esp', 'esp.spi', 'esp.sequence', 'ah', 'ah.spi', 'ah.sequence'])
