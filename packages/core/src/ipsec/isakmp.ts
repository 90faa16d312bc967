/**
 * ISAKMP messages as main and quick mode carry them (RFC 2408 §3.1, RFC 2409 §5). What would be enciphered is; what
 * stands in clear are whole payloads that anybody can read.
 */
import { data, decode, encode, encodeLayers, ipv4, isakmp, layer, udp } from '@dmvpn/protocols'
import { type Ipv4, isFault, type Layout, layout, u8, u16 } from '@dmvpn/wire'
import type { Datagram } from '../forwarding/datagram.ts'
import type { IsakmpEncryption, IsakmpHash, IsakmpPolicy } from '../settings.ts'

export interface IsakmpMessage {
  readonly initiatorCookie: Uint8Array
  readonly responderCookie: Uint8Array
  readonly nextPayload: number
  readonly exchange: number
  readonly encrypted: boolean
  readonly messageId: number
  readonly body: Uint8Array
}

export const exchangeType = { mainMode: 2, informational: 5, quickMode: 32 } as const
export const payloadType = { none: 0, association: 1, keyExchange: 4, identification: 5, hash: 8, nonce: 10 } as const

const port = 500
const udpHeader = 8
const encryptedFlag = 1

/** The datagram that carries a message. */
export function isakmpDatagram(
  source: Ipv4,
  destination: Ipv4,
  message: IsakmpMessage,
  identification: number,
): Uint8Array {
  const { encrypted, nextPayload, body } = message
  const payloads = encrypted ? [] : unchained(nextPayload, body)
  const bytes = encode(isakmp, {
    initiatorSpi: message.initiatorCookie,
    responderSpi: message.responderCookie,
    majorVersion: 1,
    minorVersion: 0,
    exchangeType: message.exchange,
    flags: encrypted ? encryptedFlag : 0,
    messageId: message.messageId,
    payloads: payloads.map(({ type, content }) => ({ type, reserved: 0, body: content })),
    lastNext: encrypted ? nextPayload : payloadType.none,
    rest: encrypted ? body : new Uint8Array(0),
  })
  return encodeLayers([
    layer(ipv4, { source, destination, ttl: 255, identification }),
    layer(udp, { sourcePort: port, destinationPort: port }),
    layer(data, { bytes }),
  ])
}

/** The message in a datagram for this router; undefined where it is none. */
export function isakmpOf({ bytes, headerLength, view }: Datagram): IsakmpMessage | undefined {
  const at = headerLength + udpHeader
  if (bytes.length < at || view.getUint16(headerLength + 2) !== port) return undefined
  const message = decode(isakmp, bytes.slice(at))
  if (isFault(message) || message.majorVersion !== 1) return undefined
  const encrypted = (message.flags & encryptedFlag) !== 0
  const payloads = message.payloads.map(({ type, body }) => ({ type, content: body }))
  return {
    initiatorCookie: message.initiatorSpi,
    responderCookie: message.responderSpi,
    nextPayload: payloads[0]?.type ?? message.lastNext,
    exchange: message.exchangeType,
    encrypted,
    messageId: message.messageId,
    body: encrypted ? message.rest : chain(payloads),
  }
}

const generic: Layout<{ readonly next: number; readonly reserved: number; readonly length: number }> = layout(
  'isakmp',
  'Payload',
  {
    next: u8('isakmp.nextpayload', 'Next payload'),
    reserved: u8('isakmp.reserved', 'Reserved'),
    length: u16('isakmp.payloadlength', 'Payload length'),
  },
)

export interface Payload {
  readonly type: number
  readonly content: Uint8Array
}

/** A chain of payloads (RFC 2408 §3.2). */
export function chain(payloads: readonly Payload[]): Uint8Array {
  const bytes = new Uint8Array(payloads.reduce((sum, { content }) => sum + generic.size + content.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [index, { content }] of payloads.entries()) {
    const next = payloads[index + 1]?.type ?? payloadType.none
    generic.write(view, at, { next, reserved: 0, length: generic.size + content.length })
    bytes.set(content, at + generic.size)
    at += generic.size + content.length
  }
  return bytes
}

/** The payloads of a chain, as far as they are whole. */
export function unchained(first: number, bytes: Uint8Array): Payload[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const payloads: Payload[] = []
  let type = first
  for (let at = 0; type !== payloadType.none && at + generic.size <= bytes.length; ) {
    const { next, length } = generic.read(view, at)
    if (length < generic.size || at + length > bytes.length) break
    payloads.push({ type, content: bytes.slice(at + generic.size, at + length) })
    type = next
    at += length
  }
  return payloads
}

const encryptions: Readonly<Record<IsakmpEncryption, readonly [number, number | undefined]>> = {
  des: [1, undefined],
  '3des': [5, undefined],
  'aes-128': [7, 128],
  'aes-192': [7, 192],
  'aes-256': [7, 256],
}
const hashes: Readonly<Record<IsakmpHash, number>> = { md5: 1, sha: 2, sha256: 4, sha384: 5, sha512: 6 }
const authentications: Readonly<Record<IsakmpPolicy['authentication'], number>> = {
  'pre-share': 1,
  'rsa-sig': 3,
  'rsa-encr': 4,
}

/** The association payload: one proposal with a transform per policy (RFC 2409 appendix A). */
export function proposalOf(policies: readonly IsakmpPolicy[]): Uint8Array {
  const transforms = chain(policies.map((policy, index) => ({ type: 3, content: transformOf(policy, index + 1) })))
  // Proposal number 1 of protocol ISAKMP, without SPI.
  const proposal = chain([{ type: 2, content: concat(Uint8Array.of(1, 1, 0, policies.length), transforms) }])
  // Domain of interpretation IPsec, situation "identity only".
  return concat(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1), proposal)
}

function transformOf(policy: IsakmpPolicy, number: number): Uint8Array {
  const attributes = attributesOf(policy)
  return concat(Uint8Array.of(number, 1, 0, 0), attributes)
}

function attributesOf({ encryption, hash, authentication, group, lifetime }: IsakmpPolicy): Uint8Array {
  const [cipher, keyLength] = encryptions[encryption]
  return concat(
    short(1, cipher),
    ...(keyLength === undefined ? [] : [short(14, keyLength)]),
    short(2, hashes[hash]),
    short(3, authentications[authentication]),
    short(4, group),
    short(11, 1),
    long(12, lifetime),
  )
}

function short(type: number, value: number): Uint8Array {
  return Uint8Array.of(0x80 | (type >>> 8), type & 0xff, value >>> 8, value & 0xff)
}

function long(type: number, value: number): Uint8Array {
  return Uint8Array.of(
    type >>> 8,
    type & 0xff,
    0,
    4,
    value >>> 24,
    (value >>> 16) & 0xff,
    (value >>> 8) & 0xff,
    value & 0xff,
  )
}

/** The first own policy that a proposal also has; lifetimes need not agree. */
export function agreedPolicy(proposal: Uint8Array, own: readonly IsakmpPolicy[]): IsakmpPolicy | undefined {
  const offers = unchained(3, proposal.subarray(8 + generic.size + 4)).map(({ content }) => content.subarray(4))
  return own.find(policy => {
    const wanted = attributesOf({ ...policy, lifetime: 0 })
    const upTo = wanted.length - 8
    return offers.some(
      offer => offer.length >= upTo && wanted.subarray(0, upTo).every((octet, at) => octet === offer[at]),
    )
  })
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
