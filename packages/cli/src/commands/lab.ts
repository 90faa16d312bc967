/** `dmvpn lab`: a prompt per router. On a terminal with history, completion and `?`; from a pipe line by line. */
import type { ProfileName } from '@dmvpn/core'
import { type Stage, stage } from '@dmvpn/sim'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { linesIn } from './lab-lines.ts'
import { converse } from './lab-terminal.ts'
import { Laboratory } from './laboratory.ts'
import { profileNamed } from './profile-name.ts'
import { readScenario } from './scenario.ts'

/** As commander hands them over. */
export interface LabFlags {
  readonly seed?: number
  readonly profile?: string
  readonly story?: boolean
  readonly timestamps?: boolean
}

/** Sits in a folder's laboratory until whoever types leaves. Throws CommandError for mistakes in the scenario. */
export async function sitInLab(folder: string, flags: LabFlags, io: Io): Promise<ExitCode> {
  const profile: ProfileName | undefined = profileNamed(flags.profile)
  const scenario = await readScenario(folder, { seed: flags.seed, profile }, io)
  for (const remark of scenario.remarks) io.err(`dmvpn: ${remark}`)
  const { story } = scenario
  if (story.routers.length === 0) throw new CommandError(`${folder}: there is no router`)
  const events = flags.story === true ? story.events : []
  const set: Stage = stage({ ...story, events }, scenario.settings, { seed: story.seed })
  const options = { timestamps: flags.timestamps === true }
  const { terminal, out } = io
  if (terminal !== undefined) {
    await converse(terminal, write => new Laboratory(set, write, options))
    return exitCode.done
  }
  const laboratory = new Laboratory(set, text => out.sink.text(text), options)
  for await (const line of linesIn(io.stdin)) {
    out.sink.text(`${laboratory.prompt}${line}\n`)
    const outcome = line.trimEnd().endsWith('?') ? sayHelp(laboratory, line, io) : await laboratory.enter(line)
    out.flush()
    if (outcome === 'leave' || out.closed) break
  }
  return exitCode.done
}

function sayHelp(laboratory: Laboratory, line: string, io: Io): 'stay' {
  io.out.sink.text(laboratory.help(line.trimEnd().slice(0, -1).trimStart()))
  return 'stay'
}
