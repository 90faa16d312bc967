/**
 * Border Gateway Protocol 4, RFC 4271 §4: the messages of one TCP segment. Only the header and the start of an OPEN are
 * read. TCP is not put together here, so a message that the segment does not hold as a whole is kept as octets.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |                      Marker: 16 octets of ones                |
 *  |          Length               |      Type     |
 *  |    Version    |     My Autonomous System      |   Hold Time   |  OPEN
 *  | … Hold Time   |                  BGP Identifier               |
 *  | … Identifier  | Opt Parm Len  |  Optional Parameters …
 */
import {
  type Field,
  field,
  type Ipv4,
  ipv4,
  type Layout,
  layout,
  names,
  opaque,
  type Sink,
  u8,
  u16,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'

/** RFC 4271 §4.2. */
export interface BgpOpen {
  readonly kind: 'open'
  readonly version: number
  readonly autonomousSystem: number
  /** Seconds. */
  readonly holdTime: number
  readonly identifier: Ipv4
  /** Optional parameters as octets. */
  readonly parameters: Uint8Array
  /** Octets behind the parameters, where there are any. */
  readonly rest?: Uint8Array
}

/** A message that is not read here. */
export interface BgpOther {
  readonly kind: 'other'
  /** 2 update, 3 notification, 4 keepalive, 5 route refresh. */
  readonly type: number
  readonly octets: Uint8Array
}

export type BgpMessage = BgpOpen | BgpOther

export interface Bgp {
  /** Octets before the first marker: the end of a message that began in an earlier segment. */
  readonly before: Uint8Array
  readonly messages: readonly BgpMessage[]
  /** Octets behind the last whole message: the beginning of one that goes on in the next segment. */
  readonly after: Uint8Array
}

const typeNames = names({
  1: 'OPEN Message',
  2: 'UPDATE Message',
  3: 'NOTIFICATION Message',
  4: 'KEEPALIVE Message',
  5: 'ROUTE-REFRESH Message',
  6: 'CAPABILITY Message',
  128: 'Cisco ROUTE-REFRESH Message',
})
const openType = 1

interface Header {
  readonly marker: Uint8Array
  readonly length: number
  readonly type: number
}

/** What every message begins with, RFC 4271 §4.1. */
export const bgpHeader: Layout<Header> = layout<Header>('bgp', 'BGP message', {
  marker: opaque(16, 'bgp.marker', 'Marker'),
  length: u16('bgp.length', 'Length'),
  type: u8('bgp.type', 'Type', { names: typeNames }),
})

interface OpenWords {
  readonly version: number
  readonly autonomousSystem: number
  readonly holdTime: number
  readonly identifier: Ipv4
  readonly parametersLength: number
}

const openWords: Layout<OpenWords> = layout<OpenWords>('bgp.open', 'OPEN', {
  version: u8('bgp.open.version', 'Version'),
  autonomousSystem: u16('bgp.open.myas', 'My AS'),
  holdTime: u16('bgp.open.holdtime', 'Hold Time'),
  identifier: ipv4('bgp.open.identifier', 'BGP Identifier'),
  parametersLength: u8('bgp.open.opt.len', 'Optional Parameters Length'),
})
const parametersTree: Field = field('bgp.open.opt', 'Optional Parameters', 'none')
const parametersOctets: Field = field('bgp.open.opt.octets', 'Octets', 'bytes')
const openRest: Field = field('bgp.open.rest', 'Octets behind the parameters', 'bytes')
const octets: Field = field('bgp.message', 'Message', 'bytes')
const continuation: Field = field('bgp.continuation', 'Continuation', 'none')
const part: Field = field('bgp.part', 'Part of a message', 'bytes')

export const bgp: Protocol<Bgp> = protocol<Bgp>({
  name: 'bgp',
  label: 'Border Gateway Protocol',
  short: 'BGP',
  over: [{ table: 'tcp.port', key: 179 }],
  fields: [bgpHeader, openWords, parametersTree, parametersOctets, openRest, octets, continuation, part],
  defaults: { before: new Uint8Array(0), messages: [], after: new Uint8Array(0) },
  title: (s, packet) => {
    s.text(packet.messages.length === 1 ? titleOf(typeOf(packet.messages[0]!)) : 'Border Gateway Protocol')
  },
  info: (s, packet) => {
    for (const [index, message] of packet.messages.entries()) {
      if (index > 0) s.text(', ')
      writeName(s, typeOf(message))
    }
    if (packet.messages.length === 0) s.text('Continuation')
  },

  walk(c) {
    const begin = firstMarker(c)
    const before = c.bytes.subarray(c.at, begin)
    if (before.length > 0) {
      c.openField(continuation, undefined)
      c.takeBytes(part, before.length)
      c.close()
    }
    const messages: BgpMessage[] = []
    const alone = before.length === 0 && c.left === wholeLength(c)
    while (wholeLength(c) > 0) {
      if (!alone && c.witness !== undefined) c.open(titleOf(c.view.getUint8(c.at + bgpHeader.size - 1)))
      messages.push(walkMessage(c))
      if (!alone) c.close()
    }
    return { before, messages, after: c.takeRest(part) }
  },

  size: packet =>
    packet.messages.reduce((size, message) => size + sizeOf(message), packet.before.length + packet.after.length),

  write(w, packet) {
    w.putBytes(packet.before)
    for (const message of packet.messages) writeMessage(w, message)
    w.putBytes(packet.after)
  },
})

/** Where the first marker begins; the region's end where there is none. */
function firstMarker(c: PacketCursor): number {
  let ones = 0
  for (let at = c.at; at < c.end; at++) {
    ones = c.view.getUint8(at) === 0xff ? ones + 1 : 0
    if (ones === 16) return at - 15
  }
  // A marker may be cut off by the segment's end.
  return c.end - ones
}

/** Octets of the message at the cursor, or 0 where it is not one that is all there. */
function wholeLength(c: PacketCursor): number {
  if (c.left < bgpHeader.size) return 0
  for (let i = 0; i < 16; i++) if (c.view.getUint8(c.at + i) !== 0xff) return 0
  const length = c.view.getUint16(c.at + 16)
  if (length < bgpHeader.size) {
    c.malformed('bgp.length', `is ${length}, less than ${bgpHeader.size}`, 'RFC 4271 §4.1', c.at + 16)
  }
  return length <= c.left ? length : 0
}

function walkMessage(c: PacketCursor): BgpMessage {
  const { type, length } = c.take(bgpHeader)
  c.enter(length - bgpHeader.size, 'bgp.length')
  const message: BgpMessage = type === openType ? walkOpen(c) : { kind: 'other', type, octets: c.takeRest(octets) }
  c.leave()
  return message
}

function walkOpen(c: PacketCursor): BgpOpen {
  const { parametersLength, ...words } = c.take(openWords)
  if (parametersLength > 0) c.openField(parametersTree, undefined)
  const parameters = c.takeBytes(parametersOctets, parametersLength)
  if (parametersLength > 0) c.close()
  const rest = c.takeRest(openRest)
  return rest.length === 0 ? { kind: 'open', ...words, parameters } : { kind: 'open', ...words, parameters, rest }
}

function typeOf(message: BgpMessage): number {
  return message.kind === 'open' ? openType : message.type
}

function sizeOf(message: BgpMessage): number {
  if (message.kind === 'other') return bgpHeader.size + message.octets.length
  return bgpHeader.size + openWords.size + message.parameters.length + (message.rest?.length ?? 0)
}

function writeMessage(w: Writer, message: BgpMessage): void {
  w.put(bgpHeader, { marker: ones, length: sizeOf(message), type: typeOf(message) })
  if (message.kind === 'other') {
    w.putBytes(message.octets)
    return
  }
  w.put(openWords, { ...message, parametersLength: message.parameters.length })
  w.putBytes(message.parameters)
  if (message.rest !== undefined) w.putBytes(message.rest)
}

const ones = new Uint8Array(16).fill(0xff)

function titleOf(type: number): string {
  return `Border Gateway Protocol - ${typeNames.nameOf(type) ?? `Unknown message type (0x${type.toString(16).padStart(2, '0')})`}`
}

function writeName(s: Sink, type: number): void {
  const name = typeNames.nameOf(type)
  if (name === undefined) s.text('Unknown message type (0x').hex(type, 2).text(')')
  else s.text(name)
}
