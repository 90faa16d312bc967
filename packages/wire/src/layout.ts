/**
 * A layout is a fixed run of fields written top to bottom as the RFC draws it.
 * One description gives reading, writing, lenses (one field at a time), and the rows that trees, catalogues,
 * filters and random values are made of. Every bit of the run belongs to exactly one leaf row, so
 * bytes → value → bytes is the identity for every bit pattern.
 */
import { type Ipv4, type Ipv6, type Mac, readIpv6 } from './address.ts'
import { type Field, type FieldType, type Format, field, type Value } from './field.ts'
import { CompiledLayout } from './layout-compiled.ts'
import { interpret } from './layout-interpreted.ts'

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

export type Kind = 'uint' | 'flag' | 'uint64' | 'ipv4' | 'ipv6' | 'mac' | 'bytes' | 'word'
export type Order = 'big' | 'little'

/** Reads or writes one field. `at` is where the layout starts. */
export interface Lens<V> {
  read(view: DataView, at: number): V
  /** Throws RangeError where the value does not fit. */
  write(view: DataView, at: number, value: V): void
  /** The same field of a layout that starts `octets` behind the given place. */
  after(octets: number): Lens<V>
}

/** A lens for every key, nested as the value is. */
export type Lenses<T> = { readonly [K in keyof T]-?: Lens<T[K]> & (T[K] extends Plain ? unknown : Lenses<T[K]>) }
type Plain = number | bigint | boolean | string | Uint8Array

/** What a walk and a witness need to know of a layout whose value they do not look at. */
export interface Outline {
  readonly name: string
  readonly label: string
  /** Octets. */
  readonly size: number
  readonly rows: readonly Row[]
}

export interface Layout<T> extends Outline {
  /** The value at `at`. The caller has checked that `size` octets are there. */
  read(view: DataView, at: number): T
  /** Writes exactly `size` octets. Throws RangeError where a value does not fit its field. */
  write(view: DataView, at: number, value: T): void
  readonly lens: Lenses<T>
  readonly parts: Parts<T>
  readonly order: Order
}

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

export interface LayoutOptions {
  readonly order?: Order
  /** Without code generation, as where a content security policy forbids it: same results, slower. */
  readonly interpreted?: boolean
}

let mayCompile: boolean | undefined

/** Whether this runtime lets code be generated; asked once. */
export function codeGenerationAllowed(): boolean {
  if (mayCompile === undefined) {
    try {
      // oxlint-disable-next-line no-new-func, no-implied-eval -- the question itself
      mayCompile = new Function('return true')() === true
    } catch {
      mayCompile = false
    }
  }
  return mayCompile
}

/**
 * A layout from its parts, in wire order. `name` is the prefix of its fields (`nhrp.hdr`), `label` what a person reads.
 * Throws RangeError where the parts do not fill whole octets or a key is no identifier: mistakes of the source, found at load time.
 */
export function layout<T>(name: string, label: string, parts: Parts<T>, options: LayoutOptions = {}): Layout<T> {
  const order = options.order ?? 'big'
  const outline = { name, label, size: sizeOf(name, parts, order), parts, order }
  if (options.interpreted !== true && codeGenerationAllowed())
    return new CompiledLayout(outline, () => place(parts, order))
  const rows = place(parts, order)
  return { ...outline, rows, ...interpret<T>(rows, order) }
}

/** Octets of the parts, which are looked at before anybody needs their rows. */
function sizeOf(name: string, parts: Parts<unknown>, order: Order): number {
  let bit = 0
  let from = 0
  for (const { width, kind } of leafParts(parts)) {
    // Which octet holds the first bit of a little-endian word is a matter of taste: nobody needs it, so nobody may.
    if (order === 'little' && width % 8 !== 0 && width + (bit % 8) > 8) {
      throw new RangeError(`layout ${name}: little-endian bits cross an octet`)
    }
    bit += width
    if ((bit - from) % 8 !== 0) continue
    if (bit - from > 32 && (kind === 'uint' || kind === 'flag'))
      throw new RangeError(`layout ${name}: bits run over 32`)
    from = bit
  }
  if (bit % 8 !== 0) throw new RangeError(`layout ${name}: ${bit} bits do not fill whole octets`)
  return bit / 8
}

/** The parts that own their bits, in order. */
function leafParts(parts: Parts<unknown>): Part<unknown>[] {
  return Object.entries<Part<unknown>>(parts).flatMap(([key, each]) => {
    if (!/^[a-zA-Z][a-zA-Z0-9]*$/.test(key)) throw new RangeError(`not an identifier: ${key}`)
    return each.inner === undefined ? [each] : leafParts(each.inner)
  })
}

function place<T>(parts: Parts<T>, order: Order): readonly Row[] {
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

/** The same layout without code generation: the slow twin that the laws compare. */
export function interpreted<T>(of: Layout<T>): Layout<T> {
  return layout(of.name, of.label, of.parts, { order: of.order, interpreted: true })
}

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
