/** The command line: options are parsed here, the work is done by one function of each command's file. */
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { DissectFlags } from './commands/dissect-flags.ts'
import { addKeys } from './commands/keys-command.ts'
import { addStats } from './commands/stats-command.ts'
import { addWriteCommands } from './commands/write-commands.ts'
import { CommandError, describeSystemError, type ExitCode, exitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

/** A fresh program over an `Io`. Its actions set the exit code that `run` gives. */
export function createProgram(io: Io, end: (code: ExitCode) => void = () => {}): Command {
  const program = new Command('dmvpn')
    .description('DMVPN on the wire: NHRP, GRE and ESP, decoded, built, run and judged.')
    .version(version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: text => io.out.sink.text(text),
      writeErr: text => io.err(text.trimEnd()),
    })
    .showHelpAfterError('(--help shows what there is)')
  addDissect(program, io, end)
  addFields(program, io, end)
  addKeys(program, io, end)
  addStats(program, io, end)
  addWriteCommands(program, io, end)
  return program
}

/** Runs the words of a command line; gives the exit code. Never throws for a mistake of the user's. */
export async function run(words: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCode.done
  try {
    await createProgram(io, ended => {
      code = ended
    }).parseAsync(words, { from: 'user' })
  } catch (error) {
    code = refuse(error, io)
  }
  try {
    io.out.flush()
  } catch (error) {
    return refuse(error, io)
  }
  return code
}

function refuse(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
  if (error instanceof CommandError) {
    io.err(`dmvpn: ${error.message}`)
    return error.exitCode
  }
  const system = describeSystemError(error)
  if (system === undefined) throw error
  io.err(`dmvpn: ${system}`)
  return exitCode.unreadable
}

function addDissect(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('dissect')
    .description('Decode capture files (pcap, pcapng; gzip, zstd, lz4) packet by packet.')
    .argument('[files...]', 'capture files; - is standard input, printed as packets arrive')
    .option('-r, --read <file>', 'a capture file, as for tshark; may be given again', collect)
    .option('-V, --verbose', 'the whole tree of every packet')
    .option('-O, --only <protocols>', 'the tree of these protocols (comma-separated), the others by one line', collect)
    .option('-x, --hex-dump', 'the octets of every packet')
    .option('--hex <field>', 'the octets of every packet, those of the field marked')
    .option('-T, --type <format>', 'text, fields or json')
    .option('-e, --field <name>', 'a field to print with -T fields; may be given again', collect)
    .option('-E, --print <option>', 'header= bom= separator= occurrence= aggregator= quote= for -T fields', collect)
    .option('-c, --count <n>', 'stop after this many packets', count)
    .option('-n, --numeric', 'names are not looked up (they never are; taken for tshark’s sake)')
    .option('--packets', 'facts, claims and octets as JSON, one packet a line: enough to rebuild the frames')
    .option('--no-reassembly', 'leave fragments as they are')
    .option('--esp-keys <file>', 'keys of ESP and AH, of any form; may be given again', collect)
    .option('--esp-null', 'look into ESP without keys: it may not be encrypted')
    .option('-o, --preference <name:value>', 'as for tshark: uat:esp_sa:"…", esp.do_esp_sequence_analysis:FALSE', collect)
    .option('--show-secrets', 'show passwords and keys')
    .option('--strict', 'exit with 1 if any packet is faulty')
    .option('--color [when]', 'always, never or auto')
    .addHelpText(
      'after',
      `
Examples:
  dmvpn dissect hub.pcap                       one line for each packet
  dmvpn dissect -r hub.pcap -c 1 -V            everything about the first
  dmvpn dissect hub.pcap -O nhrp               the NHRP trees alone
  dmvpn dissect hub.pcap --hex nhrp.hdr.chksum where a field lies
  dmvpn dissect hub.pcap -T fields -e frame.number -e ip.src -e nhrp.htime -E header=y
  dmvpn dissect hub.pcap --esp-keys esp_sa -O nhrp what is inside ESP
  dmvpn dissect hub.pcap -T json | jq '.[]._source.layers.nhrp'
  dumpcap -w - | dmvpn dissect -               packets as they arrive

Exit codes: 0 read to the end, 1 the file is cut or damaged (--strict: or a packet is), 2 wrong usage, 3 cannot read or write.`,
    )
    .action(async (files: readonly string[], flags: DissectFlags) => {
      const { dissectFiles } = await import('./commands/dissect.ts')
      end(await dissectFiles(files, flags, io))
    })
}

function addFields(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('fields')
    .description('List every field with its type and label, for -e and filters.')
    .argument('[protocol]', 'only those of one protocol')
    .addHelpText('after', '\nExamples:\n  dmvpn fields\n  dmvpn fields nhrp')
    .action(async (protocol: string | undefined) => {
      const { listFields } = await import('./commands/fields.ts')
      end(listFields(protocol, io))
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
