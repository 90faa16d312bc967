/** The commands that show captures side by side and as diagrams: their options. The work is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { DiffFlags } from './diff.ts'
import type { LadderFlags } from './ladder.ts'

type End = (code: ExitCode) => void

/** Adds `ladder` and `diff` to a program. */
export function addReportCommands(program: Command, io: Io, end: End): void {
  addLadder(program, io, end)
  addDiff(program, io, end)
}

function addLadder(program: Command, io: Io, end: End): void {
  program
    .command('ladder')
    .description('Draw who said what to whom: stations as columns, NHRP messages as arrows, data counted.')
    .argument('<file>', 'a capture file; - is standard input')
    .addOption(
      new Option('--format <format>', 'the form of the diagram').choices(['text', 'mermaid', 'svg']).default('text'),
    )
    .option('-Y, --display-filter <filter>', 'only packets that match')
    .option('--rows <n>', 'rows at most; what comes after them is counted (default: 200)', count)
    .option('--names <file>', 'names of addresses: a hosts file or a router configuration; may be given again', collect)
    .option('--esp-keys <file>', 'keys of ESP and AH, of any form; may be given again', collect)
    .option('--esp-null', 'look into ESP without keys: it may not be encrypted')
    .option('-o, --preference <name:value>', 'as for tshark: uat:esp_sa:"…"', collect)
    .addHelpText(
      'after',
      `
Beside a message stands what it is to others: the frame it answers and how long that took, the frame it was first sent
in, the frame it was passed on from, that nobody answered it, or that there was no time left to. Packets seen on several
interfaces are drawn once.

Examples:
  dmvpn ladder hub.pcap
  dmvpn ladder hub.pcap -Y 'nhrp.hdr.op.type in {1, 2, 8}' --format svg > shortcut.svg
  dmvpn ladder hub.pcap --format mermaid --names hosts
  dmvpn ladder hub.pcap --esp-keys esp_sa --rows 20
  dmvpn ladder hub.pcap --esp-null -o ip.defragment:FALSE`,
    )
    .action(async (file: string, flags: LadderFlags) => {
      const { drawLadder } = await import('./ladder.ts')
      end(await drawLadder(file, flags, io))
    })
}

function addDiff(program: Command, io: Io, end: End): void {
  program
    .command('diff')
    .description('Compare two captures by what they mean: packets are paired by transaction, not by time.')
    .argument('<a>', 'a capture file')
    .argument('<b>', 'another; - is standard input')
    .addOption(new Option('--format <format>', 'the form of the answer').choices(['text', 'json']).default('text'))
    .option('--ignore <field>', 'a field, or a protocol, that may differ; may be given again', collect)
    .option('--only <field>', 'compare this field or protocol, and others so named, alone', collect)
    .option('-Y, --display-filter <filter>', 'compare only packets that match')
    .option('--most <n>', 'differing frames that are shown; all are counted (default: 100)', count)
    .option('--esp-keys <file>', 'keys of ESP and AH, of any form; may be given again', collect)
    .option('--esp-null', 'look into ESP without keys: it may not be encrypted')
    .option('-o, --preference <name:value>', 'as for tshark: uat:esp_sa:"…"', collect)
    .addHelpText(
      'after',
      `
What may differ between two runs of one scene is not compared unless --only names it: times and frame numbers, request
ids and other identifications, sequence numbers, checksums, the remaining holding time in Resolution Replies, and what
ciphers make of chance. \`dmvpn diff --format json\` lists these fields.

Examples:
  dmvpn diff golden.pcap now.pcap
  dmvpn diff golden.pcap now.pcap -Y nhrp --ignore nhrp.prefix
  dmvpn diff a.pcap b.pcap --only nhrp.code --only nhrp.htime
  dmvpn diff a.pcap b.pcap --format json --most 10
  dmvpn diff a.pcap b.pcap --esp-keys esp_sa
  dmvpn diff a.pcap b.pcap --esp-null -o ip.defragment:FALSE

Exit codes: 0 equal, 1 some difference or a damaged file, 2 wrong usage, 3 cannot read.`,
    )
    .action(async (a: string, b: string, flags: DiffFlags) => {
      const { diffCaptures } = await import('./diff.ts')
      end(await diffCaptures(a, b, flags, io))
    })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function count(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('must be a whole number from 1.')
  }
  return value
}
