/**
 * The header of BSD's loopback device: an address family, in the byte order of the host that captured
 * (LINKTYPE_NULL, 0), or always most significant octet first (LINKTYPE_LOOP, 108). Some hosts wrote an Ethertype, and
 * some only sixteen bits.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |                         Address Family                        |
 */
import { type Layout, layout, names, type Order, u16, u32 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { etherTypeNames } from './ether-types.ts'
import { largestLength } from './length.ts'

export interface Null {
  /**
   * The four octets as they stand, the first most significant: 0x02000000 is IPv4 as a little-endian host wrote it.
   * 2 is IPv4 everywhere; 24, 28 and 30 are IPv6 on one BSD or another.
   */
  readonly word: number
}

const families = names({
  2: 'IP',
  7: 'OSI',
  16: 'Appletalk',
  23: 'Netware IPX/SPX',
  24: 'IPv6',
  28: 'IPv6',
  30: 'IPv6',
})

interface Halves {
  readonly number: number
  readonly rest: number
}

/** The number is one half of the word, in either byte order; the other half is zero but for freaks. */
function halves(typed: boolean, numberFirst: boolean, order: Order): Layout<Halves> {
  const number = typed
    ? u16('null.type', 'Type', { base: 'hex', names: etherTypeNames })
    : u16('null.family', 'Family', { type: 'uint32', names: families })
  const rest = u16('null.unused', 'Unused', { base: 'hex', hidden: true })
  return layout<Halves>('null', 'Null/Loopback', numberFirst ? { number, rest } : { rest, number }, { order })
}

const forms: readonly Layout<Halves>[] = [false, true].flatMap(typed =>
  [true, false].flatMap(numberFirst => (['little', 'big'] as const).map(order => halves(typed, numberFirst, order))),
)

const word: Layout<Null> = layout<Null>('null', 'Null/Loopback', { word: u32('null.word', 'Family') })
const family: Layout<Null> = layout<Null>('null', 'Null/Loopback', {
  word: u32('null.family', 'Family', { names: families }),
})

/** LINKTYPE_LOOP: the most significant octet always comes first. */
const openBsd = 108

/** How a word is read: the number, and which half and byte order it was found in. */
interface Reading {
  readonly number: number
  readonly numberFirst: boolean
  readonly order: Order
}

/**
 * Which host wrote the word is seen by where its zeros are: a family is small. Wireshark's rule.
 */
function readingOf(value: number): Reading {
  const first = value >>> 16
  const last = value & 0xffff
  // Nothing behind the first half: sixteen or thirty-two bits of a little-endian host, or sixteen of a big-endian one.
  if (last === 0) {
    const big = (first & 0xff00) === 0 && (first & 0xff) < 6
    return { number: big ? first : swapped(first), numberFirst: true, order: big ? 'big' : 'little' }
  }
  const little = (last & 0xff) === 0 && last >>> 8 < 6
  return { number: little ? swapped(last) : last, numberFirst: false, order: little ? 'little' : 'big' }
}

function swapped(half: number): number {
  return ((half & 0xff) << 8) | (half >>> 8)
}

/** The address family of a word, or the Ethertype where it is larger than any family. */
export function familyOf(value: number): number {
  return readingOf(value >>> 0).number
}

/** A large number is an Ethertype; where both halves are used it is none of either. */
function isType(value: number, { number, order }: Reading): boolean {
  return number > largestLength || (order === 'big' && value > 0xffff && (value & 0xffff) !== 0)
}

function carry(c: PacketCursor, number: number, typed: boolean): void {
  if (typed) c.carries('ethertype', number)
  else if (number === 2) c.carries('ethertype', 0x0800)
  else if (number === 24 || number === 28 || number === 30) c.carries('ethertype', 0x86dd)
  else c.carries('null.family', number)
}

export const nullLoopback: Protocol<Null> = protocol<Null>({
  name: 'null',
  label: 'Null/Loopback',
  short: 'N/A',
  over: [
    { table: 'link', key: 0 },
    { table: 'link', key: openBsd },
  ],
  fields: [...forms, family],
  defaults: { word: 0x02000000 },
  info: s => {
    s.text('Null/Loopback')
  },
  endpoints: () => ({ kind: 'none', source: undefined, destination: undefined }),

  walk(c) {
    if (c.reached === openBsd) {
      const packet = c.takeAs(word, family)
      carry(c, packet.word, false)
      return packet
    }
    const reading = readingOf(c.peek(word)?.word ?? 0)
    const typed = isType(c.peek(word)?.word ?? 0, reading)
    const { numberFirst, order, number } = reading
    const form = forms[(typed ? 4 : 0) + (numberFirst ? 0 : 2) + (order === 'little' ? 0 : 1)]!
    const packet = c.takeAs(word, form)
    carry(c, number, typed)
    return packet
  },

  size: () => word.size,
  write: (w, packet) => w.put(word, packet),
})
