/** tshark's `-E`: how `-T fields` is laid out. */
import { defaultFieldsOptions, type FieldsOptions, type Occurrence } from '@dmvpn/dissect'
import { CommandError } from '../exit-code.ts'

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
  'not one of bom=y|n, header=y|n, separator=/t|/s|<character>, occurrence=f|l|a, aggregator=,|/s|<character>, quote=d|s|n, escape=y|n'

const occurrences: Readonly<Record<string, Occurrence>> = { f: 'first', l: 'last', a: 'all' }
const quotes: Readonly<Record<string, string>> = { d: '"', s: "'", n: '' }
const yes: Readonly<Record<string, boolean>> = { y: true, n: false }
const spelled: Readonly<Record<string, string>> = { '/t': '\t', '/s': ' ' }

function printOption(name: string, value: string): Partial<FieldsOptions> | undefined {
  switch (name) {
    case 'bom':
    case 'header':
    case 'escape':
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
