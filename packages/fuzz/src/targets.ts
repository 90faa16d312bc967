/** The targets that are not our own code in our own process. */
import type { Target } from './fuzz-target.ts'
import { isKnownDifference } from './known-differences.ts'
import { captureOfAll, lineDifference, ourLines, tsharkLines, usualFields } from './oracle.ts'
import type { OutFolder } from './out-folder.ts'
import { brokenBy, type CommandLimits, runCommand } from './target-command.ts'
import type { Broken } from './target-self.ts'

/** It takes the third of a second to start. */
const attemptsWithTshark = 150

export interface CommandTargetOptions extends CommandLimits {
  /** Where the capture is written and the command runs. */
  readonly out: OutFolder
  readonly signal?: AbortSignal | undefined
  /** Compare what the command prints, fields separated by tabs, a line for each frame, with what tshark prints. */
  readonly compare?: readonly string[] | undefined
}

/** A command that takes a capture: judged by how it ends, and by what it prints where that is asked for. */
export function commandTarget(command: string, options: CommandTargetOptions): Target {
  const { out, signal, compare } = options
  const folder = out.folder('scratch')
  const file = out.place('scratch/case.pcap')
  return {
    name: `command ${command}${compare === undefined ? '' : ` against tshark's ${compare.join(' ')}`}`,
    batch: 1,
    attempts: compare === undefined ? 400 : attemptsWithTshark,
    async judge(cases) {
      const verdicts: (Broken | undefined)[] = []
      for (const each of cases) {
        out.write('scratch/case.pcap', captureOfAll([each]))
        const outcome = await runCommand(command, file, folder, options, signal)
        const broken = brokenBy(outcome, options)
        if (broken !== undefined || compare === undefined) verdicts.push(broken)
        else
          verdicts.push(await difference([outcome.stdout.split('\n')[0] ?? ''], file, compare).then(found => found[0]))
      }
      return verdicts
    },
  }
}

/** What we read of a frame against what tshark reads, field by field. */
export function tsharkTarget(out: OutFolder, fields: readonly string[] = usualFields): Target {
  const file = out.place('scratch/batch.pcap')
  out.folder('scratch')
  return {
    name: `self against tshark's ${fields.join(' ')}`,
    batch: 200,
    attempts: attemptsWithTshark,
    async judge(cases) {
      out.write('scratch/batch.pcap', captureOfAll(cases))
      const theirs = await tsharkLines(file, fields)
      return ourLines(cases, fields).map((line, index) =>
        lineDifference(line, theirs[index] ?? '', fields, (...found) => isKnownDifference(cases[index]!, ...found)),
      )
    },
  }
}

async function difference(
  ours: readonly string[],
  file: string,
  fields: readonly string[],
): Promise<readonly (Broken | undefined)[]> {
  const theirs = await tsharkLines(file, fields)
  return ours.map((line, index) => lineDifference(line, theirs[index] ?? '', fields))
}
