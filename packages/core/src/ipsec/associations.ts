/** Pairs of associations: opened, used, renewed, closed. */
import { open, ReplayWindow, protect as sealDatagram } from '@dmvpn/ipsec'
import { checksumWithout, type Ipv4 } from '@dmvpn/wire'
import type { Datagram } from '../forwarding/datagram.ts'
import { seconds } from '../instant.ts'
import { added } from '../mostly-empty.ts'
import { type RouterState, say, setAlarm, takeIdentification, want } from '../router-state.ts'
import type { IpsecProfile, TransformSet } from '../settings.ts'
import { associationOf } from './keying.ts'
import type { AssociationPair, CryptoPeer } from './state.ts'

/** Before the end of its life a pair that is in use is renewed. */
const renewalLead = seconds(30)
const replayWindow = 64

export function peerKey(local: Ipv4, peer: Ipv4): string {
  return `${local} ${peer}`
}

/** The other station, known or new. */
export function peerFor(router: RouterState, local: Ipv4, peer: Ipv4, profile: IpsecProfile): CryptoPeer {
  const key = peerKey(local, peer)
  const known = router.crypto.peers.get(key)
  if (known !== undefined) return known
  const fresh: CryptoPeer = {
    local,
    peer,
    profile,
    isakmp: undefined,
    negotiations: new Map(),
    pairs: [],
    counters: { sealed: 0, opened: 0, sendErrors: 0, receiveErrors: 0 },
  }
  router.crypto.peers.set(key, fresh)
  return fresh
}

export interface Agreement {
  readonly initiator: boolean
  readonly inboundSpi: number
  readonly outboundSpi: number
  readonly transform: TransformSet
  readonly secret: Uint8Array
  readonly nonces: Uint8Array
}

/** Both stations have agreed: packets may go. */
export function openPair(router: RouterState, peer: CryptoPeer, agreement: Agreement): void {
  const { crypto } = router.settings
  const { initiator, inboundSpi, outboundSpi, transform, secret, nonces } = agreement
  const inbound = associationOf(
    { source: peer.peer, destination: peer.local, spi: inboundSpi },
    transform,
    secret,
    nonces,
  )
  const outbound = associationOf(
    { source: peer.local, destination: peer.peer, spi: outboundSpi },
    transform,
    secret,
    nonces,
  )
  const life = seconds(peer.profile.lifetimeSeconds ?? crypto.lifetimeSeconds)
  const pair: AssociationPair = {
    owner: peer,
    inbound,
    outbound,
    inboundSpi,
    outboundSpi,
    transform,
    initiator,
    opened: router.now,
    expires: router.now + life,
    lifetimeKilobytes: peer.profile.lifetimeKilobytes ?? crypto.lifetimeKilobytes,
    connections: [++router.crypto.connections, ++router.crypto.connections],
    window: new ReplayWindow(replayWindow),
    sequence: 0,
    octetsIn: 0,
    octetsOut: 0,
    used: false,
  }
  peer.pairs.push(pair)
  router.crypto.bySpi.set(inboundSpi, pair)
  want(router, { effect: 'keys', keys: inbound })
  want(router, { effect: 'keys', keys: outbound })
  if (initiator && life > renewalLead)
    setAlarm(router, pair.expires - renewalLead, { alarm: 'crypto', what: 'renew', peer, pair })
  setAlarm(router, pair.expires, { alarm: 'crypto', what: 'expire', peer, pair })
  say(router, {
    step: 'association opened',
    local: peer.local,
    peer: peer.peer,
    inbound: inboundSpi,
    outbound: outboundSpi,
  })
  router.opened = added(router.opened, peer.peer)
}

export type ClosingReason = 'expired' | 'no mapping' | 'cleared' | 'peer'

export function closePair(router: RouterState, pair: AssociationPair, because: ClosingReason): void {
  const { owner } = pair
  if (!owner.pairs.includes(pair)) return
  owner.pairs = owner.pairs.filter(each => each !== pair)
  router.crypto.bySpi.delete(pair.inboundSpi)
  say(router, { step: 'association closed', local: owner.local, peer: owner.peer, because })
}

/** The packet under the newest association; undefined where there is none. */
export function seal(router: RouterState, peer: CryptoPeer, datagram: Uint8Array): Uint8Array | undefined {
  const pair = peer.pairs.at(-1)
  if (pair === undefined || pair.sequence === 0xffffffff) {
    peer.counters.sendErrors++
    return undefined
  }
  pair.sequence++
  pair.used = true
  pair.octetsOut += datagram.length
  peer.counters.sealed++
  return sealDatagram(pair.outbound, datagram, {
    sequence: pair.sequence,
    iv: length => router.random.bytes(length),
    outer: { ttl: router.profile.outer.ttl, identification: takeIdentification(router) },
  })
}

const espHeader = 8

/** What an ESP packet held, as the IP packet it was; undefined where it cannot be opened or was seen before. */
export function unseal(router: RouterState, packet: Datagram): Uint8Array | undefined {
  const { bytes, headerLength, view } = packet
  if (bytes.length < headerLength + espHeader) return undefined
  const pair = router.crypto.bySpi.get(view.getUint32(headerLength))
  if (pair === undefined || packet.source !== pair.owner.peer) return undefined
  const sequence = view.getUint32(headerLength + 4)
  const arrival = pair.window.classify(0, sequence)
  const opened = open(bytes.subarray(headerLength), pair.inbound, { proven: true })
  if (!opened.opened || opened.verdict === 'icv-bad' || (arrival !== 'new' && arrival !== 'late')) {
    pair.owner.counters.receiveErrors++
    return undefined
  }
  pair.window.commit(0, sequence)
  pair.octetsIn += bytes.length
  pair.used = true
  pair.owner.counters.opened++
  return pair.inbound.mode === 'tunnel' ? opened.payload.slice() : rejoined(packet, opened.payload, opened.nextHeader)
}

/** Transport mode: the header that stood before ESP, and what ESP carried. */
function rejoined({ bytes, headerLength }: Datagram, payload: Uint8Array, next: number): Uint8Array {
  const whole = new Uint8Array(headerLength + payload.length)
  whole.set(bytes.subarray(0, headerLength))
  whole.set(payload, headerLength)
  const view = new DataView(whole.buffer)
  whole[9] = next
  view.setUint16(2, whole.length)
  view.setUint16(10, checksumWithout(view, 0, headerLength, 10))
  return whole
}
