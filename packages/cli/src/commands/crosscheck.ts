/** `dmvpn crosscheck`: what other people's parsers read otherwise. */
import { compressionOf, formatOf } from '@dmvpn/capture'
import { type CaptureComparison, compareCapture, type Disagreement, knownDisagreements } from '@dmvpn/crosscheck'
import { dmvpn, type Stack } from '@dmvpn/protocols'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readOctets } from '../text-file.ts'
import { sayDamage } from './reading-end.ts'

export interface CrosscheckFlags {
  readonly all?: boolean
}

/**
 * Writes a line for each disagreement with what `stack` reads, and one for each file. Throws CommandError for what cannot
 * be read, or is no capture.
 */
export async function crosscheck(
  files: readonly string[],
  { all = false }: CrosscheckFlags,
  io: Io,
  stack: Stack = dmvpn,
): Promise<ExitCode> {
  let code: ExitCode = exitCode.done
  for (const file of files) {
    const bytes = await readOctets(file, io)
    if (formatOf(bytes) === undefined && compressionOf(bytes) === undefined)
      throw new CommandError(`cannot read ${file}: not a capture`, exitCode.unreadable)
    const comparison = compareCapture(bytes, stack)
    let unknown = 0
    for (const found of comparison.disagreements) {
      const known = knownDisagreements.find(each => each.covers(found))
      if (known === undefined) unknown++
      if (known === undefined || all) io.out.sink.text(`${file}: ${lineOf(found)}${reasonOf(known)}\n`)
    }
    io.out.sink.text(`${file}: ${summaryOf(comparison, unknown)}\n`)
    io.out.settle()
    const { fault } = comparison
    if (fault !== undefined) sayDamage({ file, fault }, io)
    if (unknown > 0 || fault !== undefined) code = exitCode.damaged
  }
  return code
}

function lineOf({ frame, at, field, ours, theirs, by }: Disagreement): string {
  return `${frame === undefined ? '' : `frame ${frame}, `}octet ${at}, ${field}: ours ${ours}, ${by} ${theirs}`
}

function reasonOf(known: { readonly because: string } | undefined): string {
  return known === undefined ? '' : ` (known: ${known.because})`
}

function summaryOf({ frames, unasked, disagreements }: CaptureComparison, unknown: number): string {
  const known = disagreements.length - unknown
  const beside = known === 0 ? '' : `, ${known} known`
  const records = unasked === undefined ? '' : `; pcap-parser was not asked: ${unasked}`
  return `${frames} frames, ${unknown} disagreements${beside}${records}`
}
