/** Small conversations, made of recipes: what the tables of this folder are about. */
import { createHmac } from 'node:crypto'
import { data, type Extension, encode, gre, ipv4, type Nhrp, type NhrpExchange, nhrp, raw, udp } from '@dmvpn/protocols'
import {
  compose,
  errorIndication,
  forwarded,
  type Manner,
  messageFrame,
  plainPacket,
  purgeReply,
  purgeRequest,
  registrationReply,
  registrationRequest,
  resolutionReply,
  resolutionRequest,
  type Station,
  type SynthFrame,
  trafficIndication,
  tunnelledData,
} from '@dmvpn/synth'
import { checksumWithout, ipv4Of } from '@dmvpn/wire'
import type { Timed } from './judge-capture.ts'

export const hub: Station = { protocol: '10.0.0.1', nbma: '150.1.1.1', holdingTime: 60 }
export const s2: Station = { protocol: '10.0.0.2', nbma: '150.1.2.2', holdingTime: 60 }
export const s3: Station = { protocol: '10.0.0.3', nbma: '150.1.3.3', holdingTime: 60 }
/** A station nobody else speaks with. */
export const s4: Station = { protocol: '10.0.0.4', nbma: '150.1.4.4', holdingTime: 60 }

export const usual: Manner = { profile: 'ios15', key: 123, authentication: 'cisco' }

let numbers = 0

/** A message on its way, at a time. */
export function say(
  at: number,
  message: Nhrp,
  from: Station | string,
  to: Station | string,
  manner: Manner = usual,
): Timed {
  const identification = (++numbers % 0xfff0) + 1
  return { at, frame: messageFrame(message, nbmaOf(from), nbmaOf(to), { ...manner, identification }) }
}

function nbmaOf(station: Station | string): string {
  return typeof station === 'string' ? station : String(station.nbma)
}

export interface Talk {
  readonly id?: number
  readonly manner?: Manner
  /** What is changed of the request, of the reply. */
  readonly asks?: (message: NhrpExchange) => NhrpExchange
  readonly answers?: (message: NhrpExchange) => NhrpExchange
  /** Where the client's packets come from. */
  readonly from?: string
}

const same = <M>(message: M): M => message

/** A registration and its reply. */
export function registers(
  at: number,
  spoke: Station,
  { id = 1, manner = usual, asks = same, answers = same, from }: Talk & { readonly unique?: boolean } = {},
): Timed[] {
  const request = asks(registrationRequest({ spoke, hub, requestId: id, ...manner }))
  const seen = from === undefined ? {} : { seenNbma: from }
  const reply = answers(registrationReply(request, { hub, ...manner, ...seen }))
  return [say(at, request, from ?? spoke, hub, manner), say(at + 0.02, reply, hub, from ?? spoke, manner)]
}

/** Both spokes register. */
export function begun(manner: Manner = usual): Timed[] {
  return [...registers(0, s2, { manner }), ...registers(0.1, s3, { manner })]
}

export interface Asking extends Talk {
  readonly target?: string
  /** What the hub makes of the request when it passes it on. */
  readonly passes?: (message: NhrpExchange) => NhrpExchange
  readonly prefixLength?: number
}

/** A request by way of the hub, answered directly: 3 frames. */
export function resolves(
  at: number,
  spoke: Station,
  responder: Station,
  {
    id = 10,
    manner = usual,
    asks = same,
    answers = same,
    passes = same,
    target = '10.0.3.3',
    prefixLength = 24,
  }: Asking = {},
): Timed[] {
  const request = asks(resolutionRequest({ spoke, target, requestId: id, ...manner }))
  const copy = passes(forwarded(request, hub, manner))
  const reply = answers(resolutionReply(copy, { responder, prefixLength, ...manner }))
  return [
    say(at, request, spoke, hub, manner),
    say(at + 0.02, copy, hub, responder, manner),
    say(at + 0.04, reply, responder, spoke, manner),
  ]
}

/** The same, with the answer by way of the hub, too: 4 frames. */
export function resolvesBack(
  at: number,
  spoke: Station,
  responder: Station,
  { id = 10, manner = usual, passes = same, target = '10.0.3.3' }: Asking = {},
): Timed[] {
  const request = resolutionRequest({ spoke, target, requestId: id, ...manner })
  const copy = forwarded(request, hub, manner)
  const reply = resolutionReply(copy, { responder, prefixLength: 24, ...manner })
  const back = passes(forwarded(reply, hub, manner))
  return [
    say(at, request, spoke, hub, manner),
    say(at + 0.02, copy, hub, responder, manner),
    say(at + 0.04, reply, responder, hub, manner),
    say(at + 0.06, back, hub, spoke, manner),
  ]
}

/** A purge of one network, and its reply. */
export function purges(
  at: number,
  from: Station,
  to: Station,
  {
    id = 20,
    manner = usual,
    asks = same,
    answers = same,
    address = '10.0.3.3',
    silent = false,
  }: Talk & { readonly address?: string; readonly silent?: boolean } = {},
): Timed[] {
  const request = asks(purgeRequest({ from, to: to.protocol, address, requestId: id, wantsReply: !silent, ...manner }))
  const reply = answers(purgeReply(request, { by: to, ...manner }))
  return [say(at, request, from, to, manner), ...(silent ? [] : [say(at + 0.02, reply, to, from, manner)])]
}

export interface Ping {
  readonly source?: string
  readonly destination?: string
  readonly key?: number | undefined
  readonly sequence?: number
  readonly identification?: number
}

/** Data from one station to another. */
export function sends(
  at: number,
  from: Station,
  to: Station,
  { source = '10.0.2.2', destination = '10.0.3.3', identification, ...options }: Ping = {},
): Timed {
  const number = (++numbers % 0xfff0) + 1
  const packet = { source, destination, identification: identification ?? number }
  const frame = tunnelledData(packet, nbmaOf(from), nbmaOf(to), {
    profile: 'ios15',
    key: 123,
    identification: number,
    ...options,
  })
  return { at, frame }
}

/** The hub tells a spoke that there is a shorter way. */
export function indicates(
  at: number,
  to: Station,
  change: (message: Nhrp) => Nhrp = same,
  manner: Manner = usual,
  destination = '10.0.3.3',
  source = '10.0.2.2',
): Timed {
  const message = trafficIndication(plainPacket({ source, destination }), { by: hub, ...manner })
  return say(at, change(message), hub, to, manner)
}

/** A complaint about a message. */
export function complains(
  at: number,
  about: Nhrp,
  by: Station,
  to: Station,
  errorCode: number,
  change: (message: Nhrp) => Nhrp = same,
  manner: Manner = usual,
): Timed {
  return say(at, change(errorIndication(about, { by, errorCode, ...manner })), by, to, manner)
}

/** Changes facts of a message. */
export function with_<M extends Nhrp>(facts: Partial<M>): (message: M) => M {
  return message => ({ ...message, ...facts })
}

/** Changes the first entry. */
export function entry(facts: Partial<NhrpExchange['entries'][number]>): (message: NhrpExchange) => NhrpExchange {
  return message => ({
    ...message,
    entries: message.entries.map((each, index) => (index === 0 ? { ...each, ...facts } : each)),
  })
}

/** Changes extensions; undefined leaves one out. */
export function extensions<M extends Nhrp>(change: (each: Extension) => Extension | undefined): (message: M) => M {
  return message => ({ ...message, extensions: message.extensions.map(change).filter(each => each !== undefined) })
}

/** The authentication extension twice. */
export function withPasswordTwice(message: NhrpExchange): NhrpExchange {
  const twice: Extension[] = []
  for (const each of message.extensions) {
    twice.push(each)
    if (each.kind === 'authentication') twice.push(each)
  }
  return { ...message, extensions: twice }
}

/** Octets written over those of the NHRP packet in a frame, the checksum made anew unless told otherwise. */
export function over({ at, frame }: Timed, offset: number, octets: readonly number[], { honest = true } = {}): Timed {
  const bytes = frame.bytes.slice()
  const start = startOf(bytes)
  bytes.set(octets, start + offset)
  if (honest) {
    const view = new DataView(bytes.buffer)
    const size = view.getUint16(start + 10)
    if (size >= 28 && start + size <= bytes.length)
      view.setUint16(start + 12, checksumWithout(view, start, start + size, start + 12))
  }
  return { at, frame: { ...frame, bytes } }
}

/** Where NHRP begins: behind IPv4, and GRE with its key. */
function startOf(bytes: Uint8Array): number {
  return 20 + ((bytes[20]! & 0x20) === 0 ? 4 : 8)
}

/** Octets put behind the packet inside the datagram. */
export function padded({ at, frame }: Timed, count: number): Timed {
  const bytes = new Uint8Array(frame.bytes.length + count)
  bytes.set(frame.bytes)
  const view = new DataView(bytes.buffer)
  view.setUint16(2, bytes.length)
  view.setUint16(10, checksumWithout(view, 0, 20, 10))
  return { at, frame: { ...frame, bytes } }
}

/** A GRE header whose first octets are others, the IP header left alone. */
export function overGre({ at, frame }: Timed, offset: number, octets: readonly number[]): Timed {
  const bytes = frame.bytes.slice()
  bytes.set(octets, 20 + offset)
  return { at, frame: { ...frame, bytes } }
}

/** LINKTYPE_RAW. */
const rawLink = 101

const icvKey = Uint8Array.from({ length: 20 }, (_, index) => index + 1)
/** ESP-NULL with HMAC-SHA1-96, for whatever SPI. */
export const espKeys: string =
  '"IPv4","*","*","*","NULL","","HMAC-SHA-1-96 [RFC2404]","0x' + Buffer.from(icvKey).toString('hex') + '"\n'

export interface Sealing {
  readonly spi?: number
  readonly sequence?: number
  readonly next?: number
  readonly wrong?: boolean
}

/** A frame's GRE under ESP, not encrypted. */
export function protects(
  { at, frame }: Timed,
  { spi = 0x1000, sequence = 1, next = 47, wrong = false }: Sealing = {},
): Timed {
  const inner = frame.bytes.subarray(20)
  const pad = (4 - ((inner.length + 2) % 4)) % 4
  const packet = new Uint8Array(8 + inner.length + pad + 2)
  const view = new DataView(packet.buffer)
  view.setUint32(0, spi)
  view.setUint32(4, sequence)
  packet.set(inner, 8)
  for (let i = 0; i < pad; i++) packet[8 + inner.length + i] = i + 1
  packet[packet.length - 2] = pad
  packet[packet.length - 1] = next
  const icv = createHmac('sha1', icvKey).update(packet).digest().subarray(0, 12)
  if (wrong) icv[0]! ^= 1
  const octets = Uint8Array.from([...packet, ...icv])
  const outer = new DataView(frame.bytes.buffer, frame.bytes.byteOffset)
  const bytes = compose(
    [raw],
    [
      ipv4,
      {
        protocol: 50,
        source: outer.getUint32(12),
        destination: outer.getUint32(16),
        ttl: 64,
        identification: (++numbers % 0xfff0) + 1,
      },
    ],
    [data, { bytes: octets }],
  )
  return { at, frame: { linkType: rawLink, bytes } }
}

/** UDP between two stations. */
export function datagram(at: number, from: Station, to: Station, port: number, octets: Uint8Array): Timed {
  const bytes = compose(
    [raw],
    [
      ipv4,
      {
        source: ipv4Of(nbmaOf(from)),
        destination: ipv4Of(nbmaOf(to)),
        ttl: 64,
        identification: (++numbers % 0xfff0) + 1,
      },
    ],
    [udp, { sourcePort: port, destinationPort: port }],
    [data, { bytes: octets }],
  )
  return { at, frame: { linkType: rawLink, bytes } }
}

/** GRE around octets, of any type. */
export function greFrame(at: number, from: Station, to: Station, protocol: number, octets: Uint8Array): Timed {
  const bytes = compose(
    [raw],
    [
      ipv4,
      {
        source: ipv4Of(nbmaOf(from)),
        destination: ipv4Of(nbmaOf(to)),
        ttl: 64,
        identification: (++numbers % 0xfff0) + 1,
      },
    ],
    [gre, { protocol, key: 123 }],
    [data, { bytes: octets }],
  )
  return { at, frame: { linkType: rawLink, bytes } }
}

/** The octets of a message alone. */
export function octetsOf(message: Nhrp): Uint8Array {
  return encode(nhrp, message)
}

/** A request as it is said. */
export function registration(spoke: Station, id = 1, manner: Manner = usual): NhrpExchange {
  return registrationRequest({ spoke, hub, requestId: id, ...manner })
}

export function resolution(spoke: Station, id = 10, manner: Manner = usual, target = '10.0.3.3'): NhrpExchange {
  return resolutionRequest({ spoke, target, requestId: id, ...manner })
}

export type { Manner, SynthFrame }
