/** The commands about routers and their configurations: their options. The work is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { ConfigCheckFlags } from './config-check.ts'
import type { LabFlags } from './lab.ts'
import type { SimulateFlags } from './simulate.ts'

type End = (code: ExitCode) => void

/** Adds `simulate`, `lab` and `config check` to a program. */
export function addLaboratoryCommands(program: Command, io: Io, end: End): void {
  addSimulate(program, io, end)
  addLab(program, io, end)
  addConfigCheck(program, io, end)
}

function addSimulate(program: Command, io: Io, end: End): void {
  program
    .command('simulate')
    .description('Play a laboratory: routers from their configurations, and a story of what happens when.')
    .usage("<folder> [options] [--at <time> '<router>: <what happens>']...")
    .argument('<folder...>', 'the folder with story.yaml and the configurations; and the lines of --at')
    .option('--until <time>', 'when the run ends, in place of the story: 90s, 3m')
    .option('--seed <n>', 'of all chance: the same seed gives the same packets', seed)
    .option('--profile <name>', 'whose habits all routers have: ios12, ios124t, ios15, frr, opennhrp')
    .option('--at <time>', 'one more event: the time, then its line; may be given again', collect)
    .option('--console <router>', 'print what the router’s console says; may be given again', collect)
    .option('--timestamps', 'with the time before each line that a router logs')
    .option('--esp-keys-out <file>', 'the keys of all associations, as esp_sa of Wireshark')
    .option(
      '-w, --write <file>',
      'the frames on the NBMA cloud, one copy each, .pcap or .pcapng; - is pcap on standard output',
    )
    .addOption(new Option('--format <format>', 'whatever the output is called').choices(['pcap', 'pcapng']))
    .addHelpText(
      'after',
      `
Examples:
  dmvpn simulate samples/scenarios/phase-2-eigrp -w out.pcapng
  dmvpn simulate samples/scenarios/phase-2-ipsec -w sealed.pcap --esp-keys-out esp_sa
  dmvpn simulate samples/scenarios/phase-3 --until 3m --seed 7 --at 90s 'R4: ping 10.0.5.5 source 10.0.4.4'
  dmvpn simulate samples/scenarios/phase-2-eigrp --at 4m 'R3: show ip nhrp'
  dmvpn simulate samples/scenarios/phase-2-eigrp --console R3 --at 0s 'R3: debug nhrp' --timestamps
  dmvpn simulate samples/scenarios/phase-3 --profile ios15 -w - --format pcap | dmvpn dissect -

Exit codes: 0 played, 1 some keys could not be written, 2 the command line or the scenario is wrong, 3 cannot read or write.`,
    )
    .action(async (words: readonly string[], flags: SimulateFlags) => {
      const { simulate } = await import('./simulate.ts')
      end(await simulate(words, flags, io))
    })
}

function addLab(program: Command, io: Io, end: End): void {
  program
    .command('lab')
    .description('Sit at the routers of a laboratory: a prompt each, and time that passes when it is told to.')
    .argument('<folder>', 'with story.yaml and the configurations')
    .option('--seed <n>', 'of all chance: the same seed gives the same packets', seed)
    .option('--profile <name>', 'whose habits all routers have: ios12, ios124t, ios15, frr, opennhrp')
    .option('--story', 'have the events of the story happen when their time comes')
    .option('--timestamps', 'with the time before each line that a router logs')
    .addHelpText(
      'after',
      `
At the prompt: commands of IOS (?), R2 or connect R2, wait 30, routers; Ctrl-C for what takes too long, Ctrl-D leaves.

Examples:
  dmvpn lab samples/scenarios/phase-2-eigrp
  dmvpn lab samples/scenarios/phase-3 --story --timestamps --profile frr --seed 7
  printf 'wait 240\\nR3\\nping 10.0.2.2\\nshow ip nhrp\\n' | dmvpn lab samples/scenarios/phase-2-eigrp`,
    )
    .action(async (folder: string, flags: LabFlags) => {
      const { sitInLab } = await import('./lab.ts')
      end(await sitInLab(folder, flags, io))
    })
}

function addConfigCheck(program: Command, io: Io, end: End): void {
  program
    .command('config')
    .description('Configurations of IOS, FRRouting and OpenNHRP.')
    .command('check')
    .description('Show the lines that were not understood, and what will not work between the routers.')
    .argument('<files...>', 'a configuration each; whose language it is in is seen by its content')
    .option('--all', 'show every line with its state')
    .addHelpText(
      'after',
      `
Examples:
  dmvpn config check R1.cfg R2.cfg R3.cfg
  dmvpn config check R1.cfg --all

Exit codes: 0 nothing found but notes, 1 errors or warnings, 2 wrong usage, 3 cannot read.`,
    )
    .action(async (files: readonly string[], flags: ConfigCheckFlags) => {
      const { checkConfigurations } = await import('./config-check.ts')
      end(await checkConfigurations(files, flags, io))
    })
}

function seed(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('must be a whole number.')
  return value
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
