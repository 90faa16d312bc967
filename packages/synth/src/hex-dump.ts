/**
 * Packets as hexadecimal text: what `tcpdump -xx`, `xxd`, `hexdump -C`, `od`, Wireshark and its text2pcap read or write.
 *
 *   12:30:01.250000 IP 192.0.2.1 > 192.0.2.2: GREv0, …         anything else is text; a time counts for the next packet
 *           0x0000:  45c0 006d 0001 0000 ff2f 8a9a 9601 0303   offset, octets, and perhaps the octets as characters
 */
import { formatHex, hexOctet, parseHex, type Sink } from '@dmvpn/wire'
import type { SynthRecord } from './compose.ts'

/** A packet found in text. */
export interface HexPacket {
  readonly bytes: Uint8Array
  /** The line its first octets stand on, from 1. */
  readonly line: number
  /** Undefined where the text does not say. */
  readonly linkType: number | undefined
  readonly seconds: number | undefined
  readonly nanoseconds: number
}

interface Line {
  readonly number: number
  /** Undefined for octets without one. */
  readonly offset: number | undefined
  readonly octets: Uint8Array
}

/** The packets of a text. Throws RangeError, naming the line, where an offset does not count the octets before it. */
export function packetsOfHex(text: string): HexPacket[] {
  const reader = new HexReader()
  let number = 0
  for (const line of text.split(/\r\n|\n|\r/)) reader.line(line, ++number)
  reader.end()
  return reader.packets
}

class HexReader {
  readonly packets: HexPacket[] = []
  private lines: Line[] = []
  private linkType: number | undefined = undefined
  private seconds: number | undefined = undefined
  private nanoseconds = 0

  line(text: string, number: number): void {
    const [, directive, value = ''] = /^#\s*(link-type|time)\s+(\S+)/.exec(text) ?? []
    if (directive === 'link-type') this.linkType = Number.parseInt(value, 10)
    if (text.startsWith('#') && directive !== 'time') return
    const found = lineOf(text, number)
    if (found === undefined) {
      this.end()
      this.time(directive === 'time' ? `${value} ` : text)
      return
    }
    if (this.isTotal(text)) return this.end()
    if (found.offset === 0 || (found.offset === undefined) !== (this.lines[0]?.offset === undefined)) this.end()
    this.lines.push(found)
  }

  /** `hexdump` and `od` end with the number of octets, where the next line's offset would stand. */
  private isTotal(text: string): boolean {
    const last = this.lines.at(-1)
    if (last?.offset === undefined || !/^[0-9a-f]{6,8}$/i.test(text)) return false
    return Number.parseInt(text, 16) === last.offset + last.octets.length
  }

  /** What was gathered is a packet. */
  end(): void {
    const { lines, linkType, seconds, nanoseconds } = this
    const [first] = lines
    if (first === undefined) return
    this.lines = []
    this.seconds = undefined
    this.nanoseconds = 0
    this.packets.push({ bytes: joined(lines), line: first.number, linkType, seconds, nanoseconds })
  }

  private time(text: string): void {
    const epoch = /^\s*(\d+)\.(\d{1,9})\s/.exec(text)
    if (epoch !== null) return this.at(Number(epoch[1]), epoch[2]!)
    const clock = /^\s*(?:(\d{4})-(\d\d)-(\d\d)[ T])?(\d\d):(\d\d):(\d\d)\.(\d{1,9})/.exec(text)
    if (clock === null) return
    const [, year = '1970', month = '1', day = '1', hours, minutes, seconds, fraction = ''] = clock
    const days = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000
    this.at(((days * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds), fraction)
  }

  private at(seconds: number, fraction: string): void {
    this.seconds = seconds
    this.nanoseconds = Number(fraction.padEnd(9, '0'))
  }
}

/** A line of octets; undefined where it is none. */
function lineOf(text: string, number: number): Line | undefined {
  const [, offset, rest] = /^\s*(?:0x)?([0-9a-f]{3,8})(?::|\s)(.*)$/i.exec(text) ?? []
  if (offset !== undefined && rest !== undefined) {
    const octets = octetsOf(rest)
    return octets.length === 0 ? undefined : { number, offset: Number.parseInt(offset, 16), octets }
  }
  const plain = text.trim()
  const octets = /^[0-9a-f]{2}(\s?[0-9a-f]{2})*$/i.test(plain)
    ? parseHex(plain.replaceAll(/\s/g, '').toLowerCase())
    : undefined
  return octets === undefined ? undefined : { number, offset: undefined, octets }
}

/**
 * Octets up to the characters beside them: those begin behind a wider gap. `hexdump -C` and Wireshark have such a gap also
 * behind the eighth octet.
 */
function octetsOf(text: string): Uint8Array {
  let digits = ''
  for (const [, gap = '', word = ''] of text.matchAll(/(\s*)(\S+)/g)) {
    if (!/^([0-9a-f]{2})+$/i.test(word)) break
    const halfway = digits.length === 16 && word.length === 2 && gap.length === 2
    if (digits !== '' && gap.length > 1 && !halfway) break
    digits += word
  }
  return parseHex(digits.toLowerCase())!
}

function joined(lines: readonly Line[]): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  for (const [index, { number, offset = length, octets }] of lines.entries()) {
    if (offset !== length) {
      throw new RangeError(
        `line ${number}: its offset is 0x${offset.toString(16)}, but ${length} octets came before it`,
      )
    }
    // Characters that look like octets are told from them by where the next line begins.
    const next = lines[index + 1]?.offset
    const kept =
      next !== undefined && next > offset && next < offset + octets.length ? octets.subarray(0, next - offset) : octets
    parts.push(kept)
    length += kept.length
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const perLine = 16

/** Writes a record as text that `packetsOfHex`, and text2pcap, read back. */
export function writeHexDump(s: Sink, { bytes, linkType, seconds, nanoseconds, comments }: SynthRecord): void {
  s.text('# link-type ').dec(linkType).text('\n# time ').text(String(seconds)).text('.').dec(nanoseconds, 9).text('\n')
  for (const comment of comments) for (const line of comment.split('\n')) s.text('# ').text(line).text('\n')
  for (let at = 0; at < bytes.length; at += perLine) {
    const line = bytes.subarray(at, at + perLine)
    s.text(hexOctet(at >>> 16))
      .text(hexOctet(at >>> 8))
      .text(hexOctet(at))
    s.text('  ')
      .text(formatHex(line, ' ').padEnd(3 * perLine - 1))
      .text('  ')
    s.text(String.fromCharCode(...line.map(octet => (octet > 0x20 && octet < 0x7f ? octet : 0x2e)))).text('\n')
  }
  s.text('\n')
}
