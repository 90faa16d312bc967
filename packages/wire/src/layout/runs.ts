/** Bits that compiled code reads together, and the code that reads them. */
import type { Order, Row } from './row.ts'

/** Bits that are read together: whole octets, at most 32 bits; or one address or byte string. */
export interface Run {
  readonly id: number
  readonly bit: number
  readonly width: number
  readonly rows: readonly Row[]
}

/** The rows that own their bits, in a list: those of words in place of the words. */
export function leaves(rows: readonly Row[]): Row[] {
  return rows.flatMap(row => (row.kind === 'word' ? leaves(row.children.filter(c => c.path.length > 0)) : [row]))
}

/** The runs of a layout's rows: as short as whole octets allow. */
export function runsOf(rows: readonly Row[]): Run[] {
  const runs: Run[] = []
  let open: Row[] = []
  for (const row of leaves(rows)) {
    open.push(row)
    const first = open[0]!
    const width = row.bit + row.width - first.bit
    if (width % 8 !== 0) continue
    runs.push({ id: runs.length, bit: first.bit, width, rows: open })
    open = []
  }
  return runs
}

/** Runs that stand side by side and can be read as one: every read is checked, a word as much as an octet. */
export function wordsOf(runs: readonly Run[], order: Order): Run[] {
  const words: Run[] = []
  for (let from = 0; from < runs.length; ) {
    const length = order === 'little' ? 1 : lengthOfWord(runs, from)
    const together = runs.slice(from, from + length)
    const width = together.reduce((sum, run) => sum + run.width, 0)
    words.push({ id: words.length, bit: runs[from]!.bit, width, rows: together.flatMap(run => run.rows) })
    from += length
  }
  return words
}

/** How many runs from number `from` on make the longest word. */
function lengthOfWord(runs: readonly Run[], from: number): number {
  let length = 1
  for (let to = from, width = 0; to < runs.length; to++) {
    const { rows, width: own } = runs[to]!
    if (rows[0]!.kind !== 'uint' && rows[0]!.kind !== 'flag') break
    width += own
    if (width > 32) break
    if (width === 32 || width === 16) length = to - from + 1
  }
  return length
}

/** An expression for the octets of a run as one unsigned number (or the address, or the bytes). */
export function load(run: Run, order: Order): string {
  const at = run.bit / 8
  const little = order === 'little' ? ', true' : ''
  const kind = run.rows[0]!.kind
  if (kind === 'bytes') return `new Uint8Array(v.buffer, v.byteOffset + o + ${at}, ${run.width / 8})`
  if (kind === 'ipv6') return `(v.getBigUint64(o + ${at}) << 64n) | v.getBigUint64(o + ${at + 8})`
  if (kind === 'uint64') return `v.getBigUint64(o + ${at}${little})`
  if (kind === 'mac') return `v.getUint16(o + ${at}) * 0x100000000 + v.getUint32(o + ${at + 2})`
  switch (run.width) {
    case 8:
      return `v.getUint8(o + ${at})`
    case 16:
      return `v.getUint16(o + ${at}${little})`
    case 24:
      return order === 'little'
        ? `v.getUint16(o + ${at}, true) | (v.getUint8(o + ${at + 2}) << 16)`
        : `(v.getUint16(o + ${at}) << 8) | v.getUint8(o + ${at + 2})`
    default:
      // What has a sign bit to drop is a small number to the engine, whatever its bits.
      return `v.get${run.rows.length > 1 ? 'Int' : 'Uint'}32(o + ${at}${kind === 'ipv4' ? '' : little})`
  }
}
