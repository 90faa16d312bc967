/** What the tree says of an NHRP packet and the others that belong to it. */
import {
  nhrpDuplicateOf,
  nhrpErrorIn,
  nhrpErrorTo,
  nhrpForwardedAs,
  nhrpForwardedFrom,
  nhrpIndicationIn,
  nhrpResolutionIn,
  nhrpResponseIn,
  nhrpResponseTo,
  nhrpRetransmission,
  nhrpTime,
  nhrpUnanswered,
  type PacketCursor,
} from '@dmvpn/protocols'
import type { Field } from '@dmvpn/wire'
import { isRequest, type Sighting } from './exchange.ts'
import type { ExchangeForesight, Relation } from './exchange-foresight.ts'

/** In the order in which they are shown. */
const shown: readonly (readonly [Relation, Field])[] = [
  ['responseIn', nhrpResponseIn],
  ['responseTo', nhrpResponseTo],
  ['errorTo', nhrpErrorTo],
  ['errorIn', nhrpErrorIn],
  ['retransmissionOf', nhrpRetransmission],
  ['forwardedFrom', nhrpForwardedFrom],
  ['forwardedAs', nhrpForwardedAs],
  ['indicationIn', nhrpIndicationIn],
  ['resolutionIn', nhrpResolutionIn],
]

/** Shows a packet's relations: those known so far, and with a first pass behind all of them. */
export function showSighting(c: PacketCursor, sighting: Sighting, known: ExchangeForesight | undefined): void {
  const { duplicateOf } = sighting
  if (duplicateOf !== undefined) c.show(nhrpDuplicateOf, duplicateOf.frame)
  // What is said of a packet is said of it wherever it was seen.
  const packet = duplicateOf ?? sighting
  let answered = false
  for (let i = 0; i < shown.length; i++) {
    const [relation, field] = shown[i]!
    const now = packet[relation]
    const frame = now === undefined ? (known?.frameOf(packet, relation) ?? 0) : now.frame
    if (frame === 0) continue
    c.show(field, frame)
    if (relation === 'responseIn' || relation === 'errorIn') answered = true
    else if (relation === 'responseTo' || relation === 'errorTo') {
      c.show(nhrpTime, now === undefined ? known!.timeOf(packet) : packet.time - now.time)
    }
  }
  if (answered || known === undefined || !isRequest(packet.type) || !packet.wantsReply) return
  if (known.covers(packet)) c.show(nhrpUnanswered, true)
}
