/** What a value of a filter is: what it can be compared with, what a literal beside it is read as, how errors call it. */
import type { Field, FieldType, Names } from '@dmvpn/wire'

export type Domain =
  | 'integer'
  | 'real'
  | 'boolean'
  | 'ipv4'
  | 'ipv6'
  | 'ether'
  | 'octets'
  | 'text'
  | 'absolute-time'
  | 'relative-time'
  | 'nothing'

export interface Target {
  readonly domain: Domain
  /** How errors call it: a field's name, `len()`. */
  readonly name: string
  /** What bounds its numbers; undefined where they are calculated. */
  readonly type: FieldType | undefined
  /** The names its numbers have. */
  readonly names: readonly Names[]
  /** True and false in words. */
  readonly truths: readonly (readonly [string, string])[]
}

/** The domain of each of Wireshark's types. */
export const domainOf: Readonly<Record<FieldType, Domain>> = {
  uint8: 'integer',
  uint16: 'integer',
  uint24: 'integer',
  uint32: 'integer',
  uint40: 'integer',
  uint48: 'integer',
  uint64: 'integer',
  int8: 'integer',
  int16: 'integer',
  int32: 'integer',
  double: 'real',
  'frame-number': 'integer',
  boolean: 'boolean',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  ether: 'ether',
  bytes: 'octets',
  protocol: 'octets',
  string: 'text',
  none: 'nothing',
  'absolute-time': 'absolute-time',
  'relative-time': 'relative-time',
}

/** Domains in words. */
export const domainWords: Readonly<Record<Domain, string>> = {
  integer: 'a whole number',
  real: 'a number',
  boolean: 'true or false',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  ether: 'a MAC address',
  octets: 'octets',
  text: 'text',
  'absolute-time': 'a date and time',
  'relative-time': 'a time span',
  nothing: 'a label without a value',
}

/** Octets a value of a type has for `len()`; undefined where it depends on the value. Times and flags count as none. */
export const octetsOf: Readonly<Record<FieldType, number | undefined>> = {
  uint8: 1,
  uint16: 2,
  uint24: 3,
  uint32: 4,
  uint40: 5,
  uint48: 6,
  uint64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  double: 8,
  'frame-number': 4,
  boolean: 0,
  ipv4: 4,
  ipv6: 16,
  ether: 6,
  bytes: undefined,
  protocol: undefined,
  string: undefined,
  none: 0,
  'absolute-time': 0,
  'relative-time': 0,
}

/** The target of a field of the catalogue, whose places may differ in their names. */
export function targetOfField(name: string, type: FieldType, fields: readonly Field[]): Target {
  return {
    domain: domainOf[type],
    name,
    type,
    names: [...new Set(fields.flatMap(each => each.names ?? []))],
    truths: fields.flatMap(each => (each.truth === undefined ? [] : [each.truth])),
  }
}

/** The target of what is calculated: no names, no bounds. */
export function calculated(domain: Domain, name: string): Target {
  return { domain, name, type: undefined, names: [], truths: [] }
}

/** The least and the greatest number of a type. */
export function boundsOf(type: FieldType): readonly [least: bigint, most: bigint] {
  const bits = /^(u?)int(\d+)$/.exec(type)
  const width = BigInt(bits?.[2] ?? 32)
  const unsigned = type === 'frame-number' || bits?.[1] === 'u'
  return unsigned ? [0n, (1n << width) - 1n] : [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n]
}
