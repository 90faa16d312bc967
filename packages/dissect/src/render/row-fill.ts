/** How the value of a row is written straight from its octets. */
import type { Row, Sink } from '@dmvpn/wire'
import { isFew, octetsOf } from './row-texts.ts'

/** How a hole is filled. */
export const fills = {
  /** By the writer of entries. */
  entry: 0,
  /** By the writer of rows. */
  row: 1,
  /** A row of few values within one octet: what was written of each of its values is kept. */
  octet: 2,
  /** The same within two octets. */
  word: 3,
  /** A whole number in so many octets, in decimal or in hexadecimal. */
  dec16: 4,
  dec24: 5,
  dec32: 6,
  hex16: 7,
  hex32: 8,
  ipv4: 9,
  /** An IPv4 address where no names are known, else by the writer of rows. */
  host: 10,
  mac: 11,
  /** A named value by itself where it is a number, else by the writer of entries. */
  count: 12,
  /** A named value as an IPv4 address where it is a number and no names are known, else by the writer of entries. */
  address: 13,
  /** A named value that is a small number or a boolean: what was written of each is kept. */
  few: 14,
} as const

/** What a row's value is written as; `hex16` and `hex32` are of so many digits' bits. */
export type PlainForm = 'dec' | 'hex16' | 'hex32' | 'ipv4' | 'host' | 'mac'

/** The fill that writes a row so; undefined where there is none. */
export function fillOf(row: Row, form: PlainForm): number | undefined {
  const octets = octetsOf(row)
  if (form === 'ipv4' || form === 'host') return row.kind === 'ipv4' ? fills[form] : undefined
  if (row.scale !== 1 || !isBigEndian(row)) return undefined
  if (form === 'mac') return row.width === 48 && octets === 6 ? fills.mac : undefined
  if (octets === 2 && !isFew(row)) return form === 'dec' ? fills.dec16 : form === 'hex16' ? fills.hex16 : undefined
  if (octets === 3 && row.width === 24) return form === 'dec' ? fills.dec24 : undefined
  if (octets === 4 && row.width === 32) return form === 'dec' ? fills.dec32 : form === 'hex32' ? fills.hex32 : undefined
  return undefined
}

/** Writes a row's number in such a form. */
export function writeNumber(s: Sink, form: PlainForm, number: number): void {
  if (form === 'dec') s.dec(number)
  else if (form === 'mac') s.mac(number)
  else if (form === 'hex16') s.hex(number, 4)
  else if (form === 'hex32') s.hex(number, 8)
  else s.ipv4(number)
}

/** By how much the bits of a row are shifted in the octets they lie in. */
export function shiftOf(row: Row): number {
  return 8 * octetsOf(row) - (row.bit & 7) - row.width
}

const bigEndian = new WeakMap<Row, boolean>()

/** Whether a row is a number whose most significant octet comes first. */
function isBigEndian(row: Row): boolean {
  let known = bigEndian.get(row)
  if (known === undefined) {
    known = readsBigEndian(row)
    bigEndian.set(row, known)
  }
  return known
}

/** The same, tried out. */
function readsBigEndian(row: Row): boolean {
  if (row.kind !== 'uint' && row.kind !== 'word' && row.kind !== 'mac') return false
  const octet = row.bit >>> 3
  const octets = octetsOf(row)
  const probe = new DataView(new ArrayBuffer(octet + octets))
  let number = 0n
  for (let i = 0; i < octets; i++) {
    probe.setUint8(octet + i, 0x35 + 0x23 * i)
    number = (number << 8n) | BigInt(probe.getUint8(octet + i))
  }
  const bits = (number >> BigInt(shiftOf(row))) & ((1n << BigInt(row.width)) - 1n)
  return row.raw(probe, 0) === Number(bits)
}
