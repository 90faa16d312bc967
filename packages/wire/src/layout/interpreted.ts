/** The slow twin of `compiled.ts`: the same results from the rows themselves, where code generation is forbidden. */
import type { Access, Lens, Lenses } from './layout.ts'
import type { Order, Row } from './row.ts'

export function interpret<T>(rows: readonly Row[], order: Order): Access<T> {
  return {
    read: (view, at) => valueOf(rows, view, at) as T,
    write: (view, at, value) => {
      for (const row of rows)
        if (row.path.length > 0) writeRow(row, order, view, at, (value as Keyed)[row.path.at(-1)!])
    },
    lens: lensesOf<T>(rows, order),
  }
}

type Keyed = Readonly<Record<string, unknown>>

function valueOf(rows: readonly Row[], view: DataView, at: number): unknown {
  const value: Record<string, unknown> = {}
  for (const row of rows) if (row.path.length > 0) value[row.path.at(-1)!] = readRow(row, view, at)
  return value
}

function readRow(row: Row, view: DataView, at: number): unknown {
  return row.kind === 'word' ? valueOf(row.children, view, at) : row.raw(view, at)
}

function writeRow(row: Row, order: Order, view: DataView, at: number, value: unknown): void {
  if (row.kind === 'word') {
    for (const child of row.children) {
      if (child.path.length > 0) writeRow(child, order, view, at, (value as Keyed)[child.path.at(-1)!])
    }
    return
  }
  if (row.kind === 'bytes') {
    const bytes = value as Uint8Array
    if (bytes.length !== row.width / 8) throw new RangeError(`${row.name}: ${bytes.length} does not fit`)
    new Uint8Array(view.buffer, view.byteOffset + at + row.bit / 8, bytes.length).set(bytes)
    return
  }
  const number = row.kind === 'flag' ? (value === true ? 1n : 0n) : wholeNumber(row, value)
  writeBits(view, at, row, number, order === 'little' && row.kind !== 'ipv4' && row.kind !== 'mac')
}

function wholeNumber(row: Row, value: unknown): bigint {
  const number = value as number | bigint
  if (!(number >= 0 && number < 2 ** row.width)) {
    throw new RangeError(`${row.name}: ${String(value)} does not fit`)
  }
  return BigInt(typeof number === 'number' ? Math.floor(number) : number)
}

/** Replaces the row's bits among the octets around them. */
function writeBits(view: DataView, at: number, row: Row, value: bigint, little: boolean): void {
  const from = row.bit >>> 3
  const octets = ((row.bit + row.width + 7) >>> 3) - from
  const drop = BigInt(octets * 8 - (row.bit & 7) - row.width)
  const mask = ((1n << BigInt(row.width)) - 1n) << drop
  const place = (i: number): number => at + from + (little ? octets - 1 - i : i)
  let whole = 0n
  for (let i = 0; i < octets; i++) whole = (whole << 8n) | BigInt(view.getUint8(place(i)))
  whole = (whole & ~mask) | (value << drop)
  for (let i = octets - 1; i >= 0; i--) {
    view.setUint8(place(i), Number(whole & 0xffn))
    whole >>= 8n
  }
}

function lensesOf<T>(rows: readonly Row[], order: Order): Lenses<T> {
  const lenses: Record<string, unknown> = {}
  for (const row of rows) {
    if (row.path.length === 0) continue
    const own = lensOf(row, order, 0)
    lenses[row.path.at(-1)!] = row.kind === 'word' ? Object.assign(own, lensesOf(row.children, order)) : own
  }
  return lenses as Lenses<T>
}

function lensOf(row: Row, order: Order, behind: number): Lens<unknown> {
  return {
    read: (view, at) => readRow(row, view, at + behind),
    write: (view, at, value) => writeRow(row, order, view, at + behind, value),
    after: octets => lensOf(row, order, behind + octets),
  }
}
