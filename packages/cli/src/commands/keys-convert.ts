/** `dmvpn keys convert`: keys of ESP and AH from one form to another. */
import type { SecurityAssociation } from '@dmvpn/ipsec'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { writePrivateText } from '../text-file.ts'
import { readKeyFile } from './esp-keys.ts'

/** As commander hands them over. */
export interface KeysFlags {
  readonly to?: string
  readonly out?: string
  readonly recent?: boolean
}

/**
 * Reads key files of any form and writes them in one. What cannot be read or has no words in the other form is said and
 * ends in exit code 1. Throws CommandError for mistakes on the command line.
 */
export async function convertKeys(files: readonly string[], flags: KeysFlags, io: Io): Promise<ExitCode> {
  const { keyFormats, transformName, writeKeys } = await import('@dmvpn/ipsec')
  const format = keyFormats.find(each => each === flags.to)
  if (format === undefined) {
    const given = flags.to === undefined ? 'no form given' : `--to ${flags.to}: no such form`
    throw new CommandError(`${given}; --to takes one of ${keyFormats.join(', ')}`)
  }
  if (files.length === 0) throw new CommandError('no key file: name one, or - for standard input')
  const associations: SecurityAssociation[] = []
  let problems = 0
  for (const file of files) {
    const keys = await readKeyFile(file, io)
    associations.push(...keys.associations)
    problems += keys.problems.length
  }
  const { text, left } = writeKeys(format, associations, { recent: flags.recent === true })
  for (const { association, because } of left) {
    io.err(
      `dmvpn: left out: ${association.protocol} ${spiText(association)} (${transformName(association)}): ${because}`,
    )
  }
  if (flags.out === undefined) io.out.sink.text(text)
  else writePrivateText(flags.out, text)
  return problems > 0 || left.length > 0 ? exitCode.damaged : exitCode.done
}

function spiText({ spi }: SecurityAssociation): string {
  return `SPI 0x${spi.value.toString(16).padStart(8, '0')}`
}
