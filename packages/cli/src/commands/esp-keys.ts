/** The options about ESP and AH of every command that reads captures: keys, and what is guessed without them. */
import type { AssociationTable, IpsecSession, KeyFile, SecurityAssociation } from '@dmvpn/ipsec'
import { CommandError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readText } from '../text-file.ts'
import { preferencesOf } from './preferences.ts'

/** As commander hands them over. */
export interface EspFlags {
  readonly espKeys?: readonly string[]
  readonly espNull?: boolean
  readonly preference?: readonly string[]
}

/** Gives every capture file its own session of ESP and AH; undefined where nothing of them is asked for. */
export type EspSessions = () => IpsecSession

/** A key file in words: problems go to standard error, the rest is used. Throws CommandError where nothing can be. */
export async function readKeyFile(file: string, io: Io): Promise<KeyFile> {
  const { readKeys } = await import('@dmvpn/ipsec')
  const keys = readKeys(await readText(file, io))
  for (const { line, column, message } of keys.problems) io.err(`dmvpn: ${file}:${line}:${column}: ${message}`)
  if (keys.associations.length === 0) throw new CommandError(`${file}: no keys in it that can be used`)
  return keys
}

/**
 * What follows ESP and AH through a capture. `shown` tells whether verdicts or sequence numbers can be seen in the
 * output: without that and without keys there is nothing to follow.
 */
export async function espSessionsOf(flags: EspFlags, io: Io, shown: boolean): Promise<EspSessions | undefined> {
  const { associations: lines, decryption, analyseSequence, guessNull } = preferencesOf(flags.preference)
  const associations: SecurityAssociation[] = []
  for (const file of flags.espKeys ?? []) associations.push(...(await readKeyFile(file, io)).associations)
  for (const line of lines) associations.push(...(await readLine(line)))
  const guesses = flags.espNull === true || guessNull === true
  if (!shown && associations.length === 0 && !guesses) return undefined
  const ipsec = await import('@dmvpn/ipsec')
  const table: AssociationTable = new ipsec.AssociationTable(decryption ? associations : [])
  return () => new ipsec.IpsecSession(table, { guessNull: guesses, analyseSequence })
}

/** One `-o uat:esp_sa:…`. Throws CommandError where it is wrong: it was written for this run. */
async function readLine(line: string): Promise<readonly SecurityAssociation[]> {
  const { readWiresharkKeys } = await import('@dmvpn/ipsec')
  const { associations, problems } = readWiresharkKeys(line)
  const [problem] = problems
  if (problem !== undefined) throw new CommandError(`-o uat:esp_sa:… column ${problem.column}: ${problem.message}`)
  return associations
}
