/** The bit pattern before a field that does not fill its octets: `.... 0101 = `, as wide as Wireshark draws it. */
import type { Row } from '@dmvpn/wire'

/** From which bit of a layout to which a row's pattern is drawn; undefined where it needs none. */
export type Region = readonly [from: number, to: number] | undefined

const regions = new WeakMap<Row, Region>()

/** Works out once how the rows of a layout are drawn. */
export function drawRegions(rows: readonly Row[], parent?: Row): void {
  for (const [index, row] of rows.entries()) {
    regions.set(row, parent === undefined ? regionAlone(row, rows, index) : regionWithin(row, parent))
    drawRegions(row.children, row)
  }
}

/** How a row of a layout that was taken is drawn. */
export function regionOf(row: Row): Region {
  return regions.get(row)
}

const widths: Readonly<Record<string, number>> = { uint8: 8, uint16: 16, uint24: 24, uint32: 32 }

/** A number is drawn as wide as its type, ending with the octet in which it ends; a flag as wide as its neighbours. */
function regionAlone(row: Row, rows: readonly Row[], index: number): Region {
  if (row.width % 8 === 0 && row.bit % 8 === 0) return undefined
  if (row.kind === 'word' && row.width > 8) return undefined
  const to = upToOctet(row.bit + row.width)
  const from = to - (widths[row.type] ?? 0)
  return row.type === 'boolean' || from < 0 || from > row.bit ? runOf(rows, index) : [from, to]
}

/** The neighbouring rows that share octets with this one. */
function runOf(rows: readonly Row[], index: number): Region {
  let first = index
  while (first > 0 && rows[first]!.bit % 8 !== 0) first--
  let last = index
  while (last < rows.length - 1 && (rows[last]!.bit + rows[last]!.width) % 8 !== 0) last++
  return [downToOctet(rows[first]!.bit), upToOctet(rows[last]!.bit + rows[last]!.width)]
}

/** As wide as the word around it; of an address only its first three octets, where Wireshark's flag bits live. */
function regionWithin(row: Row, parent: Row): Region {
  if (row.width === parent.width) return undefined
  if (parent.kind !== 'word' && row.width % 8 === 0 && row.bit % 8 === 0) return undefined
  const to = parent.bit + (parent.width > 32 ? 24 : Math.max(parent.width, 8))
  return row.bit + row.width > to ? undefined : [parent.bit, to]
}

function upToOctet(bits: number): number {
  return Math.ceil(bits / 8) * 8
}

function downToOctet(bits: number): number {
  return bits - (bits % 8)
}
