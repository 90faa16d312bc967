/** `dmvpn config check`: what became of every line of configurations, and what will not work between the routers. */
import { basename } from 'node:path'
import { type CheckedRouter, checkConfigs, describeFindings, type LineState, parseConfiguration } from '@dmvpn/ios'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readText } from '../text-file.ts'

/** As commander hands them over. */
export interface ConfigCheckFlags {
  readonly all?: boolean
}

const states: readonly LineState[] = ['understood', 'irrelevant', 'not-yet', 'questionable', 'unrecognised']
const quiet: ReadonlySet<LineState> = new Set(['understood', 'irrelevant'])

/** Ends with 1 where packets would be lost or something meant would not happen. Throws CommandError for unreadable files. */
export async function checkConfigurations(
  files: readonly string[],
  { all = false }: ConfigCheckFlags,
  io: Io,
): Promise<ExitCode> {
  const routers: CheckedRouter[] = []
  const { sink } = io.out
  if (new Set(files).size < files.length) throw new CommandError('a file is named twice')
  for (const file of files) {
    const named = basename(file).replace(/\.[^.]*$/, '')
    const configuration = parseConfiguration(await readText(file, io), { hostname: named })
    routers.push({ name: file, ...configuration })
    const { lines, dialect } = configuration
    if (lines.every(each => each.state === 'unrecognised'))
      throw new CommandError(`${file}: no line of a configuration in it`)
    const counts = states.flatMap(state => {
      const count = lines.filter(each => each.state === state).length
      return count === 0 ? [] : [`${count} ${state}`]
    })
    sink.text(`${file}: ${dialect}, ${lines.length} line${lines.length === 1 ? '' : 's'}: ${counts.join(', ')}\n`)
    for (const { number, text, state, because } of lines) {
      if (!all && quiet.has(state)) continue
      const why = because === undefined ? '' : `  (${because})`
      sink.text(`${String(number).padStart(6)}  ${state.padEnd(12)}  ${text}${why}\n`)
    }
    io.out.settle()
  }
  const findings = checkConfigs(routers)
  if (findings.length > 0) sink.text('\n')
  sink.text(describeFindings(findings))
  return findings.some(({ severity }) => severity !== 'note') ? exitCode.damaged : exitCode.done
}
