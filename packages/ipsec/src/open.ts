/**
 * Opens ESP packets: RFC 4303 §3.4.4. Nothing the octets say makes it throw.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |               Security Parameters Index (SPI)                 |
 *  |                      Sequence Number                          |
 *  |                    IV (variable), payload (variable)          |
 *  |               |     Padding (0-255 octets)                    |
 *  |                               |  Pad Length   | Next Header   |
 *  |         Integrity Check Value-ICV (variable)                  |
 */

import type { SecurityAssociation } from './association.ts'
import { convincing, evidence } from './plausible.ts'
import { transformOf } from './transform-of.ts'
import { encryptionAlgorithms } from './transforms/algorithms.ts'
import { type Deciphered, espHeaderLength, type IcvStatus, type Transform } from './transforms/transform.ts'

/** A packet whose content is there; with `icv-bad` it is not to be trusted, only to be looked at. */
export interface Opened {
  readonly opened: true
  readonly verdict: 'icv-good' | 'icv-bad' | 'unchecked'
  readonly icv: IcvStatus
  /** What is carried: a view on `plaintext`. */
  readonly payload: Uint8Array
  /** Payload, padding, pad length and next header. */
  readonly plaintext: Uint8Array
  readonly padLength: number
  readonly nextHeader: number
  /** Whether the padding counts 1, 2, 3 … (RFC 4303 §2.4) or is all zeros. */
  readonly usualPadding: boolean
  /** The upper half of the extended sequence number it was opened with. */
  readonly high: number | undefined
}

/** A packet that stays closed, and why. */
export interface Refusal {
  readonly opened: false
  readonly verdict: 'icv-bad' | 'no-association' | 'padding-wrong' | 'cut-short'
  readonly icv: IcvStatus
  readonly because: string
  /** What deciphering gave, where it got that far. */
  readonly plaintext: Uint8Array | undefined
}

export interface OpenOptions {
  /** The upper half of an extended sequence number. */
  readonly high?: number | undefined
  /** Whether the association has opened others: then its key is right, and what does not open was changed. */
  readonly proven?: boolean
}

/** Opens a whole ESP packet, SPI to ICV. Throws RangeError only where the association itself is impossible. */
export function open(
  packet: Uint8Array,
  association: SecurityAssociation,
  options: OpenOptions = none,
): Opened | Refusal {
  const transform = transformOf(association)
  const { ivLength, blockLength, icvLength } = transform
  const length = packet.length - espHeaderLength - ivLength - icvLength
  if (length < 2) {
    return refusal(
      'cut-short',
      `${packet.length} octets, not the ${packet.length - length + 2} that ${describe(association, transform)} needs at least`,
    )
  }
  if (length % blockLength !== 0) {
    const title = encryptionAlgorithms[association.encryption.algorithm].title
    return refusal(
      'cut-short',
      `${length} octets of ciphertext are no multiple of the ${blockLength} of ${title}: cut, or the ICV has not ${icvLength} octets`,
    )
  }
  const { high, proven = false } = options
  return judge(transform.open(packet, high), transform, high, proven)
}

const none: OpenOptions = {}

/** A packet for which there is no association. */
export function withoutAssociation(because: string): Refusal {
  return refusal('no-association', because)
}

/** A packet the capture did not keep whole. */
export function cutShort(because: string): Refusal {
  return refusal('cut-short', because)
}

function refusal(
  verdict: Refusal['verdict'],
  because: string,
  icv: IcvStatus = 'unchecked',
  plaintext?: Uint8Array,
): Refusal {
  return { opened: false, verdict, icv, because, plaintext }
}

function judge(
  { plaintext, icv }: Deciphered,
  transform: Transform,
  high: number | undefined,
  proven: boolean,
): Opened | Refusal {
  const end = plaintext.length - 2
  const padLength = plaintext[end]!
  const nextHeader = plaintext[end + 1]!
  const from = end - padLength
  const usualPadding = from >= 0 && isUsual(plaintext, from, padLength)
  if (from >= 0 && believable(plaintext, from, nextHeader, usualPadding, icv === 'good' && transform.proves)) {
    const payload = plaintext.subarray(0, from)
    const verdict = icv === 'good' ? 'icv-good' : icv === 'bad' ? 'icv-bad' : 'unchecked'
    return { opened: true, verdict, icv, payload, plaintext, padLength, nextHeader, usualPadding, high }
  }
  const because =
    padLength > end
      ? `pad length ${padLength} of ${plaintext.length} octets`
      : `${padLength} octets of padding that do not count 1, 2, 3 …`
  // A wrong key gives noise; a packet that was changed under way mostly still begins as one.
  const changed = icv === 'bad' && (proven || !transform.enciphers || beginsAsPacket(plaintext))
  return changed
    ? refusal('icv-bad', `${because}: the packet was changed`, icv, plaintext)
    : refusal('padding-wrong', icv === 'bad' ? `${because}, and the ICV is bad` : because, icv, plaintext)
}

/** RFC 4303 §2.4: the octets count 1, 2, 3 …; early senders left zeros. */
function isUsual(plaintext: Uint8Array, from: number, length: number): boolean {
  const step = length > 0 && plaintext[from] === 0 ? 0 : 1
  for (let i = 0; i < length; i++) if (plaintext[from + i] !== step * (i + 1)) return false
  return true
}

/** Short padding proves little about a key, so what it closes must at least be possible. */
function believable(plaintext: Uint8Array, to: number, nextHeader: number, usual: boolean, trusted: boolean): boolean {
  if (trusted) return true
  if (usual && plaintext.length - 2 - to >= 2) return true
  const bits = evidence(plaintext, nextHeader, 0, to)
  return bits !== undefined && (usual || bits >= convincing)
}

function beginsAsPacket(plaintext: Uint8Array): boolean {
  return [4, 41, 47].some(nextHeader => (evidence(plaintext, nextHeader) ?? 0) >= convincing)
}

function describe({ encryption }: SecurityAssociation, { icvLength }: Transform): string {
  return `${encryptionAlgorithms[encryption.algorithm].title} with an ICV of ${icvLength} octets`
}
