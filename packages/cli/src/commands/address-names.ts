/** `--names`: hosts files and router configurations give addresses their names, and captures their own. */
import { basename } from 'node:path'
import type { NamedAddress } from '@dmvpn/capture'
import { hostNames, parseIp } from '@dmvpn/wire'
import { CommandError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readText } from '../text-file.ts'

/** As commander hands them over. */
export interface NameFlags {
  /** Hosts files and router configurations. */
  readonly names?: readonly string[]
  /** tshark's `-H`: hosts files. */
  readonly hosts?: readonly string[]
  /** tshark's `-N`: what is resolved. */
  readonly resolve?: string
  /** tshark's `-n`: nothing is. */
  readonly numeric?: boolean
}

/** Whether names are shown at all: as for tshark, not unless asked for. */
export function showsNames(flags: NameFlags): boolean {
  if (flags.numeric === true) return false
  return flags.names !== undefined || flags.hosts !== undefined || (flags.resolve?.includes('n') ?? false)
}

/** Runs a command with the names of its files known, and forgets them. Throws CommandError where a file has none. */
export async function withNames<T>(flags: NameFlags, io: Io, work: () => Promise<T>): Promise<T> {
  try {
    if (showsNames(flags))
      for (const file of [...(flags.names ?? []), ...(flags.hosts ?? [])]) await readNames(file, io)
    return await work()
  } finally {
    hostNames.clear()
  }
}

/** The names a capture brings along, as it is read. */
export function learnNames(found: readonly NamedAddress[]): void {
  for (const { address, names } of found) {
    const [name] = names
    if (name !== undefined) learn(address, name)
  }
}

function learn(text: string, name: string): boolean {
  const address = parseIp(text)
  if (address === undefined || !/^[\x21-\x7e]{1,255}$/.test(name)) return false
  hostNames.add(address, name)
  return true
}

/** A line of a hosts file: an address, its name, other names. */
const hostLine = /^\s*([\da-f.:]+)\s+(\S+)/i

async function readNames(file: string, io: Io): Promise<void> {
  const text = await readText(file, io)
  const lines = text
    .split(/\r?\n/)
    .map(line => line.replace(/#.*$/, ''))
    .filter(line => line.trim() !== '')
  const hosts = lines.map(line => hostLine.exec(line))
  const isHosts = hosts.length > 0 && hosts.every(found => found !== null && parseIp(found[1]!) !== undefined)
  const before = hostNames.size
  if (isHosts) for (const found of hosts) learn(found![1]!, found![2]!)
  else await readConfiguration(file, text)
  if (hostNames.size === before) throw new CommandError(`${file}: neither names nor a router's addresses in it`)
}

/** A router's addresses are called after it and their interface: `R1/Tunnel0`. */
async function readConfiguration(file: string, text: string): Promise<void> {
  const { parseConfiguration } = await import('@dmvpn/ios')
  const { settings } = parseConfiguration(text, { hostname: basename(file).replace(/\.\w+$/, '') })
  for (const { name, addresses } of settings.interfaces) {
    for (const { address } of addresses) hostNames.add(address, `${settings.hostname}/${name}`)
  }
  for (const each of settings.interfaces) {
    if (each.kind !== 'tunnel' || each.source?.kind !== 'address') continue
    hostNames.add(each.source.address, `${settings.hostname}/${each.name}-source`)
  }
}
