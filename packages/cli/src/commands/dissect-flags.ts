/** The options of `dmvpn dissect`, understood: mistakes are found before a file is opened. */
import { Catalogue, defaultFieldsOptions, type FieldsOptions, type Occurrence } from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'
import { CommandError } from '../exit-code.ts'
import type { EspFlags } from './esp-keys.ts'

/** As commander hands them over. */
export interface DissectFlags extends EspFlags {
  readonly read?: readonly string[]
  readonly verbose?: boolean
  readonly only?: readonly string[]
  readonly hexDump?: boolean
  readonly hex?: string
  readonly type?: string
  readonly field?: readonly string[]
  readonly print?: readonly string[]
  readonly count?: number
  readonly packets?: boolean
  readonly reassembly?: boolean
  readonly showSecrets?: boolean
  readonly strict?: boolean
  readonly color?: boolean | string
}

/** The files to read. Throws CommandError where none is named. */
export function filesOf(files: readonly string[], flags: DissectFlags): readonly string[] {
  const all = [...(flags.read ?? []), ...files]
  if (all.length === 0) throw new CommandError('no capture file: name one, or - for standard input')
  return all
}

/** What kind of output is asked for. Throws CommandError where options contradict each other. */
export function formatOf(flags: DissectFlags): 'text' | 'fields' | 'json' | 'packets' {
  const type = flags.type ?? 'text'
  if (type !== 'text' && type !== 'fields' && type !== 'json') {
    throw new CommandError(`-T ${type}: not one of text, fields, json`)
  }
  if (flags.packets === true && flags.type !== undefined) throw new CommandError('--packets and -T exclude each other')
  if (type === 'fields' && flags.field === undefined) throw new CommandError('-T fields needs at least one -e')
  if (type !== 'fields' && flags.field !== undefined) throw new CommandError('-e needs -T fields')
  if (type !== 'fields' && flags.print !== undefined) throw new CommandError('-E needs -T fields')
  return flags.packets === true ? 'packets' : type
}

/** The protocols of `-O`. Throws CommandError where there is no such protocol. */
export function protocolsOf(only: readonly string[] | undefined, stack: Stack): ReadonlySet<string> | undefined {
  if (only === undefined) return undefined
  const names = only.flatMap(list => list.split(',')).map(name => name.trim().toLowerCase())
  const catalogue = new Catalogue(stack)
  for (const name of names)
    if (catalogue.find(name)?.type !== 'protocol') throw unknownName('protocol', name, catalogue)
  return new Set(names)
}

/** The name given to `--hex`. Throws CommandError where nothing is called so. */
export function markedOf(name: string | undefined, stack: Stack): string | undefined {
  if (name === undefined) return undefined
  const catalogue = new Catalogue(stack)
  if (catalogue.find(name) === undefined) throw unknownName('field', name, catalogue)
  return name
}

function unknownName(what: string, name: string, catalogue: Catalogue): CommandError {
  const meant = catalogue.suggestions(name)
  return new CommandError(
    `no ${what} is named ${name}${meant.length === 0 ? '' : `; did you mean ${meant.join(' or ')}?`}`,
  )
}

/** tshark's `-E` options. Throws CommandError where one is not known. */
export function printOptionsOf(print: readonly string[] = []): FieldsOptions {
  let options = defaultFieldsOptions
  for (const each of print) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(each) ?? []
    const changed = printOption(name, value)
    if (changed === undefined) throw new CommandError(`-E ${each}: ${printUsage}`)
    options = { ...options, ...changed }
  }
  return options
}

const printUsage =
  'not one of bom=y|n, header=y|n, separator=/t|/s|<character>, occurrence=f|l|a, aggregator=,|/s|<character>, quote=d|s|n'

const occurrences: Readonly<Record<string, Occurrence>> = { f: 'first', l: 'last', a: 'all' }
const quotes: Readonly<Record<string, string>> = { d: '"', s: "'", n: '' }
const yes: Readonly<Record<string, boolean>> = { y: true, n: false }
const spelled: Readonly<Record<string, string>> = { '/t': '\t', '/s': ' ' }

function printOption(name: string, value: string): Partial<FieldsOptions> | undefined {
  switch (name) {
    case 'bom':
    case 'header':
      return yes[value] === undefined ? undefined : { [name]: yes[value] }
    case 'separator':
    case 'aggregator': {
      const character = spelled[value] ?? value
      return /^.$/su.test(character) ? { [name]: character } : undefined
    }
    case 'occurrence':
      return occurrences[value] === undefined ? undefined : { occurrence: occurrences[value] }
    case 'quote':
      return quotes[value] === undefined ? undefined : { quote: quotes[value] }
    default:
      return undefined
  }
}
