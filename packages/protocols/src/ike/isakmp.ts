/**
 * The header and payload chain of IKE: RFC 2408 §3.1 (version 1) and RFC 7296 §3.1 (version 2).
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |                     Initiator SPI (64)                        |
 *  |                     Responder SPI (64)                        |
 *  | Next Payload  | MjVer | MnVer | Exchange Type |     Flags     |
 *  |                          Message ID                           |
 *  |                            Length                             |
 *  | Next Payload  |C|  RESERVED   |         Payload Length        |  each payload
 */
import { expert, type Field, field, type Layout } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import {
  genericPayload,
  genericPayloadFields,
  payloadRows1,
  payloadRows2,
  payloadTitle,
  typeOfPayload,
} from './generic-payload.ts'
import { ikeHeader, ikeHeaders } from './isakmp-header.ts'
import { exchangeNames } from './names.ts'
import { showBody } from './payload-bodies.ts'
import { payloadBodyFields } from './payload-layouts.ts'

export interface IsakmpPayload {
  readonly type: number
  /** The octet behind the next payload's type: the critical bit of version 2 is its first. */
  readonly reserved: number
  readonly body: Uint8Array
}

export interface Isakmp {
  /** Eight octets. */
  readonly initiatorSpi: Uint8Array
  /** Eight octets, zero in the first message. */
  readonly responderSpi: Uint8Array
  readonly majorVersion: number
  readonly minorVersion: number
  readonly exchangeType: number
  readonly flags: number
  readonly messageId: number
  readonly payloads: readonly IsakmpPayload[]
  /** What the last payload, or the header where there is none, names as the next: 0, or what is inside an encrypted one. */
  readonly lastNext: number
  /** Octets behind the payloads: the ciphertext of version 1. */
  readonly rest: Uint8Array
}

const encryptedData: Field = field('isakmp.enc.data', 'Encrypted Data', 'none')
const extraData: Field = field('isakmp.extradata', 'Extra data', 'bytes')
const badLength: Field = expert('isakmp.payloadlength.invalid', 'Invalid payload length', 'error')

const none = new Uint8Array(0)
const { lens } = ikeHeader
/** Encrypted payloads (RFC 7296 §3.14, RFC 7383 §2.5) are last; what they name as next is inside them. */
const encrypted = 46
const encryptedFragment = 53

export const isakmp: Protocol<Isakmp> = protocol<Isakmp>({
  name: 'isakmp',
  label: 'Internet Security Association and Key Management Protocol',
  short: 'ISAKMP',
  over: [
    { table: 'udp.port', key: 500 },
    { table: 'udpencap', key: 0 },
  ],
  fields: [...ikeHeaders.values(), ...genericPayloadFields, encryptedData, extraData, badLength, ...payloadBodyFields],
  defaults: {
    initiatorSpi: new Uint8Array(8),
    responderSpi: new Uint8Array(8),
    majorVersion: 2,
    minorVersion: 0,
    exchangeType: 34,
    flags: 0x08,
    messageId: 0,
    payloads: [],
    lastNext: 0,
    rest: none,
  },
  claims: () => ({ length: lens.length }),
  info(s, packet) {
    const name = exchangeNames.nameOf(packet.exchangeType) ?? `Unknown ${packet.exchangeType}`
    s.text(name)
    if (packet.majorVersion !== 2) return
    s.text(' MID=').hex(packet.messageId, packet.messageId < 0x100 ? 2 : 8)
    s.text((packet.flags & 0x08) === 0 ? ' Responder' : ' Initiator')
    s.text((packet.flags & 0x20) === 0 ? ' Request' : ' Response')
    const fragment = packet.payloads.find(payload => payload.type === encryptedFragment)?.body
    if (fragment === undefined || fragment.length < 4) return
    const number = fragment[0]! * 256 + fragment[1]!
    s.text(' (fragment ')
      .dec(number)
      .text('/')
      .dec(fragment[2]! * 256 + fragment[3]!)
      .text(')')
  },

  walk(c) {
    const start = c.at
    const version = c.left < ikeHeader.size ? 2 : lens.version.major.read(c.view, c.at)
    const header = c.take(ikeHeaders.get(version) ?? ikeHeader)
    if (header.length >= ikeHeader.size) c.limit(header.length - ikeHeader.size, 'isakmp.length')
    const payloads: IsakmpPayload[] = []
    const isCiphertext = version === 1 && (header.flags & 1) !== 0
    const promisedEnd = start + header.length
    const lastNext = isCiphertext
      ? header.nextPayload
      : takeChain(c, version, header.nextPayload, promisedEnd, payloads)
    const restAt = start + sizeOfChain(payloads)
    if (c.left > 0) {
      if (isCiphertext) showCiphertext(c)
      else c.takeRest(extraData)
    }
    // What is no chain is only known whole.
    if (isCiphertext || c.end > restAt) c.need(isCiphertext ? encryptedData.name : extraData.name, promisedEnd - c.end)
    return {
      initiatorSpi: header.initiatorSpi,
      responderSpi: header.responderSpi,
      majorVersion: version,
      minorVersion: header.version.minor,
      exchangeType: header.exchangeType,
      flags: header.flags,
      messageId: header.messageId,
      payloads,
      lastNext,
      rest: restAt === c.end ? none : c.bytes.subarray(restAt, c.end),
    }
  },

  size: packet => sizeOfChain(packet.payloads) + packet.rest.length,

  write(w, packet) {
    const { payloads, lastNext } = packet
    w.put(ikeHeader, {
      initiatorSpi: packet.initiatorSpi,
      responderSpi: packet.responderSpi,
      nextPayload: payloads[0]?.type ?? lastNext,
      version: { major: packet.majorVersion, minor: packet.minorVersion },
      exchangeType: packet.exchangeType,
      flags: packet.flags,
      messageId: packet.messageId,
      length: w.end - w.start,
    })
    for (const [index, { reserved, body }] of payloads.entries()) {
      w.put(genericPayload, { next: payloads[index + 1]?.type ?? lastNext, reserved, length: 4 + body.length })
      w.putBytes(body)
    }
    w.putBytes(packet.rest)
  },
})

/**
 * Takes payloads until one is last or makes no sense; gives the type that was to come next. Where the message was to
 * go on to `promisedEnd`, a chain that is cut short is a fault.
 */
function takeChain(
  c: PacketCursor,
  version: number,
  first: number,
  promisedEnd: number,
  payloads: IsakmpPayload[],
): number {
  let type = first
  const rows: Layout<unknown> = version === 1 ? payloadRows1 : payloadRows2
  while (type !== 0 && (c.left > 0 || c.end < promisedEnd)) {
    const start = c.peek(genericPayload)
    if (start === undefined && c.end < promisedEnd) c.take(rows)
    if (start === undefined) return type
    c.openField(typeOfPayload, type)
    if (start.length < genericPayload.size) {
      const text = `Payload (bogus, length is ${start.length}, must be at least 4)`
      c.take(rows)
      c.note(badLength, text, c.at - rows.size, rows.size)
      c.close(payloadTitle(type))
      return type
    }
    c.take(rows)
    const length = start.length - genericPayload.size
    c.need('isakmp.payloadlength', length)
    const { at } = c
    let title = ''
    if (c.witness !== undefined) title = showBody(c, version, type, at + length)
    c.at = at + length
    c.close(title)
    payloads.push({ type, reserved: start.reserved, body: c.bytes.subarray(at, c.at) })
    const last = version === 2 && (type === encrypted || type === encryptedFragment)
    type = start.next
    if (last) return type
  }
  return type
}

/** Octets of the header and these payloads. */
function sizeOfChain(payloads: readonly IsakmpPayload[]): number {
  return payloads.reduce((sum, { body }) => sum + genericPayload.size + body.length, ikeHeader.size)
}

function showCiphertext(c: PacketCursor): void {
  const length = c.left
  c.openField(encryptedData, undefined)
  c.at = c.end
  c.close(`Encrypted Data (${length} byte${length === 1 ? '' : 's'})`)
}
