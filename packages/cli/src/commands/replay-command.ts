/** `dmvpn replay`: its options. The work is loaded when it is asked for. */
import { type Command, Option } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { ReplayFlags } from './replay.ts'

/** Adds the command to a program. */
export function addReplay(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('replay')
    .description('Judge a capture: whether each station did what the standard, or its own system, says.')
    .argument('[files...]', 'capture files, each judged by itself; - is standard input')
    .addOption(
      new Option('--profile <profile>', 'whose ways are judged by; auto finds out for each station')
        .choices(['auto', 'rfc2332', 'ios12', 'ios124t', 'ios15', 'frr', 'opennhrp'])
        .default('auto'),
    )
    .addOption(
      new Option('--format <format>', 'the form of the report')
        .choices(['text', 'json', 'junit', 'sarif'])
        .default('text'),
    )
    .addOption(
      new Option('--severity <severity>', 'exit with 1 on failures as bad as this, or worse')
        .choices(['error', 'warning', 'information'])
        .default('error'),
    )
    .option('--complete', 'the capture has every link: what is not in it was not sent')
    .option('--passes', 'list what is right, too')
    .option('--all', 'list everything that is not failed or passed, not once a station and rule')
    .option('--rule <id>', 'judge by this rule alone; may be given again', collect)
    .option('--explain <id>', 'what a rule says, where that is written, and who is known to depart from it')
    .option('--cache', 'judge nothing: show every station’s NHRP cache at the end of the capture, or at --at')
    .option('--timelines', 'judge nothing: show what became of every mapping')
    .option('--at <time>', 'of --cache, since the first frame: 30s, 1.5m')
    .option('--station <address>', 'of --cache and --timelines: this one alone, by its NBMA or tunnel address')
    .option('--against-core', 'judge no rules: compare what each station sent with what a reference router sends')
    .option('--router <name=file>', 'of --against-core, a router’s configuration; may be given again', collect)
    .option('--from-start', 'of --against-core: every router was switched on in the capture')
    .option('--esp-keys <file>', 'keys of ESP and AH, of any form; may be given again', collect)
    .option('--esp-null', 'look into ESP without keys: it may not be encrypted')
    .option('-o, --preference <name:value>', 'as for tshark: uat:esp_sa:"…"', collect)
    .addHelpText(
      'after',
      `
Every rule ends in pass, fail, a departure that the station's system is known for, or "cannot judge" with the reason:
the capture began too late, ended too early, has one side only, is encrypted, cut short, or lost frames.

Examples:
  dmvpn replay hub.pcap
  dmvpn replay hub.pcap --profile rfc2332 --severity warning
  dmvpn replay hub.pcap --esp-keys esp_sa --format json | jq '.verdicts[] | select(.verdict == "fail")'
  dmvpn replay hub.pcap --format sarif > hub.sarif
  dmvpn replay --explain N53
  dmvpn replay hub.pcap --cache --at 30s --station 10.0.0.1
  dmvpn replay hub.pcap --timelines
  dmvpn replay hub.pcap --against-core --router R1=hub.cfg --router R2=spoke.cfg --from-start
  dmvpn replay hub.pcap --complete --passes --all
  dmvpn replay hub.pcap --rule N53 --esp-null -o esp.do_esp_sequence_analysis:FALSE

Exit codes: 0 no failure of that severity, 1 failures or a damaged file, 2 wrong usage, 3 cannot read, 130 interrupted.`,
    )
    .action(async (files: readonly string[], flags: ReplayFlags) => {
      const { replay } = await import('./replay.ts')
      end(await replay(files, flags, io))
    })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
