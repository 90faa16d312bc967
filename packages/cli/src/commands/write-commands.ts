/** The commands that write captures: their options. The work is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { ConvertFlags } from './convert.ts'
import type { DecapFlags } from './decap.ts'
import type { MergeFlags } from './merge.ts'
import type { WriteFlags } from './write-records.ts'

type End = (code: ExitCode) => void

/** Adds `synth`, `encode`, `convert`, `merge` and `decap` to a program. */
export function addWriteCommands(program: Command, io: Io, end: End): void {
  addSynth(program, io, end)
  addEncode(program, io, end)
  addConvert(program, io, end)
  addMerge(program, io, end)
  addDecap(program, io, end)
}

/** Its options come from the table of recipes, which is not loaded for other commands: its words are parsed there. */
function addSynth(program: Command, io: Io, end: End): void {
  const synth = program
    .command('synth')
    .description('Make exact test packets: registration, resolution, purge, error, redirect, keepalive, data, script.')
    .usage('<recipe> [options]')
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
  synth.action(async () => {
    const { synthProgram } = await import('./synth.ts')
    await synthProgram(program, io, end).parseAsync(synth.args, { from: 'user' })
  })
}

function addEncode(program: Command, io: Io, end: End): void {
  withFormat(program.command('encode'))
    .description('Turn packets as dissect --packets writes them, facts and claims as JSON, back into octets.')
    .argument('<files...>', 'JSON, one packet a line or one in all; - is standard input')
    .option('-w, --write <file>', 'a capture file, .pcap or .pcapng; without it octets as text')
    .addHelpText(
      'after',
      `
Examples:
  dmvpn dissect hub.pcap --packets | jq -c 'select(.number == 3)' > packet.json
  dmvpn encode packet.json -w one.pcap
  dmvpn encode packet.json -w one.cap --format pcapng`,
    )
    .action(async (files: readonly string[], flags: WriteFlags) => {
      const { encodePackets } = await import('./encode.ts')
      end(await encodePackets(files, flags, io))
    })
}

function addConvert(program: Command, io: Io, end: End): void {
  withFormat(program.command('convert'))
    .description('Write a capture, or a hex dump, in another format: pcap or pcapng, by the name of the output.')
    .argument(
      '<in>',
      'a capture (also compressed), or octets as tcpdump -xx, xxd and text2pcap have them; - is standard input',
    )
    .argument('<out>', 'the file to write; - is standard output')
    .option('--recode', 'decode every frame and encode it again: the file stays as it was, or the frame is named')
    .option('--snaplen <n>', 'no more than so many octets of each packet', positive)
    .option('--shift-time <time>', 'add to every time: 1.5s, -2h, 20ms')
    .option('--split <n>', 'so many packets in each file: out_00000.pcap, out_00001.pcap …', positive)
    .option('--link <type>', 'what the octets of a hex dump begin with, by name or number (ethernet)')
    .addHelpText(
      'after',
      `
Examples:
  dmvpn convert hub.pcapng hub.pcap            comments and names have no place in pcap
  dmvpn convert --recode hub.pcap again.pcap && cmp hub.pcap again.pcap
  dmvpn convert long.pcapng part.pcapng --split 10000
  tcpdump -xx -r hub.pcap | dmvpn convert - back.pcap
  dmvpn convert packets.txt tunnel.cap --link RAW --format pcap
  dmvpn convert hub.pcap small.pcapng --snaplen 128 --shift-time -2h`,
    )
    .action(async (from: string, to: string, flags: ConvertFlags) => {
      const { convertCapture } = await import('./convert.ts')
      end(await convertCapture(from, to, flags, io))
    })
}

function addMerge(program: Command, io: Io, end: End): void {
  withFormat(program.command('merge'))
    .description('Write several captures as one, by time, as mergecap does.')
    .argument('<files...>', 'captures; one of them may be -, standard input')
    .requiredOption('-w, --write <file>', 'the file to write, .pcap or .pcapng')
    .option('-a, --append', 'one file behind the other, whatever their times')
    .addHelpText(
      'after',
      '\nExamples:\n  dmvpn merge hub.pcap spoke1.pcap spoke2.pcapng -w cloud.pcapng\n  dmvpn merge -a monday.pcap tuesday.pcap -w week.cap --format pcap',
    )
    .action(async (files: readonly string[], flags: MergeFlags) => {
      const { mergeCaptures } = await import('./merge.ts')
      end(await mergeCaptures(files, flags, io))
    })
}

function addDecap(program: Command, io: Io, end: End): void {
  withFormat(program.command('decap'))
    .description('Write what tunnels carry: the IP packets behind GRE, also behind ESP where there are keys.')
    .argument('<in>', 'a capture; - is standard input')
    .argument('<out>', 'the file to write, .pcap or .pcapng, of link type raw IP (Ethernet, where GRE bridges)')
    .option('--esp-keys <file>', 'keys of ESP and AH, of any form; may be given again', collect)
    .option('--esp-null', 'look into ESP without keys: it may not be encrypted')
    .option('-o, --preference <name:value>', 'as for tshark: uat:esp_sa:"…"', collect)
    .option('--no-reassembly', 'leave fragments as they are')
    .addHelpText(
      'after',
      `
Examples:
  dmvpn decap hub.pcap inside.pcap --esp-keys esp_sa
  dmvpn decap hub.pcap inside.cap --format pcapng --esp-null --no-reassembly
  dmvpn decap hub.pcap inside.pcap -o 'uat:esp_sa:"IPv4","*","*","*","NULL","","NULL",""'`,
    )
    .action(async (from: string, to: string, flags: DecapFlags) => {
      const { decapCapture } = await import('./decap.ts')
      end(await decapCapture(from, to, flags, io))
    })
}

function withFormat(command: Command): Command {
  return command.addOption(new Option('--format <format>', 'whatever the output is called').choices(['pcap', 'pcapng']))
}

function positive(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number from 1.')
  return value
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
