/**
 * The packets of `show monitor capture buffer … dump`, as Cisco's command reference prints them.
 *
 *     11:13:00.593 EDT Mar 21 2007 : IPv4 Turbo        : Fa2/1 Fa0/1       IOS: a time, then octets by memory address;
 *     65B6F500: 080020A2 44D90009 E94F8406 08004500  .. "DY..iO....E.      the first line may begin in its middle
 *
 *       0000:  01005E00 00020000 0C07AC1D 080045C0   ..^...........E.       IOS XE: octets by their offset
 */
import { parseHex } from '@dmvpn/wire'
import { type LogTime, timeAt } from './log-time.ts'
import type { LineFault } from './printed-packet.ts'

/** A packet that a router dumped. */
export interface DumpedPacket {
  /** Of its first octets, from 1. */
  readonly line: number
  readonly router: string | undefined
  readonly time: LogTime | undefined
  /** What it begins with: an Ethernet header, or an IP header. */
  readonly begins: 'ethernet' | 'ip'
  readonly bytes: Uint8Array
}

interface Open {
  readonly line: number
  readonly router: string | undefined
  readonly time: LogTime | undefined
  readonly parts: Uint8Array[]
  length: number
  /** Addresses the next line may have: what came before it ended there. */
  next: readonly number[]
}

const perLine = 16
/** Octets of a packet: what a capture buffer holds at most. */
const most = 65_535
const row =
  /^\s*([0-9A-Fa-f]{4}|[0-9A-Fa-f]{8}):( {1,60})((?:[0-9A-Fa-f]{2}){1,4}(?: (?:[0-9A-Fa-f]{2}){1,4}){0,3})(?: |$)/
const header = /^(\d{1,2}:\d\d:\d\d\.\d{1,9}) [A-Za-z]{1,6} ([A-Z][a-z]{2} {1,2}\d{1,2} \d{4}) : /

/** Takes the lines of a log, hands out packets as they end. */
export class CaptureDumpReader {
  readonly faults: LineFault[] = []
  private open: Open | undefined
  private time: LogTime | undefined

  /** Takes the next line as it stands; gives the packet that ended before it. */
  line(text: string, number: number, router: string | undefined): DumpedPacket | undefined {
    const match = row.exec(text)
    if (match === null) {
      const ended = this.end()
      const dated = header.exec(text)
      if (dated !== null) this.time = timeAt(`${dated[2]} ${dated[1]}`)?.time
      return ended
    }
    const address = Number.parseInt(match[1]!, 16)
    const octets = parseHex(match[3]!.replaceAll(' ', ''))!
    const follows = this.open?.next.includes(address) === true
    const ended = follows ? undefined : this.end(address === 0 ? undefined : { line: number, text: text.trim() })
    this.open ??= { line: number, router, time: this.time, parts: [], length: 0, next: [] }
    const { open } = this
    // A row of memory that begins in its middle is blank before it.
    const row16 = address - (address % perLine) + perLine
    open.next = open.length === 0 ? [address + octets.length, row16] : [address + octets.length]
    if (open.length + octets.length <= most) {
      open.parts.push(octets)
      open.length += octets.length
    }
    return ended
  }

  /** The packet that is being read has ended; `before` is the line that does not go on with it. */
  end(before?: { readonly line: number; readonly text: string }): DumpedPacket | undefined {
    const { open } = this
    if (open === undefined) return undefined
    this.open = undefined
    this.time = undefined
    if (before !== undefined && this.faults.length < 1000) {
      const wanted = open.next.map(each => each.toString(16).toUpperCase().padStart(4, '0')).join(' or ')
      this.faults.push({ ...before, expected: `octets at ${wanted}, behind those before` })
    }
    const bytes = new Uint8Array(open.length)
    let at = 0
    for (const part of open.parts) {
      bytes.set(part, at)
      at += part.length
    }
    const { line, router, time } = open
    return { line, router, time, begins: beginning(bytes), bytes }
  }
}

const etherTypes: ReadonlySet<number> = new Set([0x0800, 0x0806, 0x8100, 0x86dd, 0x8847, 0x88a8])

/** Captures of a tunnel or of what the processor switches begin with IP. No line says so: an Ethertype tells. */
function beginning(bytes: Uint8Array): DumpedPacket['begins'] {
  if (bytes.length >= 14 && etherTypes.has((bytes[12]! << 8) | bytes[13]!)) return 'ethernet'
  const version = (bytes[0] ?? 0) >>> 4
  return version === 4 || version === 6 ? 'ip' : 'ethernet'
}
