/** The bit pattern before a field that does not fill its octets: `.... 0101 = `, as wide as Wireshark draws it. */
import { type Field, hexDigits, type Row } from '@dmvpn/wire'

/** From which bit of a layout to which a row's pattern is drawn; undefined where it needs none. */
export type Region = readonly [from: number, to: number] | undefined

/** Which octets of its layout exports say a row lies in, and which of their bits are its own. */
export interface Place {
  /** Octets from the start of the layout, and how many. */
  readonly octet: number
  readonly size: number
  /** The row's bits in these octets, the last one being bit 0; 0 where the octets are all its own. */
  readonly mask: bigint
}

const regions = new WeakMap<Row, Region>()
const places = new WeakMap<Row, Place>()

/** Works out once how the rows of a layout are drawn. */
export function drawRegions(rows: readonly Row[], parent?: Row): void {
  for (const [index, row] of rows.entries()) {
    const region = parent === undefined ? regionAlone(row, rows, index) : regionWithin(row, parent)
    regions.set(row, region)
    place(row, region ?? (row.width % 8 === 0 || undrawn.has(row.name) ? undefined : windowOf(row, rows, true)))
    drawRegions(row.children, row)
    for (const further of row.also) place(further, region)
  }
}

/** How a row of a layout that was taken is drawn. */
export function regionOf(row: Row): Region {
  return regions.get(row)
}

/** Where exports say that a row of a layout that was taken lies. */
export function placeOf(row: Row): Place {
  return places.get(row) ?? ownPlace(row)
}

/** How many digits a hexadecimal value has in the tree: masked values as many as their bits need. */
export function labelDigits(field: Field): number {
  const row = 'bit' in field ? (field as Row) : undefined
  return row !== undefined && (places.get(row)?.mask ?? 0n) !== 0n ? Math.ceil(row.width / 4) : hexDigits[field.type]
}

const widths: Readonly<Record<string, number>> = { uint8: 8, uint16: 16, uint24: 24, uint32: 32 }

/** Drawn with their bits, but Wireshark knows no mask of theirs: their octet is what exports show. */
const unmasked: ReadonlySet<string> = new Set([
  'ip.version',
  'ip.hdr_len',
  'ipv6.version',
  'tcp.hdr_len',
  'icmp.ext.version',
])

/** Drawn without their bits, though the first one is a flag or reserved. */
const undrawn: ReadonlySet<string> = new Set([
  'isakmp.ike.attr.type',
  'isakmp.ike2.attr.type',
  'isakmp.ipsec.attr.type',
  'ospf.lsa.tos',
])

function place(row: Row, region: Region): void {
  if (region === undefined) {
    places.set(row, ownPlace(row))
    return
  }
  const [from, to] = region
  const isMasked = !unmasked.has(row.name)
  places.set(row, {
    octet: from >>> 3,
    size: (to - from) >>> 3,
    mask: isMasked ? ((1n << BigInt(row.width)) - 1n) << BigInt(to - row.bit - row.width) : 0n,
  })
}

function ownPlace(row: Row): Place {
  const octet = row.bit >>> 3
  return { octet, size: ((row.bit + row.width + 7) >>> 3) - octet, mask: 0n }
}

/** A number is drawn as wide as its type, in the word that it shares with its neighbours; a flag as wide as these. */
function regionAlone(row: Row, rows: readonly Row[], index: number): Region {
  if (undrawn.has(row.name)) return undefined
  const whole = row.width % 8 === 0 && row.bit % 8 === 0
  if (whole && !sharesWord(row, rows)) return undefined
  if (row.kind === 'word' && row.width > 8) return undefined
  return (row.type === 'boolean' ? undefined : windowOf(row, rows, !whole)) ?? runOf(rows, index)
}

/**
 * The word of the row's type that begins where some row begins: the first that holds the row and nothing of another
 * type, or, where `any`, the first that holds it at all.
 */
function windowOf(row: Row, rows: readonly Row[], any: boolean): Region {
  const width = widths[row.type]
  if (width === undefined) return undefined
  let holds: Region
  for (const each of rows) {
    const from = each.bit
    if (from > row.bit) break
    if (from % 8 !== 0 || from + width < row.bit + row.width) continue
    const to = from + width
    const within = rows.filter(other => other.bit + other.width > from && other.bit < to)
    if (within.every(({ type }) => type === row.type || type === 'boolean')) return [from, to]
    holds ??= [from, from + width]
  }
  if (!any) return undefined
  const to = upToOctet(row.bit + row.width)
  return to - width < 0 || to - width > row.bit ? holds : [to - width, to]
}

/** Whether a row that fills its octets is still a part of a wider word of its type, beside rows that do not fill theirs. */
function sharesWord(row: Row, rows: readonly Row[]): boolean {
  const word = windowOf(row, rows, false)
  if (word === undefined || word[1] - word[0] === row.width) return false
  return rows.some(({ bit, width }) => bit < word[1] && bit + width > word[0] && (bit % 8 !== 0 || width % 8 !== 0))
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
  const around = regions.get(parent)
  if (around !== undefined && row.type === parent.type) return around
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
