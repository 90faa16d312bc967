/** IPv4, IPv6 and MAC addresses as numbers: parsed strictly, printed canonically (RFC 5952). */

declare const brand: unique symbol

/** An IPv4 address as an unsigned 32-bit number, the first octet most significant. */
export type Ipv4 = number & { readonly [brand]?: 'ipv4' }
/** An IPv6 address as a 128-bit number, the first octet most significant. */
export type Ipv6 = bigint & { readonly [brand]?: 'ipv6' }
/** A 48-bit MAC address as a number, the first octet most significant. */
export type Mac = number & { readonly [brand]?: 'mac' }

const octetText: readonly string[] = Array.from({ length: 256 }, (_, value) => String(value))
const octetHex: readonly string[] = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))

/** Two lower-case hexadecimal digits of an octet. */
export function hexOctet(value: number): string {
  return octetHex[value & 0xff]!
}

/** Lower-case hexadecimal of bytes, `separator` between octets. */
export function formatHex(bytes: Uint8Array, separator = ''): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += (i === 0 ? '' : separator) + octetHex[bytes[i]!]!
  return text
}

/** The bytes of an even number of hexadecimal digits, or undefined. */
export function parseHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** Dotted decimal. */
export function formatIpv4(address: Ipv4): string {
  return `${octetText[address >>> 24]}.${octetText[(address >>> 16) & 255]}.${octetText[(address >>> 8) & 255]}.${octetText[address & 255]}`
}

/** Four decimal octets without leading zeros, nothing else; undefined otherwise. */
export function parseIpv4(text: string): Ipv4 | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return undefined
  let address = 0
  for (let i = 1; i <= 4; i++) {
    const part = match[i]!
    const octet = Number(part)
    if (octet > 255 || (part.length > 1 && part.startsWith('0'))) return undefined
    address = address * 256 + octet
  }
  return address
}

/** An IPv4 address written in source text; throws RangeError where it is not one. */
export function ipv4Of(text: string): Ipv4 {
  const address = parseIpv4(text)
  if (address === undefined) throw new RangeError(`not an IPv4 address: ${text}`)
  return address
}

/** RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups shortened, the first of equals. */
export function formatIpv6(address: Ipv6): string {
  const groups: number[] = []
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((address >> shift) & 0xffffn))
  // RFC 5952 §5: an IPv4-mapped address is written with its dotted tail.
  if (address >> 32n === 0xffffn) return `::ffff:${formatIpv4(Number(address & 0xffffffffn))}`
  let bestAt = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let length = 0
    while (i + length < 8 && groups[i + length] === 0) length++
    if (length > bestLength) {
      bestAt = i
      bestLength = length
    }
  }
  const hex = groups.map(group => group.toString(16))
  if (bestAt < 0) return hex.join(':')
  return `${hex.slice(0, bestAt).join(':')}::${hex.slice(bestAt + bestLength).join(':')}`
}

/** Any form of RFC 4291 §2.2, without zone; undefined otherwise. */
export function parseIpv6(text: string): Ipv6 | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0]!, halves.length === 1)
  if (head === undefined) return undefined
  if (halves.length === 1) return head.length === 8 ? joinGroups(head) : undefined
  const tail = parseGroups(halves[1]!, true)
  if (tail === undefined || head.length + tail.length > 7) return undefined
  return joinGroups([...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail])
}

/** An IPv6 address written in source text; throws RangeError where it is not one. */
export function ipv6Of(text: string): Ipv6 {
  const address = parseIpv6(text)
  if (address === undefined) throw new RangeError(`not an IPv6 address: ${text}`)
  return address
}

function parseGroups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const dotted = mayEndDotted && index === parts.length - 1 ? parseIpv4(part) : undefined
    if (dotted === undefined) return undefined
    groups.push(dotted >>> 16, dotted & 0xffff)
  }
  return groups.length <= 8 ? groups : undefined
}

function joinGroups(groups: readonly number[]): Ipv6 {
  return groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n)
}

/** The 16 octets of an IPv6 address. */
export function bytesOfIpv6(address: Ipv6): Uint8Array {
  const bytes = new Uint8Array(16)
  writeIpv6(new DataView(bytes.buffer), 0, address)
  return bytes
}

/** The IPv6 address in the 16 octets at `at`. */
export function readIpv6(view: DataView, at: number): Ipv6 {
  return (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8)
}

/** Puts an IPv6 address into the 16 octets at `at`. */
export function writeIpv6(view: DataView, at: number, address: Ipv6): void {
  view.setBigUint64(at, address >> 64n)
  view.setBigUint64(at + 8, address & 0xffffffffffffffffn)
}

/** Six octets separated by colons. */
export function formatMac(address: Mac): string {
  const high = Math.floor(address / 0x100000000)
  const low = address % 0x100000000
  return `${octetHex[high >>> 8]}:${octetHex[high & 255]}:${octetHex[low >>> 24]}:${octetHex[(low >>> 16) & 255]}:${octetHex[(low >>> 8) & 255]}:${octetHex[low & 255]}`
}

/** Six octets of two hexadecimal digits, separated throughout by `:` or `-`, or Cisco's three groups of four. */
export function parseMac(text: string): Mac | undefined {
  const plain = /^([0-9a-fA-F]{2}([:-]))(?:[0-9a-fA-F]{2}\2){4}[0-9a-fA-F]{2}$/.test(text)
    ? text.replaceAll(/[:-]/g, '')
    : /^[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}$/.test(text)
      ? text.replaceAll('.', '')
      : undefined
  return plain === undefined ? undefined : Number.parseInt(plain, 16)
}

/** The network mask of a prefix length 0…32. */
export function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0
}

/** The prefix length of a contiguous mask, or undefined. */
export function lengthOfMask(mask: number): number | undefined {
  const length = Math.clz32(~mask >>> 0)
  return maskOf(length) === mask >>> 0 ? length : undefined
}

/** The network part of an IPv4 or IPv6 address. */
export function networkOf<A extends Ipv4 | Ipv6>(address: A, length: number): A
export function networkOf(address: Ipv4 | Ipv6, length: number): Ipv4 | Ipv6 {
  if (typeof address === 'number') return (address & maskOf(length)) >>> 0
  const host = BigInt(128 - length)
  return (address >> host) << host
}

/** Dotted decimal or RFC 5952, whichever the address is. */
export function formatIp(address: Ipv4 | Ipv6): string {
  return typeof address === 'number' ? formatIpv4(address) : formatIpv6(address)
}

/** An IPv4 or IPv6 address, or undefined. */
export function parseIp(text: string): Ipv4 | Ipv6 | undefined {
  return parseIpv4(text) ?? parseIpv6(text)
}
