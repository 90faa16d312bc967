/** What an opened ESP packet shows in its layer: Wireshark's fields and texts, and the verdict. */
import {
  espContainedData,
  espDecryptedData,
  espEncryptedData,
  espIcv,
  espIcvBad,
  espIcvGood,
  espIv,
  espNextHeader,
  espNullConfidence,
  espPad,
  espPadLength,
  espSequenceHigh,
  espVerdict,
  espVerdictReason,
  type PacketCursor,
} from '@dmvpn/protocols'
import { type Field, formatHex } from '@dmvpn/wire'
import type { SecurityAssociation } from './association.ts'
import type { NullGuess } from './esp-null.ts'
import { titleOfEncryption, titleOfIntegrity } from './keys/wireshark-names.ts'
import type { Opened, Refusal } from './open.ts'
import { transformOf } from './transform-of.ts'
import { espHeaderLength, type IcvStatus } from './transforms/transform.ts'
import { verdictText } from './verdict.ts'

/** Octets that Wireshark prints of a value before it says that there are more. */
const printed = 36

/** Fields with what Wireshark prints behind their values: made once for an association. */
interface Texts {
  readonly encrypted: Field
  readonly good: Field
  readonly unchecked: Field
  readonly bad: (expected: Uint8Array | undefined) => Field
}

const iv: Field = { ...espIv, text: withLength }
const decrypted: Field = { ...espDecryptedData, text: withLength }
const contained: Field = { ...espContainedData, text: withLength }
const nextHeader: Field = { ...espNextHeader, label: 'Next header' }
const guessedIcv: Field = { ...espIcv, text: (value: Uint8Array) => `${octets(value)} [unchecked]` }
const known: WeakMap<SecurityAssociation, Texts> = new WeakMap()

function octets(value: Uint8Array): string {
  return value.length <= printed ? formatHex(value) : `${formatHex(value.subarray(0, printed))}…`
}

function withLength(value: Uint8Array): string {
  return `${octets(value)} (${value.length} bytes)`
}

function textsOf(association: SecurityAssociation): Texts {
  const before = known.get(association)
  if (before !== undefined) return before
  const encryption = titleOfEncryption(association.encryption)
  const combined = association.encryption.icvLength > 0
  const integrity = combined ? encryption : titleOfIntegrity(association.integrity)
  const icv = (verdict: string): Field => ({
    ...espIcv,
    text: (value: Uint8Array) => `${withLength(value)} <${integrity}> [${verdict}]`,
  })
  const texts: Texts = {
    encrypted: { ...espEncryptedData, text: (value: Uint8Array) => `${withLength(value)} <${encryption}>` },
    good: icv('correct'),
    unchecked: icv('unchecked'),
    bad: expected => icv(expected === undefined ? 'incorrect' : `incorrect, should be ${formatHex(expected)}`),
  }
  known.set(association, texts)
  return texts
}

/** Shows what an association made of the packet at `at`. The cursor stands behind the sequence number. */
export function showOpening(
  c: PacketCursor,
  packet: Uint8Array,
  at: number,
  association: SecurityAssociation,
  outcome: Opened | Refusal,
  high: number | undefined,
): void {
  const { ivLength, icvLength } = transformOf(association)
  const textAt = espHeaderLength + ivLength
  const icvAt = packet.length - icvLength
  const { plaintext } = outcome
  if (plaintext !== undefined) {
    const texts = textsOf(association)
    if (high !== undefined) c.show(espSequenceHigh, high, at)
    if (ivLength > 0) c.show(iv, packet.subarray(espHeaderLength, textAt), at + espHeaderLength, ivLength)
    c.show(texts.encrypted, packet.subarray(textAt, icvAt), at + textAt, icvAt - textAt)
    if (icvLength > 0) showIcv(c, icvField(texts, packet, association, outcome, high), packet, at, icvAt, outcome.icv)
    c.show(decrypted, plaintext, at + textAt)
    c.below()
    if (outcome.opened) showOpened(c, outcome, at + textAt, 0)
    c.close()
  }
  showVerdict(c, outcome, at)
}

function icvField(
  texts: Texts,
  packet: Uint8Array,
  association: SecurityAssociation,
  { icv, plaintext }: Opened | Refusal,
  high: number | undefined,
): Field {
  if (icv === 'good') return texts.good
  if (icv === 'unchecked') return texts.unchecked
  return texts.bad(transformOf(association).expectedIcv(packet, plaintext!, high))
}

function showIcv(c: PacketCursor, field: Field, packet: Uint8Array, at: number, icvAt: number, icv: IcvStatus): void {
  c.show(field, packet.subarray(icvAt), at + icvAt, packet.length - icvAt)
  c.below()
  c.show(espIcvGood, icv === 'good', at + icvAt)
  c.show(espIcvBad, icv === 'bad', at + icvAt)
  c.close()
}

function showOpened(
  c: PacketCursor,
  { payload, plaintext, padLength, nextHeader: next }: Opened,
  at: number,
  width: 0 | 1,
): void {
  const padAt = at + width * payload.length
  if (width === 0) c.show(contained, payload, at)
  if (padLength > 0)
    c.show(espPad, plaintext.subarray(payload.length, payload.length + padLength), padAt, width * padLength)
  c.show(espPadLength, padLength, padAt + width * padLength, width)
  c.show(nextHeader, next, padAt + width * (padLength + 1), width)
}

/** Shows a packet that was taken not to be encrypted without anybody saying so. */
export function showGuess(
  c: PacketCursor,
  packet: Uint8Array,
  at: number,
  outcome: Opened,
  guess: NullGuess,
  confidence: number,
): void {
  const textAt = espHeaderLength + guess.ivLength
  const icvAt = packet.length - guess.icvLength
  if (guess.ivLength > 0) c.show(iv, packet.subarray(espHeaderLength, textAt), at + espHeaderLength, guess.ivLength)
  showOpened(c, outcome, at + textAt, 1)
  showIcv(c, guessedIcv, packet, at, icvAt, 'unchecked')
  showVerdict(c, outcome, at)
  c.show(espNullConfidence, confidenceText(confidence), at)
}

/** A confidence that is not rounded up to certainty. */
export function confidenceText(confidence: number): string {
  return confidence > 0.9999 ? '> 0.9999' : confidence.toFixed(4)
}

/** Shows a packet that nobody could open. */
export function showVerdict(c: PacketCursor, outcome: Opened | Refusal, at: number): void {
  c.show(espVerdict, verdictText[outcome.verdict], at)
  if (!outcome.opened && outcome.because !== '') c.show(espVerdictReason, outcome.because, at)
}
