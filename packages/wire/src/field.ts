/** What a value is called and how it is shown: the catalogue's entry, with Wireshark's filter name and label. */
import type { Names } from './names.ts'

/** Wireshark's field types, without their `FT_` (RELATIVE_TIME and friends in words). */
export type FieldType =
  | 'uint8'
  | 'uint16'
  | 'uint24'
  | 'uint32'
  | 'uint40'
  | 'uint48'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'double'
  | 'boolean'
  | 'ipv4'
  | 'ipv6'
  | 'ether'
  | 'bytes'
  | 'string'
  | 'none'
  | 'protocol'
  | 'frame-number'
  | 'absolute-time'
  | 'relative-time'

/** How a number is written: Wireshark's BASE_DEC, BASE_HEX, BASE_HEX_DEC, BASE_DEC_HEX, BASE_OCT. */
export type Base = 'dec' | 'hex' | 'hex-dec' | 'dec-hex' | 'oct'

export type Severity = 'error' | 'warning' | 'note' | 'chat'

/** A value a field may have. Times are nanoseconds. */
export type Value = number | bigint | boolean | string | Uint8Array | undefined

export interface Field {
  /** Wireshark's filter name. */
  readonly name: string
  readonly label: string
  readonly type: FieldType
  readonly base: Base
  readonly names: Names | undefined
  /** Found by filters and exports, not printed in the tree. */
  readonly hidden: boolean
  /** Not on the wire: computed by whoever dissects. */
  readonly generated: boolean
  /** Masked wherever nobody asked for it by name: a password, a key. */
  readonly secret: boolean
  /** Set on notes (Wireshark's expert information). */
  readonly severity: Severity | undefined
  /** The value in words, where neither base nor names will do. */
  readonly text: ((value: never) => string) | undefined
  /** What is appended after the label's colon instead of `name (number)`: units such as ` seconds`. */
  readonly unit: string | undefined
  /** What one unit on the wire stands for: 4 octets for a header length in words. */
  readonly scale: number
  /** True and false in words. */
  readonly truth: readonly [string, string] | undefined
}

export type Format = Partial<
  Pick<Field, 'base' | 'names' | 'hidden' | 'generated' | 'secret' | 'text' | 'unit' | 'scale' | 'truth'>
> & { readonly type?: FieldType }

/** A field of the catalogue. Every key is present, so all fields share one hidden class. */
export function field(name: string, label: string, type: FieldType, format: Format = {}, severity?: Severity): Field {
  return {
    name,
    label,
    type: format.type ?? type,
    base: format.base ?? 'dec',
    names: format.names,
    hidden: format.hidden ?? false,
    generated: format.generated ?? false,
    secret: format.secret ?? false,
    severity,
    text: format.text,
    unit: format.unit,
    scale: format.scale ?? 1,
    truth: format.truth,
  }
}

/** A computed field: a checksum's status, an answer's frame. */
export function generated(name: string, label: string, type: FieldType, format: Format = {}): Field {
  return field(name, label, type, { ...format, generated: true })
}

/** A note: what is odd but did not stop the walk (Wireshark's expert information). */
export function expert(name: string, label: string, severity: Severity): Field {
  return field(name, label, 'none', { generated: true }, severity)
}

/** The most significant value an unsigned type holds, and how many hexadecimal digits print it. */
export const hexDigits: Readonly<Record<FieldType, number>> = {
  uint8: 2,
  uint16: 4,
  uint24: 6,
  uint32: 8,
  uint40: 10,
  uint48: 12,
  uint64: 16,
  int8: 2,
  int16: 4,
  int32: 8,
  double: 0,
  boolean: 2,
  ipv4: 8,
  ipv6: 32,
  ether: 12,
  bytes: 0,
  string: 0,
  none: 0,
  protocol: 0,
  'frame-number': 8,
  'absolute-time': 0,
  'relative-time': 0,
}
