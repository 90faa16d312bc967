/**
 * IKE between two stations, as far as its frames show it: main mode with a shared key, then quick mode (RFC 2409 §5).
 *
 *   initiator                         responder
 *   1 association             →       2 association
 *   3 key exchange, nonce     →       4 key exchange, nonce
 *   5 hash*                   →       6 hash*                    * enciphered
 *   quick 1 hash, SPI, nonce* →       quick 2 hash, SPI, nonce*
 *   quick 3 hash*             →
 */
import { seconds } from '../instant.ts'
import { type RouterState, say, setAlarm } from '../router-state.ts'
import { openPair } from './associations.ts'
import {
  freshNegotiation,
  hashOf,
  numberOf,
  quickContent,
  quickOffer,
  resend,
  sameOctets,
  sharedKey,
  speakClear,
  speakSealed,
  unsealed,
} from './exchange.ts'
import { agreedPolicy, concat, type IsakmpMessage, payloadType, proposalOf, unchained } from './isakmp.ts'
import { digest } from './keying.ts'
import type { CryptoPeer, IsakmpAssociation, Negotiation } from './state.ts'

/** Begins, unless this station has something under way: with quick mode where main mode is done. */
export function initiate(router: RouterState, peer: CryptoPeer): void {
  for (const each of peer.negotiations.values()) if (each.initiator && each.expects !== undefined) return
  const policies = router.settings.crypto.isakmpPolicies
  if (sharedKey(router, peer) === undefined || policies.length === 0) return
  say(router, { step: 'negotiation', local: peer.local, peer: peer.peer, state: 'started' })
  if (peer.isakmp !== undefined && peer.isakmp.expires > router.now) return beginQuickMode(router, peer, peer.isakmp)
  const negotiation = freshNegotiation(router, {
    mode: 'main',
    initiator: true,
    initiatorCookie: router.random.bytes(8),
    messageId: 0,
  })
  peer.negotiations.set(negotiation.key, negotiation)
  negotiation.expects = 2
  const content = proposalOf([...policies].sort((one, other) => one.priority - other.priority))
  speakClear(router, peer, negotiation, [{ type: payloadType.association, content }])
}

/** A message of the other station. */
export function hear(router: RouterState, peer: CryptoPeer, message: IsakmpMessage): void {
  const negotiation = negotiationFor(router, peer, message)
  if (negotiation === undefined) return
  const number = numberOf(negotiation, message)
  if (number !== negotiation.expects) {
    // The answer to what comes again was lost.
    if (negotiation.expects === undefined || number === negotiation.expects - 2) resend(router, peer, negotiation)
    return
  }
  if (negotiation.mode === 'main') hearMain(router, peer, negotiation, message, number)
  else hearQuick(router, peer, negotiation, message, number)
}

function negotiationFor(router: RouterState, peer: CryptoPeer, message: IsakmpMessage): Negotiation | undefined {
  const isQuick = message.messageId !== 0
  const facts = {
    mode: isQuick ? 'quick' : 'main',
    initiator: false,
    initiatorCookie: message.initiatorCookie,
    messageId: message.messageId,
  } as const
  const fresh = freshNegotiation(router, facts)
  const known = peer.negotiations.get(fresh.key)
  if (known !== undefined) return known
  const { isakmp } = peer
  if (isQuick) {
    if (isakmp === undefined || !sameOctets(isakmp.initiatorCookie, message.initiatorCookie)) return undefined
    fresh.responderCookie = isakmp.responderCookie
    fresh.secret = isakmp.secret
    fresh.policy = isakmp.policy
  } else {
    if (message.encrypted || message.nextPayload !== payloadType.association) return undefined
    fresh.responderCookie = router.random.bytes(8)
  }
  fresh.expects = 1
  peer.negotiations.set(fresh.key, fresh)
  return fresh
}

function hearMain(
  router: RouterState,
  peer: CryptoPeer,
  negotiation: Negotiation,
  message: IsakmpMessage,
  number: number,
): void {
  if (number <= 2) return agreeOnPolicy(router, peer, negotiation, message)
  if (number <= 4) return exchangeNonces(router, peer, negotiation, message)
  const content = unsealed(negotiation, message, number)
  if (content === undefined || !sameOctets(content.subarray(0, 16), hashOf(negotiation, number)))
    return fail(router, peer, negotiation)
  if (negotiation.initiator) negotiation.expects = undefined
  else {
    negotiation.expects = undefined
    speakSealed(router, peer, negotiation, 6, hashOf(negotiation, 6))
  }
  const { lifetime } = negotiation.policy!
  const isakmp: IsakmpAssociation = {
    connection: ++router.crypto.connections,
    initiator: negotiation.initiator,
    initiatorCookie: negotiation.initiatorCookie,
    responderCookie: negotiation.responderCookie,
    policy: negotiation.policy!,
    secret: negotiation.secret!,
    since: router.now,
    expires: router.now + seconds(lifetime),
  }
  peer.isakmp = isakmp
  say(router, { step: 'negotiation', local: peer.local, peer: peer.peer, state: 'main mode done' })
  if (negotiation.initiator) beginQuickMode(router, peer, isakmp)
}

function agreeOnPolicy(router: RouterState, peer: CryptoPeer, negotiation: Negotiation, message: IsakmpMessage): void {
  const offer = unchained(message.nextPayload, message.body).find(({ type }) => type === payloadType.association)
  const own = router.settings.crypto.isakmpPolicies
  const policy = offer === undefined ? undefined : agreedPolicy(offer.content, own)
  if (policy === undefined) return fail(router, peer, negotiation)
  negotiation.policy = policy
  if (!negotiation.initiator) {
    negotiation.expects = 3
    return speakClear(router, peer, negotiation, [{ type: payloadType.association, content: proposalOf([policy]) }])
  }
  negotiation.responderCookie = message.responderCookie
  negotiation.expects = 4
  speakNonce(router, peer, negotiation)
}

/** Octets of a Diffie-Hellman value by group, RFC 2409 §6, RFC 3526. */
const groupLengths: Readonly<Record<number, number>> = { 1: 96, 2: 128, 5: 192, 14: 256, 15: 384, 16: 512 }

function speakNonce(router: RouterState, peer: CryptoPeer, negotiation: Negotiation): void {
  const value = router.random.bytes(groupLengths[negotiation.policy?.group ?? 2] ?? 256)
  speakClear(router, peer, negotiation, [
    { type: payloadType.keyExchange, content: value },
    { type: payloadType.nonce, content: negotiation.ownNonce },
  ])
}

function exchangeNonces(router: RouterState, peer: CryptoPeer, negotiation: Negotiation, message: IsakmpMessage): void {
  const nonce = unchained(message.nextPayload, message.body).find(({ type }) => type === payloadType.nonce)
  const key = sharedKey(router, peer)
  if (nonce === undefined || key === undefined) return fail(router, peer, negotiation)
  negotiation.otherNonce = nonce.content
  const { initiator, ownNonce, otherNonce } = negotiation
  negotiation.secret = initiator ? digest(key, ownNonce, otherNonce) : digest(key, otherNonce, ownNonce)
  if (initiator) {
    negotiation.expects = 6
    return speakSealed(router, peer, negotiation, 5, hashOf(negotiation, 5))
  }
  negotiation.expects = 5
  speakNonce(router, peer, negotiation)
}

function beginQuickMode(router: RouterState, peer: CryptoPeer, isakmp: IsakmpAssociation): void {
  const { initiatorCookie, responderCookie, secret, policy } = isakmp
  const messageId = router.random.word() | 1
  const negotiation = freshNegotiation(router, {
    mode: 'quick',
    initiator: true,
    initiatorCookie,
    messageId: messageId >>> 0,
  })
  Object.assign(negotiation, { responderCookie, secret, policy, expects: 2 })
  peer.negotiations.set(negotiation.key, negotiation)
  speakSealed(router, peer, negotiation, 1, quickContent(router, peer, negotiation, 1))
}

function hearQuick(
  router: RouterState,
  peer: CryptoPeer,
  negotiation: Negotiation,
  message: IsakmpMessage,
  number: number,
): void {
  const content = unsealed(negotiation, message, number)
  if (content === undefined) return fail(router, peer, negotiation)
  if (number === 3) {
    if (!sameOctets(content.subarray(0, 16), hashOf(negotiation, 3))) return fail(router, peer, negotiation)
    return conclude(router, peer, negotiation)
  }
  const offer = quickOffer(router, peer, negotiation, content, number)
  if (offer === undefined) return fail(router, peer, negotiation)
  negotiation.offered = offer
  negotiation.otherNonce = offer.nonce
  if (!negotiation.initiator) {
    negotiation.expects = 3
    return speakSealed(router, peer, negotiation, 2, quickContent(router, peer, negotiation, 2))
  }
  negotiation.expects = undefined
  speakSealed(router, peer, negotiation, 3, hashOf(negotiation, 3))
  conclude(router, peer, negotiation)
}

function conclude(router: RouterState, peer: CryptoPeer, negotiation: Negotiation): void {
  const { initiator, ownNonce, otherNonce, offered, secret, spi } = negotiation
  negotiation.expects = undefined
  if (offered === undefined || secret === undefined) return
  openPair(router, peer, {
    initiator,
    inboundSpi: spi,
    outboundSpi: offered.spi,
    transform: offered.transform,
    secret,
    nonces: initiator ? concat(ownNonce, otherNonce) : concat(otherNonce, ownNonce),
  })
  say(router, { step: 'negotiation', local: peer.local, peer: peer.peer, state: 'done' })
}

function fail(router: RouterState, peer: CryptoPeer, negotiation: Negotiation): void {
  peer.negotiations.delete(negotiation.key)
  say(router, { step: 'negotiation', local: peer.local, peer: peer.peer, state: 'failed' })
}

/** Sent again while an answer is awaited, this often; what is done is remembered as long, for whoever repeats himself. */
const mostAttempts = 5

export function negotiationAlarm(router: RouterState, peer: CryptoPeer, negotiation: Negotiation, wait: number): void {
  if (negotiation.waits !== wait || peer.negotiations.get(negotiation.key) !== negotiation) return
  negotiation.attempts++
  if (negotiation.expects !== undefined && negotiation.attempts <= mostAttempts)
    return resend(router, peer, negotiation)
  if (negotiation.expects !== undefined) return fail(router, peer, negotiation)
  if (negotiation.attempts > mostAttempts) peer.negotiations.delete(negotiation.key)
  else setAlarm(router, router.now + seconds(10), { alarm: 'crypto', what: 'retransmit', peer, negotiation, wait })
}
