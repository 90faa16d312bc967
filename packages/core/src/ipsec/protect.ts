/** What a protected tunnel does to its packets, and when it has an association negotiated. */
import type { Ipv4 } from '@dmvpn/wire'
import type { Datagram } from '../forwarding/datagram.ts'
import { type RouterState, takeIdentification } from '../router-state.ts'
import type { IpsecProfile } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { sendUnderlay } from '../tunnel/underlay.ts'
import { type ClosingReason, closePair, peerFor, peerKey, seal, unseal } from './associations.ts'
import { concat, exchangeType, type IsakmpMessage, isakmpDatagram, isakmpOf, payloadType } from './isakmp.ts'
import { digest, masked, word } from './keying.ts'
import { hear, initiate, negotiationAlarm } from './negotiate.ts'
import type { AssociationPair, CryptoAlarm, CryptoPeer } from './state.ts'

/** The packet as it leaves: as it is where nothing protects the tunnel; undefined while there is no association. */
export function protect(
  router: RouterState,
  tunnel: TunnelState,
  nbma: Ipv4,
  outer: Uint8Array,
): Uint8Array | undefined {
  const peer = peerOf(router, tunnel, nbma)
  if (peer === 'none') return outer
  if (peer === undefined) return undefined
  const sealed = seal(router, peer, outer)
  if (sealed === undefined) initiate(router, peer)
  return sealed
}

/** Whether a packet to that station would leave at once. */
export function isReady(router: RouterState, tunnel: TunnelState, nbma: Ipv4): boolean {
  const peer = peerOf(router, tunnel, nbma)
  return peer === 'none' || (peer !== undefined && peer.pairs.length > 0)
}

/** Has an association to a station negotiated, unless it is open or under way. */
export function requestAssociation(router: RouterState, tunnel: TunnelState, nbma: Ipv4): void {
  const peer = peerOf(router, tunnel, nbma)
  if (peer !== 'none' && peer !== undefined && peer.pairs.length === 0) initiate(router, peer)
}

/** 'none': the tunnel is not protected; undefined: it is, by something that is not configured. */
function peerOf(router: RouterState, tunnel: TunnelState, nbma: Ipv4): CryptoPeer | 'none' | undefined {
  if (tunnel.settings.protection === undefined) return 'none'
  const profile = profileNamed(router, tunnel.settings.protection)
  return profile === undefined || tunnel.source === undefined
    ? undefined
    : peerFor(router, tunnel.source, nbma, profile)
}

function profileNamed(router: RouterState, name: string): IpsecProfile | undefined {
  return router.settings.crypto.profiles.find(each => each.name === name)
}

/** The last mapping of a station went: its associations end, and it is told. */
export function releaseAssociation(router: RouterState, tunnel: TunnelState, nbma: Ipv4): void {
  const peer = tunnel.source === undefined ? undefined : router.crypto.peers.get(peerKey(tunnel.source, nbma))
  if (peer !== undefined) closeAll(router, peer, 'no mapping')
}

function closeAll(router: RouterState, peer: CryptoPeer, because: ClosingReason): void {
  for (const pair of peer.pairs) {
    sayDeleted(router, peer, pair)
    closePair(router, pair, because)
  }
  peer.negotiations.clear()
}

/** A tunnel came up: what is configured is what it will need. */
export function startCryptoOn(router: RouterState, tunnel: TunnelState): void {
  if (tunnel.settings.protection === undefined) return
  for (const { nbma } of tunnel.nhrp.maps) requestAssociation(router, tunnel, nbma)
  for (const nbma of tunnel.nhrp.multicast.static) requestAssociation(router, tunnel, nbma)
}

/** A tunnel went down: nothing of it stays open. */
export function stopCryptoOn(router: RouterState, tunnel: TunnelState): void {
  if (tunnel.settings.protection === undefined) return
  for (const peer of router.crypto.peers.values()) {
    if (peer.local !== tunnel.source) continue
    closeAll(router, peer, 'no mapping')
    router.crypto.peers.delete(peerKey(peer.local, peer.peer))
  }
}

/** What an ESP packet for this router held. */
export function openReceived(router: RouterState, packet: Datagram): Uint8Array | undefined {
  return packet.version === 4 ? unseal(router, packet) : undefined
}

/** Whether packets of that tunnel must come out of an association. */
export function needsProtection(tunnel: TunnelState): boolean {
  return tunnel.settings.protection !== undefined
}

/** An IKE message for this router; whether it was one. */
export function acceptIke(router: RouterState, packet: Datagram): boolean {
  const message = isakmpOf(packet)
  if (message === undefined || typeof packet.source !== 'number' || typeof packet.destination !== 'number') return false
  const local = packet.destination
  const tunnel = router.tunnels.find(each => each.source === local && each.settings.protection !== undefined)
  const profile = tunnel === undefined ? undefined : profileNamed(router, tunnel.settings.protection!)
  if (profile === undefined) return false
  const peer = peerFor(router, local, packet.source, profile)
  if (message.exchange === exchangeType.informational) acceptDeletion(router, peer, message)
  else hear(router, peer, message)
  return true
}

export function cryptoAlarm(router: RouterState, alarm: CryptoAlarm): void {
  if (alarm.what === 'retransmit') return negotiationAlarm(router, alarm.peer, alarm.negotiation, alarm.wait)
  const { pair, peer } = alarm
  if (!peer.pairs.includes(pair)) return
  if (alarm.what === 'expire') closePair(router, pair, 'expired')
  else if (pair.used) initiate(router, peer)
}

/** Every association ends; the next packets have new ones negotiated. */
export function clearCrypto(router: RouterState): void {
  for (const peer of router.crypto.peers.values()) {
    closeAll(router, peer, 'cleared')
    peer.isakmp = undefined
  }
}

/** Deletions are announced under the ISAKMP association (RFC 2408 §3.15): the SPI packets to this station bore. */
function sayDeleted(router: RouterState, peer: CryptoPeer, pair: AssociationPair): void {
  const { isakmp } = peer
  if (isakmp === undefined) return
  const { initiatorCookie, responderCookie, secret } = isakmp
  const messageId = (router.random.word() | 1) >>> 0
  const content = word(pair.inboundSpi)
  const message: IsakmpMessage = {
    initiatorCookie,
    responderCookie,
    nextPayload: payloadType.hash,
    exchange: exchangeType.informational,
    encrypted: true,
    messageId,
    body: masked(secret, word(messageId), concat(content, digest(secret, word(messageId), content).slice(0, 12))),
  }
  sendUnderlay(router, peer.peer, isakmpDatagram(peer.local, peer.peer, message, takeIdentification(router)))
}

function acceptDeletion(router: RouterState, peer: CryptoPeer, message: IsakmpMessage): void {
  const { isakmp } = peer
  if (isakmp === undefined || message.body.length !== 16) return
  const body = masked(isakmp.secret, word(message.messageId), message.body)
  const proof = digest(isakmp.secret, word(message.messageId), body.slice(0, 4)).slice(0, 12)
  if (!proof.every((octet, at) => octet === body[4 + at])) return
  const spi = new DataView(body.buffer, body.byteOffset).getUint32(0)
  const pair = peer.pairs.find(each => each.outboundSpi === spi)
  if (pair !== undefined) closePair(router, pair, 'peer')
}
