/** What is written where a field lies: a value as people write it, turned into bits. */

import { octetsOf } from '@dmvpn/protocols'
import {
  bytesOfIpv6,
  type Field,
  type FieldType,
  type Kind,
  parseHex,
  parseIp,
  parseIpv4,
  parseIpv6,
  parseMac,
} from '@dmvpn/wire'
import { bytesOfIpv4 } from './addresses.ts'
import type { Place } from './places.ts'

/** A number for bits, octets for everything that is not one. Throws RangeError where the text is no such value. */
export function valueFor({ field, kind, width }: Place, text: string): bigint | Uint8Array {
  switch (kind ?? kindOfType[field.type]) {
    case 'flag':
      return flagOf(field, text)
    case 'uint':
    case 'uint64':
    case 'word':
      return numberOf(field, text, width)
    case 'ipv4':
      // A field that is IPv4 here may be IPv6 there: NHRP's addresses.
      return kind === undefined ? addressOf(field, text) : bytesOfIpv4(parsed(field, text, parseIpv4(text)))
    case 'ipv6':
      return kind === undefined ? addressOf(field, text) : bytesOfIpv6(parsed(field, text, parseIpv6(text)))
    case 'mac':
      return BigInt(parsed(field, text, parseMac(text)))
    case 'text':
      return octetsOf(text)
    default:
      return parsed(field, text, parseHex(text.replaceAll(/[:.\s-]/g, '').toLowerCase()))
  }
}

/** How named octets are read, by the type of their field. */
const kindOfType: Readonly<Partial<Record<FieldType, Kind | 'text'>>> = {
  uint8: 'uint',
  uint16: 'uint',
  uint24: 'uint',
  uint32: 'uint',
  uint64: 'uint64',
  boolean: 'flag',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  ether: 'mac',
  string: 'text',
}

const flags: Readonly<Record<string, bigint>> = { 0: 0n, false: 0n, no: 0n, 1: 1n, true: 1n, yes: 1n }

function flagOf(field: Field, text: string): bigint {
  return parsed(field, text, flags[text.trim().toLowerCase()])
}

/** Decimal, hexadecimal, octal or binary as `BigInt` reads them, or one of the field's names. */
function numberOf(field: Field, text: string, width: number): bigint {
  const trimmed = text.trim()
  const named = field.names?.entries.find(([, name]) => name.toLowerCase() === trimmed.toLowerCase())
  const number =
    named !== undefined ? BigInt(named[0]) : /^(0x[0-9a-f]+|\d+)$/i.test(trimmed) ? BigInt(trimmed) : undefined
  const value = parsed(field, text, number)
  const scale = BigInt(field.scale)
  if (named === undefined && value % scale !== 0n) throw new RangeError(`${field.name}: not a multiple of ${scale}`)
  const unscaled = named === undefined ? value / scale : value
  if (unscaled >> BigInt(width) !== 0n) throw new RangeError(`${field.name}: ${text} does not fit ${width} bits`)
  return unscaled
}

function addressOf(field: Field, text: string): Uint8Array {
  const address = parsed(field, text, parseIp(text))
  return typeof address === 'number' ? bytesOfIpv4(address) : bytesOfIpv6(address)
}

function parsed<T>(field: Field, text: string, value: T | undefined): T {
  if (value === undefined)
    throw new RangeError(`${field.name}: ${JSON.stringify(text)} is not a value of type ${field.type}`)
  return value
}

/** Writes a value over the bits of its place. Octets must be as many as there are. */
export function writeAt(bytes: Uint8Array, { bit, width }: Place, value: bigint | Uint8Array): void {
  if (typeof value === 'object') {
    bytes.set(value, bit / 8)
    return
  }
  let rest = value
  for (let at = bit + width - 1; at >= bit; at--) {
    const mask = 0x80 >>> (at & 7)
    const octet = bytes[at >>> 3]!
    bytes[at >>> 3] = (rest & 1n) === 1n ? octet | mask : octet & ~mask
    rest >>= 1n
  }
}

/** Octets a value needs that has not the length of its place; undefined where it has. */
export function otherLength({ width }: Place, value: bigint | Uint8Array): number | undefined {
  return typeof value === 'object' && 8 * value.length !== width ? value.length : undefined
}

/** Whether the bits at a place are this value. */
export function valueAt(bytes: Uint8Array, { bit, width }: Place, value: bigint | Uint8Array): boolean {
  if (typeof value === 'object') {
    return 8 * value.length === width && value.every((octet, index) => octet === bytes[bit / 8 + index])
  }
  let found = 0n
  for (let at = bit; at < bit + width; at++) found = (found << 1n) | BigInt((bytes[at >>> 3]! >>> (7 - (at & 7))) & 1)
  return found === value
}
