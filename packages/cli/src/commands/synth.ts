/** `dmvpn synth`: packets from recipes. Its options are made of the table that scripts are made of, too. */
import {
  type FieldValues,
  fieldOf,
  type OptionDescription,
  occasionRecords,
  optionsFor,
  type PacketKind,
  type PacketOptions,
  packetKinds,
  packetOptions,
  type SynthRecord,
  writtenName,
} from '@dmvpn/synth'
import { parseIp, parseIpv4, parseMac } from '@dmvpn/wire'
import { Command, InvalidArgumentError, Option } from 'commander'
import { CommandError, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { checkFieldNames } from './field-names.ts'
import { instantOf } from './instant.ts'
import { type SealFlags, sealedRecords } from './seal.ts'
import { writeScript } from './synth-script.ts'
import { type WriteFlags, writeRecords } from './write-records.ts'

interface SynthFlags extends WriteFlags, SealFlags, PacketOptions {
  readonly set?: readonly string[]
  readonly lie?: boolean
  readonly count?: number
  readonly every?: string
  readonly time?: bigint
  readonly comment?: string
}

const about: Readonly<Record<PacketKind, string>> = {
  registration: 'A spoke registers at its hub; --reply: the hub’s answer.',
  resolution: 'A spoke asks for the way to a target; --via: as a server passed it on; --reply: the answer.',
  purge: 'A station takes back a mapping; --reply: the confirmation.',
  error: 'An Error Indication about a message.',
  redirect: 'A Traffic Indication: there is a shorter way for a packet.',
  keepalive: 'Cisco’s GRE keepalive; --reply: what comes back.',
  data: 'An IP packet in the tunnel, with any GRE flags.',
}

const ends = '--hub 172.16.0.1 --hub-nbma 192.0.2.1 --spoke 172.16.0.3 --nbma 192.0.2.33'
const examples: Readonly<Record<PacketKind, string>> = {
  registration: `dmvpn synth registration ${ends} --hold 60 --auth secret --key 7 -w out.pcap`,
  resolution: `dmvpn synth resolution ${ends} --target 172.16.0.2 --profile ios12 --set nhrp.hdr.hopcnt=0`,
  purge: `dmvpn synth purge ${ends} --address 172.17.3.3 --reply`,
  error: `dmvpn synth error ${ends} --about registration --code 11`,
  redirect:
    'dmvpn synth redirect --hub 172.16.0.1 --hub-nbma 192.0.2.1 --nbma 192.0.2.33 --source 172.17.3.3 --destination 172.17.2.2',
  keepalive: 'dmvpn synth keepalive --nbma 192.0.2.33 --hub-nbma 192.0.2.1 --count 3 --every 10s -w alive.pcapng',
  data: 'dmvpn synth data --nbma 192.0.2.33 --hub-nbma 192.0.2.1 --source 172.17.3.3 --destination 172.17.2.2 --checksum --lie --set gre.checksum=0',
}

/** The command with its recipes, to be parsed behind the word `synth`. */
export function synthProgram(parent: Command, io: Io, end: (code: ExitCode) => void): Command {
  const program = new Command('synth')
    .usage('<recipe> [options]')
    .description('Exact test packets, without routers. Octets go to a capture file, or as text to standard output.')
    .copyInheritedSettings(parent)
  program.parent = parent
  for (const kind of packetKinds) addRecipe(program, kind, io, end)
  addOutput(program.command('script').argument('<file>', 'YAML; - is standard input'))
    .description('Packets with times from a YAML script (schema: @dmvpn/synth/schema/script.schema.json).')
    .addHelpText('after', `\nExample of a script:\n${scriptExample}`)
    .action(async (file: string, flags: WriteFlags & SealFlags) => end(await writeScript(file, flags, io)))
  return program
}

const scriptExample = `  start: 2024-01-01T00:00:00Z
  defaults: { profile: ios15, hub: 172.16.0.1, hub-nbma: 192.0.2.1, spoke: 172.16.0.3, nbma: 192.0.2.33, key: 7 }
  packets:
    - { packet: registration, hold: 60 }
    - { packet: registration, hold: 60, reply: true, after: 20ms }
    - { packet: keepalive, at: 1s, count: 3, every: 10s, comment: the peer is there }
    - { packet: resolution, target: 172.16.0.2, set: { nhrp.hdr.hopcnt: 0 }, lie: { nhrp.hdr.chksum: 0xdead } }`

function addRecipe(program: Command, kind: PacketKind, io: Io, end: (code: ExitCode) => void): void {
  const command = addOutput(program.command(kind).description(about[kind]))
  for (const name of optionsFor(kind)) addOption(command, name, packetOptions[name])
  command
    .option(
      '--set <field=value>',
      'a field by Wireshark’s name, lengths and checksums made true; again for more',
      collect,
    )
    .option('--lie', 'what --set says is written over the packet, and nothing made true')
    .option('--count <n>', 'so many packets; ids and sequence numbers count on', integer(1, mostPackets))
    .option('--every <time>', 'from one packet to the next (1s)')
    .option('--time <time>', 'of the first packet: 2024-01-01T00:00:00Z, or seconds since 1970 (0)', instant)
    .option('--comment <text>', 'kept in pcapng files')
    .addHelpText('after', `\nExample:\n  ${examples[kind]}`)
    .action(async (flags: SynthFlags) => {
      const records = await sealedRecords(recordsOf(kind, flags), flags, io)
      end(await writeRecords(records, flags, io))
    })
}

/** They are kept in memory. */
const mostPackets = 1_000_000

function addOutput(command: Command): Command {
  return command
    .option('-w, --write <file>', 'a capture file, .pcap or .pcapng; - is pcap on standard output')
    .addOption(new Option('--format <format>', 'whatever the file is called').choices(['pcap', 'pcapng']))
    .option('--seal <keys>', 'put packets under the ESP or AH associations of a key file; again for more', collect)
    .addOption(
      new Option('--seal-mode <mode>', 'of associations whose keys do not say (transport)').choices([
        'transport',
        'tunnel',
      ]),
    )
    .option('--seal-sequence <n>', 'the number of the first packet under each association (1)', integer(0, 2 ** 53 - 1))
}

function addOption(command: Command, name: keyof PacketOptions, description: OptionDescription): void {
  const written = writtenName(name)
  const { help } = description
  switch (description.is) {
    case 'flag':
      command.option(`--${written}`, help)
      if (name === 'unique') command.option(`--no-${written}`, 'or not')
      return
    case 'number':
      command.option(`--${written} <n>`, help, integer(description.least, description.most))
      return
    case 'choice':
      command.addOption(new Option(`--${written} <which>`, help).choices(description.choices))
      return
    case 'stations':
      command.option(`--${written} <station>`, `${help}; may be given again`, collect)
      return
    case 'addresses':
      command.option(`--${written} <address>`, `${help}; may be given again`, collect)
      return
    case 'text':
      command.option(`--${written} <text>`, help)
      return
    default:
      command.option(`--${written} <address>`, help, address[description.is])
  }
}

const address = {
  address: parsedBy(parseIp, 'not an IPv4 or IPv6 address.'),
  ipv4: parsedBy(parseIpv4, 'not an IPv4 address.'),
  mac: parsedBy(parseMac, 'not a MAC address.'),
} as const

function parsedBy(parse: (text: string) => unknown, because: string): (text: string) => string {
  return text => {
    if (parse(text) === undefined) throw new InvalidArgumentError(because)
    return text
  }
}

function integer(least: number, most: number): (text: string) => number {
  return text => {
    const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}.`)
    }
    return value
  }
}

function instant(text: string): bigint {
  const nanoseconds = instantOf(text)
  if (nanoseconds === undefined) throw new InvalidArgumentError('neither such as 2024-01-01T00:00:00Z nor seconds.')
  return nanoseconds
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function recordsOf(kind: PacketKind, flags: SynthFlags): readonly SynthRecord[] {
  const values = valuesOf(flags.set ?? [])
  checkFieldNames(Object.keys(values))
  const { count, every, comment } = flags
  const occasion = { count, every, comment, ...(flags.lie === true ? { lie: values } : { set: values }) }
  try {
    return [...occasionRecords(kind, flags, occasion, flags.time ?? 0n)].map(({ record }) => record)
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(`${kind}: ${error.message}`)
    throw error
  }
}

function valuesOf(assignments: readonly string[]): FieldValues {
  const values: Record<string, string> = {}
  for (const text of assignments) {
    const at = text.indexOf('=')
    if (at < 1) throw new CommandError(`--set ${text}: not FIELD=VALUE`)
    const { field, occurrence } = fieldNamed(text.slice(0, at))
    values[`${field}#${occurrence}`] = text.slice(at + 1)
  }
  return values
}

function fieldNamed(text: string): { readonly field: string; readonly occurrence: number } {
  try {
    return fieldOf(text)
  } catch (error) {
    throw error instanceof RangeError ? new CommandError(`--set ${error.message}`) : error
  }
}
