/** A layout's rows: its parts in their places, which trees, catalogues, filters and random values are made of. */
import { readIpv6 } from '../address.ts'
import type { Field, Value } from '../field.ts'
import type { Kind, Part, Parts } from './part.ts'

/** One field in its place: `bit` counts from the start of the layout, most significant first. */
export interface Row extends Field {
  /** The key path in the layout's value; empty for a row that only shows bits again. */
  readonly path: readonly string[]
  readonly bit: number
  readonly width: number
  readonly kind: Kind
  /** Rows inside this one: the flags of a flags word. */
  readonly children: readonly Row[]
  /** Further names for the same bits, hidden in the tree: `ip.addr` beside `ip.src`. */
  readonly also: readonly Row[]
  /** The value as filters and exports compare it: scaled. */
  readonly read: (view: DataView, at: number) => Value
  /** The value as the layout holds it. */
  readonly raw: (view: DataView, at: number) => Value
}

/** Which octet of a number comes first. */
export type Order = 'big' | 'little'

/** Every row of a layout, a parent before its children, further names after it. */
export function* allRows(rows: readonly Row[]): Generator<Row> {
  for (const row of rows) {
    yield row
    yield* allRows(row.also)
    yield* allRows(row.children)
  }
}

/** Rows that own their bits: those of which every bit belongs to exactly one. */
export function* leafRows(rows: readonly Row[]): Generator<Row> {
  for (const row of rows) {
    if (row.kind === 'word') yield* leafRows(row.children)
    else if (row.path.length > 0) yield row
  }
}

/** The rows of parts that stand one behind the other. */
export function place<T>(parts: Parts<T>, order: Order): readonly Row[] {
  const rows: Row[] = []
  let bit = 0
  for (const [key, each] of Object.entries<Part<unknown>>(parts)) {
    rows.push(rowOf(each, [key], bit, order))
    bit += each.width
  }
  return rows
}

function rowOf(each: Part<unknown>, path: readonly string[], bit: number, order: Order): Row {
  const children: Row[] = []
  let inside = bit
  for (const [key, inner] of Object.entries(each.inner ?? {})) {
    children.push(rowOf(inner, [...path, key], inside, order))
    inside += inner.width
  }
  const further: Row[] = []
  for (const shown of each.shown) {
    const whole = shown.width === 0
    // Text is made of the part's own value: an address of sixteen octets is no number.
    const kind = whole && shown.field.type === 'string' ? each.kind : shown.kind
    const row = newRow(shown.field, [], bit + shown.from, whole ? each.width : shown.width, kind, order)
    ;(whole ? further : children).push(row)
  }
  return newRow(each.field, path, bit, each.width, each.kind, order, children, further)
}

function newRow(
  own: Field,
  path: readonly string[],
  bit: number,
  width: number,
  kind: Kind,
  order: Order,
  children: readonly Row[] = [],
  further: readonly Row[] = [],
): Row {
  const raw = reader(bit, width, kind, order)
  const { scale } = own
  const read = scale === 1 ? raw : (view: DataView, at: number): Value => (raw(view, at) as number) * scale
  // Key by key: spread would give every row a hidden class of its own, and whoever reads rows would pay for it.
  return {
    name: own.name,
    label: own.label,
    type: own.type,
    base: own.base,
    names: own.names,
    hidden: own.hidden,
    generated: own.generated,
    secret: own.secret,
    severity: own.severity,
    text: own.text,
    unit: own.unit,
    scale,
    truth: own.truth,
    path,
    bit,
    width,
    kind,
    children,
    also: further,
    read,
    raw,
  }
}

/** A generic reader of one row: exports and filters read single rows, so it is specialised for whole octets. */
function reader(bit: number, width: number, kind: Kind, order: Order): (view: DataView, at: number) => Value {
  const octet = bit >>> 3
  const little = order === 'little'
  switch (kind) {
    case 'flag':
      if (order === 'big') {
        const mask = 0x80 >>> (bit & 7)
        return (view, at) => (view.getUint8(at + octet) & mask) !== 0
      }
      break
    case 'bytes':
      return (view, at) => new Uint8Array(view.buffer, view.byteOffset + at + octet, width / 8)
    case 'ipv4':
      return (view, at) => view.getUint32(at + octet)
    case 'ipv6':
      return (view, at) => readIpv6(view, at + octet)
    case 'mac':
      return (view, at) => view.getUint16(at + octet) * 0x100000000 + view.getUint32(at + octet + 2)
    case 'uint64':
      return (view, at) => view.getBigUint64(at + octet, little)
    default:
      break
  }
  if ((bit & 7) === 0 && width === 8) return (view, at) => view.getUint8(at + octet)
  if ((bit & 7) === 0 && width === 16) return (view, at) => view.getUint16(at + octet, little)
  if ((bit & 7) === 0 && width === 32) return (view, at) => view.getUint32(at + octet, little)
  const from = octet
  const octets = ((bit + width + 7) >>> 3) - from
  const drop = octets * 8 - (bit & 7) - width
  const modulus = 2 ** width
  const divisor = 2 ** drop
  const asFlag = kind === 'flag'
  return (view, at) => {
    let whole = 0
    for (let i = 0; i < octets; i++) whole = whole * 256 + view.getUint8(at + from + (little ? octets - 1 - i : i))
    const value = Math.floor(whole / divisor) % modulus
    return asFlag ? value !== 0 : value
  }
}
