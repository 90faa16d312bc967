/**
 * The IP Authentication Header: RFC 4302. It covers the IP header in front of it, as far as that does not change on the
 * way, itself with its check value as zeros, and everything behind it.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  | Next Header   |  Payload Len  |          RESERVED             |
 *  |                 Security Parameters Index (SPI)               |
 *  |                    Sequence Number Field                      |
 *  |                Integrity Check Value-ICV (variable)           |
 */
import { type SecurityAssociation, wrongLengths } from './association.ts'
import type { Datagram } from './datagram.ts'
import { immutableHeader } from './mutable-fields.ts'
import { type Gmac, gmac } from './transforms/gmac.ts'
import { type Mac, macOf } from './transforms/mac.ts'
import { sameOctets, writeWord } from './transforms/transform.ts'

/** Octets in front of the check value. */
export const ahFixedLength = 12

/** What verifying says: the octets it judged, and the check value they should have had. */
export interface Verified {
  readonly verdict: 'icv-good' | 'icv-bad' | 'unchecked' | 'cut-short'
  readonly because: string
  readonly expected: Uint8Array | undefined
}

/** Where an AH and the packet it protects lie in a buffer. */
export interface Authenticated {
  readonly bytes: Uint8Array
  /** The IP header: in its own buffer, because a reassembled packet has only its payload in `bytes`. */
  readonly ipBytes: Uint8Array
  readonly ipAt: number
  readonly datagram: Datagram
  readonly ahAt: number
  /** Behind the last octet of the IP packet. */
  readonly end: number
}

/** Verifies an AH. Throws RangeError only where the association itself is impossible. */
export function verifyAuthenticationHeader(
  packet: Authenticated,
  association: SecurityAssociation,
  high?: number,
): Verified {
  const { bytes, ahAt, end } = packet
  const icvLength = icvFieldLength(association)
  const field = end - ahAt < 2 ? 0 : 4 * (bytes[ahAt + 1]! + 2) - ahFixedLength
  if (field < icvLength || end - ahAt < ahFixedLength + field) {
    return {
      verdict: 'cut-short',
      because: `an AH of ${end - ahAt} octets with ${Math.max(0, field)} of ICV, not ${icvLength}`,
      expected: undefined,
    }
  }
  if (association.integrity.algorithm === 'unchecked') return { verdict: 'unchecked', because: '', expected: undefined }
  const expected = icvOf(packet, association, field, high)
  const good = sameOctets(expected, 0, bytes, ahAt + ahFixedLength, icvLength)
  return { verdict: good ? 'icv-good' : 'icv-bad', because: '', expected }
}

/** The check value that the AH of a packet should have, IV included where the transform has one. */
export function icvOf(
  packet: Authenticated,
  association: SecurityAssociation,
  field: number,
  high: number | undefined,
): Uint8Array {
  const { bytes, ahAt, datagram, ipAt, ipBytes, end } = packet
  const { integrity } = association
  const body = ahAt + ahFixedLength + field
  // A packet put together from fragments had the length of the whole when it was sealed.
  const whole = ipBytes === bytes ? datagram.length : datagram.headerLength + end - ahAt
  const header = immutableHeader(ipBytes, ipAt, datagram, whole)
  const length = header.length + ahFixedLength + field
  const covered = new Uint8Array(length)
  covered.set(header)
  covered.set(bytes.subarray(ahAt, body), header.length)
  // The IV of AES-GMAC stands in front of the tag and is covered like the payload (RFC 4543 §4).
  const codeAt = header.length + ahFixedLength + icvFieldLength(association) - integrity.icvLength
  covered.fill(0, codeAt, codeAt + integrity.icvLength)
  const payload = bytes.subarray(body, end)
  const upper = high === undefined ? undefined : upperHalf(high)
  if (integrity.algorithm === 'aes-gmac') {
    const runs = upper === undefined ? [covered, payload] : [covered, payload, upper]
    const icv = new Uint8Array(24)
    const ivAt = ahAt + ahFixedLength
    icv.set(bytes.subarray(ivAt, ivAt + 8))
    icv.set(toolsOf(association).gmac!(bytes, ivAt, runs), 8)
    return icv
  }
  const code = toolsOf(association).mac?.(covered, payload, upper)
  return code === undefined ? new Uint8Array(integrity.icvLength) : code.subarray(0, integrity.icvLength)
}

/** Octets of check value as it stands on the wire, padding apart. */
export function icvFieldLength({ integrity }: SecurityAssociation): number {
  return integrity.algorithm === 'aes-gmac' ? 8 + integrity.icvLength : integrity.icvLength
}

function upperHalf(high: number): Uint8Array {
  const upper = new Uint8Array(4)
  writeWord(upper, 0, high)
  return upper
}

interface Tools {
  readonly mac: Mac | undefined
  readonly gmac: Gmac | undefined
}

const made: WeakMap<SecurityAssociation, Tools> = new WeakMap()

function toolsOf(association: SecurityAssociation): Tools {
  const known = made.get(association)
  if (known !== undefined) return known
  const wrong = association.protocol === 'esp' ? 'ESP is not authenticated as AH is' : wrongLengths(association)
  if (wrong !== undefined) throw new RangeError(wrong)
  const { algorithm, key } = association.integrity
  const tools = { mac: macOf(algorithm, key), gmac: algorithm === 'aes-gmac' ? gmac(key) : undefined }
  made.set(association, tools)
  return tools
}
