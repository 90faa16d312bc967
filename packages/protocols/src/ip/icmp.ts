/**
 * Internet Control Message Protocol, RFC 792.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |     Type      |     Code      |          Checksum             |
 *  |          Identifier           |        Sequence Number        |  queries
 *  |    unused, MTU, gateway or pointer, length (RFC 4884 §4)      |  errors
 *  |          data, or the packet the error is about …
 */
import {
  expert,
  type Field,
  type Layout,
  Literal,
  Literals,
  layout,
  opaque,
  type Sink,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import { statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { isRightChecksum, showChecksum } from './checksum.ts'
import { echoFieldList, icmpEcho } from './echo-fields.ts'
import { icmpCodeNames, icmpTypeNames } from './icmp-names.ts'
import {
  addressMask,
  beginsWithTime,
  icmpShowFields,
  showError,
  showOther,
  showQuery,
  showTime,
  timeStamps,
} from './icmp-show.ts'
import { ipv4 } from './ipv4.ts'
import { takeMessage } from './promised.ts'

/** Echo, time stamp, information and address mask, asked and answered: types 0, 8 and 13 to 18. What an echo carries is a layer of its own. */
export interface IcmpQuery {
  readonly kind: 'query'
  readonly type: number
  readonly code: number
  readonly identifier: number
  readonly sequence: number
  /** Three times of day of four octets each (types 13 and 14), an address mask (17 and 18); none in the others. */
  readonly data: Uint8Array
}

/** A complaint about a packet: types 3, 4, 5, 11 and 12. */
export interface IcmpError {
  readonly kind: 'error'
  readonly type: number
  readonly code: number
  /**
   * The second word: the gateway's address (type 5), the next hop's MTU in the low half (type 3, code 4), the pointer in
   * the first octet (type 12), the length of the quote in the second (RFC 4884 §4).
   */
  readonly word: number
  /** As much of the packet as the sender quoted; extensions (RFC 4884 §7) behind it, if any. */
  readonly quoted: Uint8Array
}

/** Any other message, its second word and the rest. */
export interface IcmpOther {
  readonly kind: 'other'
  readonly type: number
  readonly code: number
  readonly word: number
  readonly data: Uint8Array
}

export type Icmp = IcmpQuery | IcmpError | IcmpOther

interface Head {
  readonly type: number
  readonly code: number
  readonly checksum: number
}

/** The first word; what a code means depends on the type. */
function head(codeText?: (code: number) => string): Layout<Head> {
  return layout<Head>('icmp', 'Internet Control Message Protocol', {
    type: u8('icmp.type', 'Type', {
      text: (type: number) => `${type} (${icmpTypeNames.nameOf(type) ?? icmpTypeNames.unknown})`,
    }),
    code: u8('icmp.code', 'Code', codeText === undefined ? {} : { text: codeText }),
    checksum: u16('icmp.checksum', 'Checksum', { base: 'hex' }),
  })
}

const plainHead = head()
const headsByType = new Map(
  [...icmpCodeNames].map(([type, names]) => [
    type,
    head(code => `${code} (${names.nameOf(code) ?? unknownCode(code)})`),
  ]),
)
const queryWord: Layout<{ readonly identifier: number; readonly sequence: number }> = layout('icmp', 'ICMP query', {
  identifier: u16('icmp.ident', 'Identifier (BE)', { base: 'dec-hex' }),
  sequence: u16('icmp.seq', 'Sequence Number (BE)', { base: 'dec-hex' }),
})
const timesOfDay: Layout<{ readonly times: Uint8Array }> = layout('icmp', 'Time stamps', {
  times: opaque(12, 'icmp.times', 'Time stamps'),
})
const maskWord: Layout<{ readonly mask: Uint8Array }> = layout('icmp', 'Address mask', {
  mask: opaque(4, 'icmp.address_mask', 'Address Mask'),
})
const otherWord: Layout<{ readonly word: number }> = layout('icmp', 'ICMP', { word: u32('icmp.word', 'Second word') })

const status: Field = statusField('icmp.checksum')
const bad: Field = expert('icmp.checksum_bad', 'Bad checksum', 'warning')

const none = new Uint8Array(0)
/** Where the second word ends and the data begin. */
const fixedSize = plainHead.size + otherWord.size

const typeText = new Literals<number>(paddedType)
/** How queries begin: their codes have no names. */
const queryText = new Literals<number>(type => `${paddedType(type)} id=0x`)
const sequenceText = new Literal(', seq=')
const ttlText = new Literal(', ttl=')

export const icmp: Protocol<Icmp> = protocol<Icmp>({
  name: 'icmp',
  label: 'Internet Control Message Protocol',
  short: 'ICMP',
  encloses: true,
  over: [{ table: 'ip.proto', key: 1 }],
  fields: [plainHead, status, bad, ...icmpShowFields, ...echoFieldList(icmpEcho)],
  defaults: { kind: 'query', type: 8, code: 0, identifier: 0, sequence: 0, data: none },
  claims: () => ({ checksum: plainHead.lens.checksum }),
  info(s, packet, frame, at) {
    if (packet.kind !== 'query') {
      kindInfo(s, packet.type, packet.code)
      return
    }
    const { identifier, sequence } = packet
    s.put(queryText.of(packet.type)).hex(identifier, 4)
    s.put(sequenceText).dec(sequence).byte(0x2f).dec(swapped(sequence))
    const below = frame.layers[at - 1]
    if (below?.protocol === ipv4) s.put(ttlText).dec((below.packet as { readonly ttl: number }).ttl)
  },

  isQuiet: (view, at, end, time) =>
    isRightChecksum(view, at, end, at + 2) && !beginsWithTime(view, at + fixedSize, end, time),

  infoWhenStopped(s, view, at, end) {
    if (end - at >= plainHead.size) kindInfo(s, view.getUint8(at), view.getUint8(at + 1))
  },

  walk(c) {
    const start = c.at
    const shown = c.witness === undefined || c.left === 0 ? undefined : headsByType.get(c.view.getUint8(start))
    const { type, code } = plainHead.read(c.view, c.pass(shown ?? plainHead))
    if (c.witness !== undefined) showChecksum(c, { status, bad }, start, start + 2)
    if (isQuery(type)) {
      c.need('icmp.ident', queryWord.size)
      const { identifier, sequence } = queryWord.read(c.view, c.at)
      if (c.witness !== undefined) showQuery(c)
      else c.at += queryWord.size
      c.session?.amid?.(c, icmp, start)
      const data = takeQueryData(c, type)
      if ((type === 0 || type === 8) && c.witness !== undefined) showTime(c)
      c.carries('icmp', type)
      return { kind: 'query', type, code, identifier, sequence, data }
    }
    c.need('icmp.unused', otherWord.size)
    const { word } = otherWord.read(c.view, c.at)
    const isAbout = isError(type)
    const message = takeMessage(c, isAbout ? 'icmp.quoted' : 'icmp.data', end => {
      if (isAbout) showError(c, type, code, end)
      else showOther(c, type, end)
    })
    const rest = message.subarray(otherWord.size)
    return isAbout ? { kind: 'error', type, code, word, quoted: rest } : { kind: 'other', type, code, word, data: rest }
  },

  size: packet => fixedSize + octetsOf(packet).length,

  /** Throws RangeError where type and kind do not belong together, or a query's data have another length than its type. */
  write(w, packet) {
    const { type, code } = packet
    if (packet.kind !== kindOf(type)) throw new RangeError(`icmp.type: ${type} is no ${packet.kind}`)
    if (packet.kind === 'query' && packet.data.length !== queryDataSize(type)) {
      throw new RangeError(`icmp.type: ${type} has no ${packet.data.length} octets of data`)
    }
    w.put(plainHead, { type, code, checksum: 0 })
    if (packet.kind === 'query') w.put(queryWord, packet)
    else w.put(otherWord, packet)
    w.putBytes(octetsOf(packet))
    plainHead.lens.checksum.write(w.view, w.start, w.checksum())
  },
})

function paddedType(type: number): string {
  return (icmpTypeNames.nameOf(type) ?? icmpTypeNames.unknown).padEnd(20)
}

function kindInfo(s: Sink, type: number, code: number): void {
  s.put(typeText.of(type))
  const codes = icmpCodeNames.get(type)
  if (codes !== undefined)
    s.text(' (')
      .text(codes.nameOf(code) ?? unknownCode(code))
      .text(')')
}

/** What a query holds behind its sequence number, but for an echo's data. */
function takeQueryData(c: PacketCursor, type: number): Uint8Array {
  if (type === 13 || type === 14) return c.takeAs(timesOfDay, timeStamps).times
  if (type === 17 || type === 18) return c.takeAs(maskWord, addressMask).mask
  return none
}

function queryDataSize(type: number): number {
  if (type === 13 || type === 14) return timesOfDay.size
  return type === 17 || type === 18 ? maskWord.size : 0
}

function kindOf(type: number): Icmp['kind'] {
  if (isQuery(type)) return 'query'
  return isError(type) ? 'error' : 'other'
}

/** Whether messages of the type have an identifier and a sequence number. */
function isQuery(type: number): boolean {
  return type === 0 || type === 8 || (type >= 13 && type <= 18)
}

/** Whether messages of the type quote a packet. */
function isError(type: number): boolean {
  return type === 3 || type === 4 || type === 5 || type === 11 || type === 12
}

function octetsOf(packet: Icmp): Uint8Array {
  return packet.kind === 'error' ? packet.quoted : packet.data
}

function unknownCode(code: number): string {
  return `Unknown code: ${code}`
}

/** The number as a machine of the other byte order reads it. */
function swapped(value: number): number {
  return ((value & 0xff) << 8) | (value >>> 8)
}
