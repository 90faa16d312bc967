/** The code that looks whether values fit their rows, and stores them. */
import type { Order, Row } from './row.ts'
import type { Run } from './runs.ts'

/** An expression for whether a value fits its row. */
export function fit(row: Row, value: string): string {
  if (row.kind === 'bytes') return `${value}.length === ${row.width / 8}`
  return `${value} >= 0 && ${value} <= ${largest(row)}`
}

/** Stores of whole 32-bit words where numbers stand side by side, whatever octets they share. */
export function storesOf(runs: readonly Run[], order: Order): string[] {
  if (order === 'little') return runs.map(run => store(run, order))
  const stores: string[] = []
  let together: Row[] = []
  for (const run of runs) {
    const kind = run.rows[0]!.kind
    if (kind === 'uint' || kind === 'flag' || kind === 'ipv4') together.push(...run.rows)
    else {
      stores.push(...wordStores(together), store(run, order))
      together = []
    }
  }
  return [...stores, ...wordStores(together)]
}

/** A row may reach from one word into the next: shifted as far, the rest of it falls off. */
function wordStores(rows: readonly Row[]): string[] {
  const last = rows.at(-1)
  if (last === undefined) return []
  const end = last.bit + last.width
  const stores: string[] = []
  for (let bit = rows[0]!.bit, width = 0; bit < end; bit += width) {
    width = end - bit >= 32 ? 32 : end - bit >= 16 ? 16 : 8
    const inside = rows.filter(row => row.bit < bit + width && row.bit + row.width > bit)
    const value = inside.map(row => shifted(row, bit + width)).join(' | ')
    stores.push(`v.setUint${width}(o + ${bit / 8}, ${value})`)
  }
  return stores
}

/** A row's value where it stands in a word that ends before bit `end`. */
function shifted(row: Row, end: number): string {
  const value = `x.${row.path.join('.')}`
  const number = row.kind === 'flag' ? `(${value} ? 1 : 0)` : value
  const drop = end - row.bit - row.width
  if (drop === 0) return number
  return drop > 0 ? `(${number} << ${drop})` : `(${number} >>> ${-drop})`
}

function largest(row: Row): string {
  if (row.kind === 'ipv6') return `${(1n << 128n) - 1n}n`
  if (row.kind === 'uint64') return `${(1n << 64n) - 1n}n`
  return String(2 ** row.width - 1)
}

/** Code that stores the one value of a run, or the numbers that share it. */
export function store(run: Run, order: Order): string {
  const at = run.bit / 8
  const little = order === 'little' ? ', true' : ''
  const kind = run.rows[0]!.kind
  const only = `x.${run.rows[0]!.path.join('.')}`
  if (kind === 'bytes') return `new Uint8Array(v.buffer, v.byteOffset + o + ${at}, ${run.width / 8}).set(${only})`
  if (kind === 'ipv6')
    return `v.setBigUint64(o + ${at}, ${only} >> 64n); v.setBigUint64(o + ${at + 8}, ${only} & 0xffffffffffffffffn)`
  if (kind === 'uint64') return `v.setBigUint64(o + ${at}, ${only}${little})`
  if (kind === 'mac')
    // The remainder of a division takes far longer than a subtraction.
    return `{ const high = Math.floor(${only} / 0x100000000); v.setUint16(o + ${at}, high); v.setUint32(o + ${at + 2}, ${only} - high * 0x100000000) }`
  const value = `(${run.rows.map(row => shifted(row, run.bit + run.width)).join(' | ')})`
  switch (run.width) {
    case 8:
      return `v.setUint8(o + ${at}, ${value})`
    case 16:
      return `v.setUint16(o + ${at}, ${value}${little})`
    case 24: {
      const [two, one] = order === 'little' ? [at, at + 2] : [at + 1, at]
      return `v.setUint16(o + ${two}, ${value} & 0xffff${little}); v.setUint8(o + ${one}, ${value} >>> 16)`
    }
    default:
      return `v.setUint32(o + ${at}, ${value}${kind === 'ipv4' ? '' : little})`
  }
}
