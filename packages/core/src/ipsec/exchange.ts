/** What both sides of a negotiation share: how messages are numbered, hashed, enciphered, sent and sent again. */
import { formatHex } from '@dmvpn/wire'
import { seconds } from '../instant.ts'
import { covers, prefixOf } from '../prefix.ts'
import { type RouterState, setAlarm, takeIdentification } from '../router-state.ts'
import type { TransformSet } from '../settings.ts'
import { sendUnderlay } from '../tunnel/underlay.ts'
import { chain, concat, exchangeType, type IsakmpMessage, isakmpDatagram, type Payload, payloadType } from './isakmp.ts'
import { digest, masked, word } from './keying.ts'
import type { CryptoPeer, Negotiation } from './state.ts'

const nonceLength = 20
const hashLength = 16

type Beginning = Pick<Negotiation, 'mode' | 'initiator' | 'initiatorCookie' | 'messageId'>

export function freshNegotiation(router: RouterState, beginning: Beginning): Negotiation {
  return {
    ...beginning,
    key: `${formatHex(beginning.initiatorCookie)} ${beginning.messageId}`,
    responderCookie: new Uint8Array(8),
    expects: undefined,
    policy: undefined,
    ownNonce: router.random.bytes(nonceLength),
    otherNonce: new Uint8Array(0),
    secret: undefined,
    // SPIs up to 255 are reserved (RFC 4303 §2.1).
    spi: Math.max(256, router.random.word()),
    offered: undefined,
    lastSent: undefined,
    attempts: 0,
    waits: 0,
  }
}

/** The key configured for a peer: the one with the longest mask. */
export function sharedKey(router: RouterState, peer: CryptoPeer): Uint8Array | undefined {
  const keys = router.settings.crypto.isakmpKeys.filter(({ peers }) =>
    covers(prefixOf(peers.address, peers.length), peer.peer),
  )
  const best = keys.sort((one, other) => other.peers.length - one.peers.length)[0]
  return best === undefined ? undefined : Uint8Array.from(best.key, character => character.codePointAt(0)! & 0xff)
}

/** Which message of its mode this is: known by who sent it and what it begins with. */
export function numberOf(negotiation: Negotiation, message: IsakmpMessage): number {
  if (negotiation.mode === 'quick') {
    if (negotiation.initiator) return 2
    return message.body.length > hashLength ? 1 : 3
  }
  const sent = negotiation.initiator ? 2 : 1
  if (message.encrypted) return sent + 4
  return message.nextPayload === payloadType.association ? sent : sent + 2
}

/** Proves that the sender has the secret, message by message. */
export function hashOf(negotiation: Negotiation, number: number, content: Uint8Array = new Uint8Array(0)): Uint8Array {
  const { initiatorCookie, responderCookie, messageId } = negotiation
  const secret = negotiation.secret ?? new Uint8Array(0)
  return digest(secret, initiatorCookie, responderCookie, word(messageId), Uint8Array.of(number), content).slice(
    0,
    hashLength,
  )
}

/** What quick mode says: an SPI, a nonce, and the transforms that would do. */
export function quickContent(
  router: RouterState,
  peer: CryptoPeer,
  negotiation: Negotiation,
  number: number,
): Uint8Array {
  const transforms = number === 1 ? transformsOf(router, peer) : [negotiation.offered!.transform]
  const text = Uint8Array.from(transforms.map(nameOf).join('\n'), character => character.codePointAt(0)!)
  const content = concat(word(negotiation.spi), negotiation.ownNonce, Uint8Array.of(text.length), text)
  return concat(hashOf(negotiation, number, content), content)
}

export interface QuickOffer {
  readonly spi: number
  readonly nonce: Uint8Array
  readonly transform: TransformSet
}

/** The other side's part, where its hash is right and a transform is common. */
export function quickOffer(
  router: RouterState,
  peer: CryptoPeer,
  negotiation: Negotiation,
  content: Uint8Array,
  number: number,
): QuickOffer | undefined {
  const textAt = hashLength + 4 + nonceLength + 1
  if (content.length < textAt) return undefined
  const end = textAt + content[textAt - 1]!
  const said = content.subarray(hashLength, end)
  if (end > content.length || !sameOctets(content.subarray(0, hashLength), hashOf(negotiation, number, said)))
    return undefined
  const names = String.fromCharCode(...content.subarray(textAt, end)).split('\n')
  const transform = transformsOf(router, peer).find(each => names.includes(nameOf(each)))
  if (transform === undefined) return undefined
  const spi = new DataView(content.buffer, content.byteOffset).getUint32(hashLength)
  return { spi, nonce: content.slice(hashLength + 4, hashLength + 4 + nonceLength), transform }
}

function transformsOf(router: RouterState, peer: CryptoPeer): TransformSet[] {
  const { transformSets } = router.settings.crypto
  return peer.profile.transformSets.flatMap(name => transformSets.filter(each => each.name === name))
}

function nameOf({ encryption, authentication, mode }: TransformSet): string {
  return `${encryption} ${authentication ?? ''} ${mode}`
}

export function sameOctets(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, at) => octet === other[at])
}

/** Sends payloads in clear. */
export function speakClear(
  router: RouterState,
  peer: CryptoPeer,
  negotiation: Negotiation,
  payloads: readonly Payload[],
): void {
  speak(router, peer, negotiation, { nextPayload: payloads[0]!.type, encrypted: false, body: chain(payloads) })
}

/** Sends message `number` enciphered. */
export function speakSealed(
  router: RouterState,
  peer: CryptoPeer,
  negotiation: Negotiation,
  number: number,
  content: Uint8Array,
): void {
  const whole = concat(content, new Uint8Array((8 - (content.length % 8)) % 8))
  const body = masked(negotiation.secret!, seedOf(negotiation, number), whole)
  const nextPayload = negotiation.mode === 'main' ? payloadType.identification : payloadType.hash
  speak(router, peer, negotiation, { nextPayload, encrypted: true, body })
}

/** What an enciphered message says, padding included; undefined where there is no secret yet. */
export function unsealed(negotiation: Negotiation, message: IsakmpMessage, number: number): Uint8Array | undefined {
  return negotiation.secret === undefined
    ? undefined
    : masked(negotiation.secret, seedOf(negotiation, number), message.body)
}

/** No two messages are enciphered alike. */
function seedOf({ initiatorCookie, messageId }: Negotiation, number: number): Uint8Array {
  return concat(initiatorCookie, word(messageId), Uint8Array.of(number))
}

function speak(
  router: RouterState,
  peer: CryptoPeer,
  negotiation: Negotiation,
  part: Pick<IsakmpMessage, 'nextPayload' | 'encrypted' | 'body'>,
): void {
  const { initiatorCookie, responderCookie, messageId, mode } = negotiation
  const exchange = mode === 'main' ? exchangeType.mainMode : exchangeType.quickMode
  const message = { initiatorCookie, responderCookie, messageId, exchange, ...part }
  negotiation.lastSent = isakmpDatagram(peer.local, peer.peer, message, takeIdentification(router))
  negotiation.attempts = 0
  resend(router, peer, negotiation)
}

const answerWait = seconds(10)

/** Sends what was said last once more, and waits. */
export function resend(router: RouterState, peer: CryptoPeer, negotiation: Negotiation): void {
  if (negotiation.lastSent === undefined) return
  sendUnderlay(router, peer.peer, negotiation.lastSent.slice())
  const wait = ++negotiation.waits
  setAlarm(router, router.now + answerWait, { alarm: 'crypto', what: 'retransmit', peer, negotiation, wait })
}
