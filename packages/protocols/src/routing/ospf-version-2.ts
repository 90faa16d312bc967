/**
 * OSPF version 2 behind the common header, RFC 2328 §A.3.1.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |           Checksum            |            AuType             |
 *  |                       Authentication                          |
 *  |                       Authentication                          |
 *  |  Message, to the packet length …
 *  |  Digest, where the authentication is cryptographic …
 *  |  Link-local signaling, where the options announce it …
 */
import {
  expert,
  type Field,
  type Ipv4,
  type Layout,
  type Lens,
  layout,
  type Outline,
  sumWords,
  u16,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { checksumShouldBe } from './checksum-should-be.ts'
import {
  type OspfAuthentication,
  ospfAuthenticationClaims,
  ospfAuthenticationFields,
  ospfAuthenticationSize,
  ospfAuthenticationTypeOf,
  ospfNoAuthentication,
  sizeOfOspfDigest,
  skipOspfDigest,
  walkOspfAuthentication,
  writeOspfAuthentication,
} from './ospf-authentication.ts'
import { ospfAuthenticationNames } from './ospf-codes.ts'
import {
  checkOspfLength,
  judgeOspfChecksum,
  type OspfSender,
  ospfBadChecksum,
  ospfChecksumOffset,
  ospfCommonSize,
  ospfHeaderClaims,
  ospfKind,
  ospfSender,
} from './ospf-header.ts'
import {
  type OspfLinkLocalSignaling,
  ospfLinkLocalClaims,
  ospfLinkLocalFields,
  sizeOfOspfLinkLocal,
  walkOspfLinkLocal,
  writeOspfLinkLocal,
} from './ospf-link-local.ts'
import {
  ospfMessageClaims,
  ospfMessageFields,
  ospfTypeOf,
  saysLinkLocalSignaling,
  sizeOfOspfMessage,
  walkOspfMessage,
  writeOspfMessage,
} from './ospf-message.ts'
import type { OspfMessage } from './ospf-messages.ts'

export interface OspfVersion2 {
  readonly version: 2
  /** The sender's router id. */
  readonly router: Ipv4
  readonly area: Ipv4
  readonly authentication: OspfAuthentication
  readonly message: OspfMessage
  /** RFC 5613: where the options announce it and it is there. */
  readonly linkLocal: OspfLinkLocalSignaling | undefined
}

const authenticationWord: Layout<{ readonly type: number }> = layout('ospf', 'OSPF Header', {
  type: u16('ospf.auth.type', 'Auth Type', { names: ospfAuthenticationNames }),
})
const missingBlock: Field = expert('ospf.lsa.invalid_length', 'Invalid length', 'error')

export const ospfVersion2Fields: readonly (Outline | Field)[] = [
  authenticationWord,
  ...ospfAuthenticationFields,
  ...ospfMessageFields,
  ...ospfLinkLocalFields,
  missingBlock,
]

const authenticationAt: number = ospfCommonSize + authenticationWord.size
/** Octets of the header of version 2, its authentication included. */
export const ospfHeaderSize: number = authenticationAt + ospfAuthenticationSize

/** Goes on behind the common header of the packet that starts at `at`. */
export function walkOspfVersion2(c: PacketCursor, at: number, type: number, sender: OspfSender): OspfVersion2 {
  const end = at + sender.packetLength
  const { type: authenticationType } = c.take(authenticationWord)
  // With cryptographic authentication nobody computes the checksum (RFC 2328 §D.4.3).
  if (authenticationType !== 2 && c.wants(ospfBadChecksum)) {
    judgeOspfChecksum(c, at, sender.checksum, rightChecksum(c, at, end))
  }
  const authentication = walkOspfAuthentication(c, authenticationType, Math.max(end, c.at))
  c.close()
  checkOspfLength(c, at, sender.packetLength, ospfHeaderSize)
  c.enter(sender.packetLength - ospfHeaderSize, 'ospf.packet_length')
  const message = walkOspfMessage(c, type)
  c.leave()
  skipOspfDigest(c, authentication, at + authenticationAt)
  const announced = saysLinkLocalSignaling(message)
  const linkLocal = announced && c.left > 0 ? walkOspfLinkLocal(c) : undefined
  if (announced && linkLocal === undefined) noteMissingBlock(c)
  return { version: 2, router: sender.router, area: sender.area, authentication, message, linkLocal }
}

/** The checksum covers the packet without the authentication, RFC 2328 §A.3.1. */
function rightChecksum(c: PacketCursor, at: number, end: number): number | undefined {
  if (end > c.end || end < at + ospfHeaderSize) return undefined
  const behind = sumWords(c.view, at + ospfHeaderSize, end)
  return checksumShouldBe(c, at, at + authenticationAt, at + ospfChecksumOffset, behind)
}

function noteMissingBlock(c: PacketCursor): void {
  c.open('LLS option bit set but data block missing')
  c.note(missingBlock, 'LLS option bit set but data block missing')
  c.close()
}

/** Octets of a packet, digest and link-local signaling included. */
export function sizeOfOspfVersion2({ message, authentication, linkLocal }: OspfVersion2): number {
  const behind = sizeOfOspfDigest(authentication) + sizeOfOspfLinkLocal(linkLocal)
  return ospfHeaderSize + sizeOfOspfMessage(message) + behind
}

export function writeOspfVersion2(w: Writer, packet: OspfVersion2): void {
  const { message, authentication, linkLocal } = packet
  const length = ospfHeaderSize + sizeOfOspfMessage(message)
  w.put(ospfKind, { version: 2, type: ospfTypeOf(message) })
  w.put(ospfSender, { packetLength: length, router: packet.router, area: packet.area, checksum: 0 })
  w.put(authenticationWord, { type: ospfAuthenticationTypeOf(authentication) })
  writeOspfAuthentication(w, ospfNoAuthentication)
  writeOspfMessage(w, message)
  const cryptographic = authentication.kind === 'cryptographic'
  // The sum is taken while the authentication is still zero.
  if (!cryptographic) w.view.setUint16(w.start + ospfChecksumOffset, w.checksum(w.start, w.start + length))
  w.at = w.start + authenticationAt
  writeOspfAuthentication(w, authentication)
  w.at = w.start + length
  if (cryptographic) w.putBytes(authentication.digest)
  if (linkLocal !== undefined) writeOspfLinkLocal(w, linkLocal, cryptographic)
}

export function ospfVersion2Claims(packet: OspfVersion2): Record<string, Lens<number>> {
  const end = ospfHeaderSize + sizeOfOspfMessage(packet.message)
  return {
    ...ospfHeaderClaims,
    ...ospfAuthenticationClaims(packet.authentication, authenticationAt),
    ...ospfMessageClaims(packet.message, ospfHeaderSize),
    ...ospfLinkLocalClaims(packet.linkLocal, end + sizeOfOspfDigest(packet.authentication)),
  }
}
