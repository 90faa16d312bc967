/** `dmvpn simulate`: plays a scenario to its end, and writes what crossed the NBMA cloud. */
import { type CaptureFormat, describeInterface, linkType, recordOf } from '@dmvpn/capture'
import { formatAddressPattern, type SecurityAssociation, transformName, writeKeys } from '@dmvpn/ipsec'
import { formatDuration, type Stage, stage, Unending } from '@dmvpn/sim'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { writePrivateText } from '../text-file.ts'
import { CaptureOutput } from './capture-output.ts'
import { interrupted, interruptible } from './interruption.ts'
import { profileNamed } from './profile-name.ts'
import { readScenario, type Scenario } from './scenario.ts'
import { Conversation, eventsByConsole, lineByLine } from './simulate-console.ts'
import { SimulationSummary } from './simulate-summary.ts'

/** As commander hands them over. */
export interface SimulateFlags {
  readonly until?: string
  readonly seed?: number
  readonly profile?: string
  readonly at?: readonly string[]
  readonly console?: readonly string[]
  readonly timestamps?: boolean
  readonly espKeysOut?: string
  readonly write?: string
  readonly format?: CaptureFormat
}

/** Events of a whole run before it is taken to be without end. */
const most = 50_000_000
/** Virtual time between looks for a signal. */
const slice = 1_000_000

/**
 * Plays the scenario among the words; the others are the lines of `--at`, in order. Throws CommandError for mistakes on
 * the command line and in the scenario, and for what cannot be read or written.
 */
export async function simulate(words: readonly string[], flags: SimulateFlags, io: Io): Promise<ExitCode> {
  const { folder, events } = sorted(words, flags.at ?? [])
  const { until, seed, write: file } = flags
  const scenario = await readScenario(folder, { until, seed, profile: profileNamed(flags.profile), events }, io)
  for (const remark of scenario.remarks) io.err(`dmvpn: ${remark}`)
  const { quiet, spoken } = eventsByConsole(scenario.story, flags.console ?? [])
  const { simulation, cloud } = stage(quiet, scenario.settings, { seed: scenario.story.seed })
  const conversation = new Conversation(simulation, spoken, {
    followed: flags.console ?? [],
    timestamps: flags.timestamps === true,
    // Standard output is a capture's where there is one.
    say: file === '-' ? lineByLine(io.err) : text => io.out.sink.text(text),
  })
  const summary = new SimulationSummary()
  simulation.watch((step, at, station) => summary.take(step, at, station))
  const output =
    file === undefined
      ? undefined
      : new CaptureOutput(file, { format: flags.format, linkType: linkType.ipv4, nanoseconds: false })
  let frames = 0
  const description = describeInterface({
    linkType: linkType.ipv4,
    resolution: 6,
    name: cloud.name,
    ...(scenario.story.about === '' ? {} : { description: scenario.story.about }),
  })
  simulation.tapInto(cloud, ({ at, bytes }) => {
    frames++
    const seconds = Math.floor(at / 1_000_000)
    output?.write(
      recordOf(bytes, { description, linkType: linkType.ipv4, seconds, nanoseconds: (at % 1_000_000) * 1000 }),
    )
  })
  await play({ simulation, cloud }, scenario, output)
  output?.close()
  const left = flags.espKeysOut === undefined ? 0 : exportKeys({ simulation, cloud }, flags.espKeysOut, io)
  if (file === '-') return left > 0 ? exitCode.damaged : exitCode.done
  const { sink } = io.out
  if (conversation.wasHeard) sink.text('\n')
  const { about, routers, until: end, seed: sown } = scenario.story
  if (about !== '') sink.text(`${about}\n`)
  sink.text(
    `${routers.length} routers: ${routers.map(({ name }) => name).join(', ')}; ${formatDuration(end)}, seed ${sown}\n`,
  )
  summary.write(sink)
  sink.text(`${frames} frames on the cloud\n`)
  if (output !== undefined) sink.text(`${output.summary}\n`)
  return left > 0 ? exitCode.damaged : exitCode.done
}

async function play({ simulation }: Stage, { story }: Scenario, output: CaptureOutput | undefined): Promise<void> {
  await interruptible(async interruption => {
    try {
      for (let end = slice; ; end += slice) {
        simulation.run({ until: Math.min(end, story.until), atMost: most - simulation.events })
        if (end >= story.until) return
        if (!(await interruption.came())) continue
        output?.close()
        throw interrupted(output?.summary ?? `at ${formatDuration(simulation.now)}`)
      }
    } catch (error) {
      if (!(error instanceof Unending)) throw error
      output?.close()
      throw new CommandError(`the scenario does not come to an end: ${error.message}`)
    }
  })
}

/** The folder, and the times of `--at` each with its line. A line begins with a router and a colon. */
function sorted(
  words: readonly string[],
  times: readonly string[],
): { readonly folder: string; readonly events: readonly (readonly [string, string])[] } {
  const isLine = (word: string): boolean => /^\s*[^\s:/\\]+\s*:\s/.test(word)
  const [folder, ...others] = words.filter(each => !isLine(each))
  const lines = words.filter(isLine)
  if (folder === undefined) throw new CommandError('no scenario: name a folder with a story.yaml')
  if (others.length > 0)
    throw new CommandError(`${others[0]}: one scenario at a time; a line of --at is "R3: ping ADDRESS"`)
  if (lines.length !== times.length) {
    throw new CommandError(`--at ${times.join(', ')}: ${lines.length} lines for it; it is --at 90s 'R3: ping 10.0.2.2'`)
  }
  return { folder, events: times.map((at, index) => [at, lines[index]!]) }
}

/** How many associations the form has no words for. */
function exportKeys({ simulation }: Stage, file: string, io: Io): number {
  const associations = new Map<string, SecurityAssociation>()
  for (const { keys } of simulation.stations.values())
    for (const each of keys) associations.set(`${each.spi.value} ${formatAddressPattern(each.destination)}`, each)
  const { text, left } = writeKeys('wireshark', [...associations.values()])
  writePrivateText(file, text)
  for (const { association, because } of left) io.err(`dmvpn: left out: ${transformName(association)}: ${because}`)
  return left.length
}
