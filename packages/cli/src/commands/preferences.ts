/** `-o name:value`, tshark's preferences: those that have a meaning here. */
import { CommandError } from '../exit-code.ts'

export interface Preferences {
  /** Lines of Wireshark's `esp_sa` table. */
  readonly associations: readonly string[]
  /** Whether associations are used at all. */
  readonly decryption: boolean
  /** Whether sequence numbers of ESP are analysed. */
  readonly analyseSequence: boolean
  /** Whether ESP without an association is looked at for NULL encryption; undefined where nobody said. */
  readonly guessNull: boolean | undefined
  /** Columns in Wireshark's notation; undefined where nobody said. */
  readonly columns: string | undefined
  /** Whether fragments are put together. */
  readonly defragment: boolean
  /** Whether the checksums of IPv4, UDP and TCP are verified. */
  readonly verify: boolean
}

/** Names that are spelled as tshark has them, and what each is about. */
const known: Readonly<Record<string, keyof Preferences | 'always'>> = {
  'ip.defragment': 'defragment',
  'ipv6.defragment': 'defragment',
  'ip.check_checksum': 'verify',
  'udp.check_checksum': 'verify',
  'tcp.check_checksum': 'verify',
  'esp.enable_encryption_decode': 'decryption',
  'esp.enable_authentication_check': 'always',
  'esp.do_esp_sequence_analysis': 'analyseSequence',
  'esp.enable_null_encryption_decode_heuristic': 'guessNull',
}

const associationTable = 'uat:esp_sa:'
const columnFormat = 'gui.column.format:'

/** Reads the preferences. Throws CommandError where one is not known, or has no such value. */
export function preferencesOf(given: readonly string[] = []): Preferences {
  const associations: string[] = []
  const settings = new Map<string, boolean>()
  let columns: string | undefined
  for (const each of given) {
    if (each.startsWith(associationTable)) {
      associations.push(each.slice(associationTable.length))
      continue
    }
    if (each.startsWith(columnFormat)) {
      columns = each.slice(columnFormat.length)
      continue
    }
    const [, name = each, value = ''] = /^([^:]*):(.*)$/s.exec(each) ?? []
    const setting = known[name.trim()]
    if (setting === undefined) throw new CommandError(`-o ${name}: not one of ${names.join(', ')}`)
    const truth = truthOf(value)
    if (truth === undefined) throw new CommandError(`-o ${name}: ${JSON.stringify(value)} is neither TRUE nor FALSE`)
    if (setting === 'always' && !truth)
      throw new CommandError(`-o ${name}: an ICV is always verified where there is a key`)
    settings.set(setting, truth)
  }
  return {
    associations,
    decryption: settings.get('decryption') ?? true,
    analyseSequence: settings.get('analyseSequence') ?? true,
    guessNull: settings.get('guessNull'),
    columns,
    defragment: settings.get('defragment') ?? true,
    verify: settings.get('verify') ?? false,
  }
}

const names: readonly string[] = [associationTable, columnFormat, ...Object.keys(known)]

function truthOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  if (word === 'true' || word === '1') return true
  return word === 'false' || word === '0' ? false : undefined
}
