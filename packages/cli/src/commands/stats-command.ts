/** `dmvpn stats`: its options. The work is loaded when it is asked for. */
import { type Command, InvalidArgumentError } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { StatsFlags } from './stats.ts'

/** Adds the command to a program. */
export function addStats(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('stats')
    .description('Count what is in capture files.')
    .argument('[files...]', 'capture files; - is standard input')
    .option('-r, --read <file>', 'a capture file, as for tshark; may be given again', collect)
    .option('--esp', 'every association of ESP and AH: packets, verdicts, replays, gaps, reordering, rekeys')
    .option('--json', 'as one JSON object')
    .option('-c, --count <n>', 'stop after this many packets', count)
    .option('--esp-keys <file>', 'keys of ESP and AH, of any form; may be given again', collect)
    .option('--esp-null', 'look into ESP without keys: it may not be encrypted')
    .option('-o, --preference <name:value>', 'as for tshark: uat:esp_sa:"…"', collect)
    .addHelpText(
      'after',
      `
Examples:
  dmvpn stats hub.pcap --esp --esp-keys esp_sa  every association with its verdicts
  dmvpn stats hub.pcap --esp --json | jq '.esp[] | select(.replays > 0)'`,
    )
    .action(async (files: readonly string[], flags: StatsFlags) => {
      const { countFiles } = await import('./stats.ts')
      end(await countFiles(files, flags, io))
    })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number from 1.')
  return value
}
