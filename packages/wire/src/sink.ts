/**
 * Where text is written as octets: summaries and exports of a million frames build no string per field.
 * One growing buffer, reused; who owns the sink decides when it is flushed.
 */
import { formatIpv6, type Ipv4, type Ipv6, type Mac } from './address.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const digits: Uint8Array = encoder.encode('0123456789abcdef')
const zero = 0x30
const colon = 0x3a

export class Sink {
  bytes: Uint8Array
  length = 0

  constructor(capacity = 65536) {
    this.bytes = new Uint8Array(capacity)
  }

  /** Room for `octets` more; the buffer doubles where it is too small. */
  reserve(octets: number): void {
    if (this.length + octets <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + octets))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }

  /** Any text, as UTF-8. */
  text(text: string): this {
    const { length } = text
    this.reserve(length * 3)
    const { bytes } = this
    let at = this.length
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code < 0x80) bytes[at++] = code
      else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >>> 6)
        bytes[at++] = 0x80 | (code & 63)
      } else if (code < 0xd800 || code > 0xdfff) {
        bytes[at++] = 0xe0 | (code >>> 12)
        bytes[at++] = 0x80 | ((code >>> 6) & 63)
        bytes[at++] = 0x80 | (code & 63)
      } else {
        // Pairs of surrogates are rare enough for the platform, whose call alone costs as much as twenty characters.
        at += encoder.encodeInto(text.slice(i), bytes.subarray(at)).written
        break
      }
    }
    this.length = at
    return this
  }

  /** One ASCII character by its code. */
  byte(code: number): this {
    this.reserve(1)
    this.bytes[this.length++] = code
    return this
  }

  /** Octets as they are. */
  raw(octets: Uint8Array): this {
    this.reserve(octets.length)
    this.bytes.set(octets, this.length)
    this.length += octets.length
    return this
  }

  /** A non-negative integer in decimal, at least `width` digits, filled with zeros. */
  dec(value: number, width = 1): this {
    if (value < 1000 && width === 1) return this.small(value)
    if (value < 10 && width === 1) return this.byte(zero + value)
    let count = value < 100 ? 2 : value < 1000 ? 3 : 4
    for (let bound = 10000; bound <= value; bound *= 10) count++
    if (count < width) count = width
    this.reserve(count)
    const { bytes, length } = this
    let at = length + count - 1
    let rest = value
    // Above 2^31 integer division is slow and remainders are inexact below the binary point: take the high part off.
    for (; rest > 0x7fffffff; at--) {
      const next = Math.floor(rest / 10)
      bytes[at] = zero + (rest - next * 10)
      rest = next
    }
    for (let small = rest | 0; at >= length; at--) {
      const next = (small / 10) | 0
      bytes[at] = zero + (small - next * 10)
      small = next
    }
    this.length = length + count
    return this
  }

  /** A non-negative integer below 2^32 in `width` lower-case hexadecimal digits, without prefix. */
  hex(value: number, width: number): this {
    this.reserve(width)
    for (let i = width - 1, at = this.length; i >= 0; i--) this.bytes[at++] = digits[(value >>> (4 * i)) & 15]!
    this.length += width
    return this
  }

  /** Octets in lower-case hexadecimal, without separators. */
  hexBytes(octets: Uint8Array): this {
    this.reserve(2 * octets.length)
    let at = this.length
    for (let i = 0; i < octets.length; i++) {
      const octet = octets[i]!
      this.bytes[at++] = digits[octet >>> 4]!
      this.bytes[at++] = digits[octet & 15]!
    }
    this.length = at
    return this
  }

  /** Below 1000: most of what is written. */
  private small(value: number): this {
    this.reserve(3)
    this.length = this.digitsAt(this.length, value)
    return this
  }

  /** Writes 0…999 at `at`, where there is room; the place behind. */
  private digitsAt(at: number, value: number): number {
    const { bytes } = this
    let place = at
    if (value >= 100) {
      const hundreds = (value * 41) >>> 12
      bytes[place++] = zero + hundreds
      const rest = value - 100 * hundreds
      const tens = (rest * 103) >>> 10
      bytes[place++] = zero + tens
      bytes[place++] = zero + rest - 10 * tens
      return place
    }
    if (value >= 10) {
      const tens = (value * 103) >>> 10
      bytes[place++] = zero + tens
      bytes[place++] = zero + value - 10 * tens
      return place
    }
    bytes[place++] = zero + value
    return place
  }

  ipv4(address: Ipv4): this {
    this.reserve(15)
    const { bytes } = this
    let at = this.digitsAt(this.length, address >>> 24)
    bytes[at++] = 0x2e
    at = this.digitsAt(at, (address >>> 16) & 255)
    bytes[at++] = 0x2e
    at = this.digitsAt(at, (address >>> 8) & 255)
    bytes[at++] = 0x2e
    this.length = this.digitsAt(at, address & 255)
    return this
  }

  ipv6(address: Ipv6): this {
    return this.text(formatIpv6(address))
  }

  mac(address: Mac): this {
    const high = Math.floor(address / 0x100000000)
    const low = address % 0x100000000
    this.hex(high >>> 8, 2)
      .byte(colon)
      .hex(high, 2)
      .byte(colon)
    this.hex(low >>> 24, 2)
      .byte(colon)
      .hex(low >>> 16, 2)
      .byte(colon)
    return this.hex(low >>> 8, 2)
      .byte(colon)
      .hex(low, 2)
  }

  /** Spaces until the text since `from` is `width` long. */
  pad(from: number, width: number): this {
    const missing = width - (this.length - from)
    return missing > 0 ? this.spaces(missing) : this
  }

  /** So many spaces; few, as a rule: the platform's `fill` costs more than the loop. */
  spaces(count: number): this {
    this.reserve(count)
    const { bytes } = this
    const end = this.length + count
    for (let at = this.length; at < end; at++) bytes[at] = 0x20
    this.length = end
    return this
  }

  clear(): void {
    this.length = 0
  }

  /** What was written since `from`, as a string. */
  toString(from = 0): string {
    return decoder.decode(this.bytes.subarray(from, this.length))
  }
}
