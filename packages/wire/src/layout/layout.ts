/**
 * A layout is a fixed run of fields written top to bottom as the RFC draws it.
 * One description gives reading, writing, lenses (one field at a time), and the rows that trees, catalogues,
 * filters and random values are made of. Every bit of the run belongs to exactly one leaf row, so
 * bytes → value → bytes is the identity for every bit pattern.
 */
import { codeGenerationAllowed } from '../compile.ts'
import { CompiledLayout } from './compiled.ts'
import { interpret } from './interpreted.ts'
import type { Part, Parts } from './part.ts'
import { type Order, place, type Row } from './row.ts'

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

/** What a layout does with octets: the same compiled and interpreted. */
export type Access<T> = Pick<Layout<T>, 'read' | 'write' | 'lens'>

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

export interface LayoutOptions {
  readonly order?: Order
  /** Without code generation, as where a content security policy forbids it: same results, slower. */
  readonly interpreted?: boolean
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

/** The same layout without code generation: the slow twin that the laws compare. */
export function interpreted<T>(of: Layout<T>): Layout<T> {
  return layout(of.name, of.label, of.parts, { order: of.order, interpreted: true })
}
