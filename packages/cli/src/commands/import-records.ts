/** Imported packets as records of a capture: in the tunnel again, with a comment that says where they come from. */
import { describeInterface, type InterfaceDescription, linkType } from '@dmvpn/capture'
import type { DumpedPacket, ImportedLog, LogTime, RebuiltPacket } from '@dmvpn/ios'
import { messageFrame, type SynthRecord } from '@dmvpn/synth'

/** A record to write, and the interface it was on. */
export interface ImportedRecord extends SynthRecord {
  readonly description: InterfaceDescription
}

/**
 * The records of logs, by time where every one has a time; else in the order of their lines, a millisecond after each
 * other. Packets that never left a router are not among them. `key` is the tunnels' GRE key.
 */
export function recordsOf(
  logs: readonly ImportedLog[],
  files: readonly string[],
  key: number | undefined,
): readonly ImportedRecord[] {
  const found: Found[] = []
  for (const { log, packets, dumped } of logs) {
    const file = files[log]!
    const made = [
      ...packets.filter(({ printed }) => printed.fate !== 'no encapsulation').map(each => rebuilt(each, file, key)),
      ...dumped.map(each => asDumped(each, file)),
    ]
    found.push(...made.sort((a, b) => a.line - b.line))
  }
  if (found.every(({ time }) => time !== undefined)) found.sort((a, b) => order(a.time!, b.time!))
  const interfaces = new Map<string, InterfaceDescription>()
  let clock = { seconds: 0, nanoseconds: 0 }
  return found.map(({ bytes, linkType: link, name, time, comment }) => {
    clock = time ?? later(clock)
    const id = `${link} ${name}`
    const description = interfaces.get(id) ?? describeInterface({ linkType: link, resolution: 9, name })
    interfaces.set(id, description)
    const { seconds, nanoseconds } = clock
    return { bytes, linkType: link, seconds, nanoseconds, comments: [comment], description }
  })
}

interface Found {
  readonly line: number
  readonly bytes: Uint8Array
  readonly linkType: number
  readonly name: string
  readonly time: LogTime | undefined
  readonly comment: string
}

function rebuilt(
  { printed, message, from, to, profile, assumptions, difference }: RebuiltPacket,
  file: string,
  key?: number,
): Found {
  const frame = messageFrame(message, from ?? 0, to ?? 0, { profile, key })
  const { line, router, verb, tunnel, time } = printed
  const parts = [
    `rebuilt from debug output, ${file} line ${line}: ${verbs[verb]} by ${router ?? 'a router'} on ${tunnel}`,
    ...assumptions,
    `GRE header, ${key === undefined ? 'no key' : `key ${key}`}, and outer header as such routers write them`,
    ...(difference === undefined ? [] : [difference]),
  ]
  return {
    line,
    ...frame,
    name: router === undefined ? tunnel : `${router} ${tunnel}`,
    time,
    comment: parts.join('; '),
  }
}

const verbs = { Send: 'sent', Receive: 'received', Forwarding: 'forwarded' } as const

function asDumped({ line, router, time, bytes, begins }: DumpedPacket, file: string): Found {
  return {
    line,
    bytes,
    linkType: begins === 'ethernet' ? linkType.ethernet : linkType.raw,
    name: router ?? 'capture',
    time,
    comment: `from a router's dump of its capture, ${file} line ${line}`,
  }
}

function order(a: LogTime, b: LogTime): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds
}

function later({
  seconds,
  nanoseconds,
}: Pick<LogTime, 'seconds' | 'nanoseconds'>): Pick<LogTime, 'seconds' | 'nanoseconds'> {
  const next = nanoseconds + 1_000_000
  return next < 1_000_000_000
    ? { seconds, nanoseconds: next }
    : { seconds: seconds + 1, nanoseconds: next - 1_000_000_000 }
}
