/** The commands that look for mistakes, ours and others': their options. The work is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { CrosscheckFlags } from './crosscheck.ts'
import type { FuzzFlags } from './fuzz.ts'

type End = (code: ExitCode) => void

/** Adds `fuzz` and `crosscheck` to a program. */
export function addSearchCommands(program: Command, io: Io, end: End): void {
  addFuzz(program, io, end)
  addCrosscheck(program, io, end)
}

function addFuzz(program: Command, io: Io, end: End): void {
  program
    .command('fuzz')
    .description('Look for octets that a reader of NHRP, GRE or ESP does not survive. Nothing is sent to a network.')
    .argument('[seeds...]', 'captures whose frames the search begins with, beside the built-in ones')
    .option('--self', 'try this project, guided by the ways its code goes')
    .option('--files', 'with --self: try its readers of capture files instead of its decoder')
    .option('--target <command>', 'try a command; {} is the capture file it is given')
    .option('--corpus <dir>', 'write the labelled corpus of malformed packets and capture files, and its manifest')
    .option('--runs <n>', 'how many cases in all (default: 100000; a command: 1000; with --minutes: no limit)', whole)
    .option('--minutes <m>', 'stop after so many minutes', positive)
    .option('--seed <n>', 'of all chance: the same seed tries the same cases (default: 1)', whole)
    .option('--out <dir>', 'where findings and the state go; a stopped search goes on from there')
    .option('--time-limit <s>', 'seconds after which a case is a finding (default: 10)', positive)
    .option('--memory-limit <MiB>', 'memory above which a case is a finding (with --self: 1024)', positive)
    .option('--accept <codes>', 'exit codes of a command that are no finding (default: 0,1)', codes)
    .addOption(new Option('--compare <oracle>', 'compare the values of fields').choices(['tshark']))
    .option('-e, --field <name>', 'a field to compare; may be given again', collect)
    .option('--focus <parts>', 'with --self: count only these protocols, such as nhrp,gre', list)
    .addHelpText(
      'after',
      `
A finding is shrunk and written to findings/ in --out: a capture of one frame, and a JSON note that names the law that
is broken, the field, and how the frame differs from a valid one. With --compare, a command prints the fields of -e as
\`tshark -T fields\` does. Ctrl-C stops the search; the same command goes on with it.

Examples:
  dmvpn fuzz --self --minutes 5 --out found
  dmvpn fuzz --self --files --runs 20000 --out found-files
  dmvpn fuzz --target 'my-nhrp-parser {}' --runs 5000 --time-limit 2 --memory-limit 256 --out found hub.pcap
  dmvpn fuzz --self --compare tshark -e nhrp.htime -e nhrp.code --out found
  dmvpn fuzz --self --focus nhrp,gre --seed 2 --runs 10000
  dmvpn fuzz --target './reader {}' --accept 0,1,3
  dmvpn fuzz --corpus malformed

Exit codes: 0 nothing found, 1 something found, 2 wrong usage, 3 cannot read or write, 130 stopped by Ctrl-C.`,
    )
    .action(async (seeds: readonly string[], flags: FuzzFlags) => {
      const { fuzz } = await import('./fuzz.ts')
      end(await fuzz(seeds, flags, io))
    })
}

function addCrosscheck(program: Command, io: Io, end: End): void {
  program
    .command('crosscheck')
    .description('Read captures with other parsers too (binary-parser, pcap-parser) and list where they disagree.')
    .argument('<files...>', 'capture files; - is standard input')
    .option('--all', 'show known disagreements, too, and why they are')
    .addHelpText(
      'after',
      `
Examples:
  dmvpn crosscheck hub.pcap
  dmvpn crosscheck hub.pcap --all

Exit codes: 0 no disagreement but known ones, 1 some, 2 wrong usage, 3 cannot read.`,
    )
    .action(async (files: readonly string[], flags: CrosscheckFlags) => {
      const { crosscheck } = await import('./crosscheck.ts')
      end(await crosscheck(files, flags, io))
    })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function list(text: string): readonly string[] {
  return text.split(',').filter(part => part !== '')
}

function whole(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('must be a whole number.')
  return value
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number above 0.')
  return value
}

function codes(text: string): readonly number[] {
  return list(text).map(whole)
}
