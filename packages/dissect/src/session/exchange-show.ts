/** What the tree says of an NHRP packet and the others that belong to it. */
import {
  type Nhrp,
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
import { type ExchangeForesight, type Relation, relations } from './exchange-foresight.ts'
import { wantsReply } from './exchange-message.ts'

const fields: Readonly<Record<Relation, Field>> = {
  responseIn: nhrpResponseIn,
  responseTo: nhrpResponseTo,
  errorTo: nhrpErrorTo,
  errorIn: nhrpErrorIn,
  retransmissionOf: nhrpRetransmission,
  forwardedFrom: nhrpForwardedFrom,
  forwardedAs: nhrpForwardedAs,
  indicationIn: nhrpIndicationIn,
  resolutionIn: nhrpResolutionIn,
}

/** In the order in which they are shown, and whether the time between the two is, too. */
const shown = relations.map(relation => ({
  relation,
  field: fields[relation],
  takesTime: relation === 'responseTo' || relation === 'errorTo',
}))

/** Shows a packet's relations to those before it. */
export function showSighting(c: PacketCursor, sighting: Sighting): void {
  const { duplicateOf } = sighting
  if (duplicateOf !== undefined) c.show(nhrpDuplicateOf, duplicateOf.frame)
  // What is said of a packet is said of it wherever it was seen.
  const packet = duplicateOf ?? sighting
  for (let i = 0; i < shown.length; i++) {
    const { relation, field, takesTime } = shown[i]!
    const other = packet[relation]
    if (other === undefined) continue
    c.show(field, other.frame)
    if (takesTime) c.show(nhrpTime, packet.time - other.time)
  }
}

/** Shows all relations of the capture's NHRP packet number `ordinal`, as a first pass learnt them. */
export function showForeseen(c: PacketCursor, ordinal: number, packet: Nhrp, known: ExchangeForesight): void {
  const original = known.duplicateOf(ordinal)
  if (original !== undefined) c.show(nhrpDuplicateOf, original.frame)
  const about = original?.ordinal ?? ordinal
  let answered = false
  for (let i = 0; i < shown.length; i++) {
    const frame = known.frameOf(about, i)
    if (frame === 0) continue
    const { relation, field, takesTime } = shown[i]!
    c.show(field, frame)
    if (takesTime) c.show(nhrpTime, known.timeOf(about))
    if (relation === 'responseIn' || relation === 'errorIn') answered = true
  }
  if (answered || !isRequest(packet.type) || !wantsReply(packet)) return
  if (known.covers(about)) c.show(nhrpUnanswered, true)
}
