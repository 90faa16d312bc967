/** What layouts are made of: parts, one for each field, before they have a place. */
import type { Ipv4, Ipv6, Mac } from '../address.ts'
import { type Field, type FieldType, type Format, field } from '../field.ts'

/** What the bits of a part are. */
export type Kind = 'uint' | 'flag' | 'uint64' | 'ipv4' | 'ipv6' | 'mac' | 'bytes' | 'word'

/** A part of a layout, before it has a place. */
export interface Part<V> {
  readonly kind: Kind
  readonly width: number
  readonly field: Field
  readonly inner: Readonly<Record<string, Part<unknown>>> | undefined
  readonly shown: readonly Shown[]
  readonly value?: V
}

/** Bits of a part shown under further names: `from` counts from the part's first bit. */
export interface Shown {
  readonly field: Field
  readonly from: number
  readonly width: number
  readonly hidden: boolean
  readonly kind: Kind
}

export type Parts<T> = { readonly [K in keyof T]-?: Part<T[K]> }

/** What a part may say beside its name: how it is shown, and which of its bits have names of their own. */
export interface PartFormat extends Format {
  readonly shows?: readonly Shown[]
}

function part<V>(kind: Kind, width: number, own: Field, shown: readonly Shown[] = []): Part<V> {
  return { kind, width, field: own, inner: undefined, shown }
}

function unsigned(width: number, type: FieldType) {
  return (name: string, label: string, format: PartFormat = {}): Part<number> =>
    part('uint', width, field(name, label, type, format), format.shows)
}

type NumberPart = (name: string, label: string, format?: PartFormat) => Part<number>
export const u8: NumberPart = unsigned(8, 'uint8')
export const u16: NumberPart = unsigned(16, 'uint16')
export const u24: NumberPart = unsigned(24, 'uint24')
export const u32: NumberPart = unsigned(32, 'uint32')

/** Sixty-four bits as a bigint. */
export function u64(name: string, label: string, format: PartFormat = {}): Part<bigint> {
  return part('uint64', 64, field(name, label, 'uint64', format), format.shows)
}

/** `width` bits, 1…32. Successive bits must fill whole octets. */
export function bits(width: number, name: string, label: string, format: PartFormat = {}): Part<number> {
  return part('uint', width, field(name, label, typeOfWidth(width), format), format.shows)
}

/** One bit as a boolean. */
export function flag(name: string, label: string, format: PartFormat = {}): Part<boolean> {
  return part('flag', 1, field(name, label, 'boolean', format), format.shows)
}

/** Named bits that are also shown together as one number. */
export function word<V>(name: string, label: string, inner: Parts<V>, format: PartFormat = {}): Part<V> {
  const width = Object.values<Part<unknown>>(inner).reduce((sum, each) => sum + each.width, 0)
  const own = field(name, label, typeOfWidth(width), { base: 'hex', ...format })
  return { kind: 'word', width, field: own, inner, shown: format.shows ?? [] }
}

export function ipv4(name: string, label: string, format: PartFormat = {}): Part<Ipv4> {
  return part('ipv4', 32, field(name, label, 'ipv4', format), format.shows)
}

export function ipv6(name: string, label: string, format: PartFormat = {}): Part<Ipv6> {
  return part('ipv6', 128, field(name, label, 'ipv6', format), format.shows)
}

export function mac(name: string, label: string, format: PartFormat = {}): Part<Mac> {
  return part('mac', 48, field(name, label, 'ether', format), format.shows)
}

/** A fixed number of opaque octets. Reading gives a view on the buffer, not a copy. */
export function opaque(octets: number, name: string, label: string, format: PartFormat = {}): Part<Uint8Array> {
  return part('bytes', 8 * octets, field(name, label, 'bytes', format), format.shows)
}

/** All bits of a part under a further, hidden name of its own type: `udp.port` beside `udp.srcport`. */
export function also(name: string, label: string, type: FieldType, format: Format = {}): Shown {
  return {
    field: field(name, label, type, { ...format, hidden: true }),
    from: 0,
    width: 0,
    hidden: true,
    kind: kindOf(type),
  }
}

/** Some bits of a part shown below it: the type bit and the length bits of an NHRP type/length octet. */
export function shows(
  from: number,
  width: number,
  name: string,
  label: string,
  type: FieldType,
  format: Format = {},
): Shown {
  return { field: field(name, label, type, format), from, width, hidden: format.hidden ?? false, kind: kindOf(type) }
}

function kindOf(type: FieldType): Kind {
  if (type === 'boolean') return 'flag'
  if (type === 'ipv4' || type === 'ipv6' || type === 'bytes') return type
  return type === 'ether' ? 'mac' : 'uint'
}

function typeOfWidth(width: number): FieldType {
  if (width <= 8) return 'uint8'
  if (width <= 16) return 'uint16'
  return width <= 24 ? 'uint24' : 'uint32'
}
