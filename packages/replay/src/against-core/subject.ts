/** What a frame is, in a few words, and which of two messages are about the same. */
import type { Nhrp } from '@dmvpn/protocols'
import { formatIp } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import { addressText, isError, isExchange, isIndication, nameOf, sameAddress } from '../rules/parts.ts'
import { type InnerPacket, requestIdOf } from './tunnel-packet.ts'

/** `Registration Reply 7 to 150.1.2.2`. */
export function messageSubject(message: Nhrp, destination: Ip): string {
  const about = isIndication(message) || isError(message) ? ` for ${addressText(message.destinationProtocol)}` : ''
  return `${nameOf(message)}${about} to ${formatIp(destination)}`
}

/** `packet 10.0.2.1 > 10.0.3.1`. */
export function dataSubject({ source, destination }: Pick<InnerPacket, 'source' | 'destination'>): string {
  return `packet ${formatIp(source)} > ${formatIp(destination)}`
}

/**
 * How well a predicted message fits one that was seen: 0 not at all, 1 by type and id alone, 2 in everything that tells
 * messages of a kind apart. `isOwn`: its id is the sender's own count, which nobody can predict.
 */
export function fit(predicted: Nhrp, seen: Nhrp, isOwn: boolean): 0 | 1 | 2 {
  if (predicted.type !== seen.type) return 0
  const sameId = isOwn || requestIdOf(predicted) === requestIdOf(seen)
  const sameEnds =
    sameAddress(predicted.sourceProtocol, seen.sourceProtocol) &&
    sameAddress(predicted.destinationProtocol, seen.destinationProtocol)
  if (sameId && sameEnds && samePurpose(predicted, seen)) return 2
  // Of one's own requests only a registration can be for another address than it should.
  if (!isExchange(seen) || !sameId || (isOwn && seen.type !== 3)) return 0
  // One of the addresses that tell requests apart may be what is wrong.
  const ends = ['sourceNbma', 'sourceProtocol', 'destinationProtocol'] as const
  return ends.filter(each => sameAddress(predicted[each], seen[each])).length >= 2 ? 1 : 0
}

/** What purges name, and what indications quote. */
function samePurpose(predicted: Nhrp, seen: Nhrp): boolean {
  if (isExchange(predicted) && isExchange(seen))
    return seen.type !== 5 || sameAddress(predicted.entries[0]?.protocol, seen.entries[0]?.protocol)
  if (!isIndication(predicted) || !isIndication(seen)) return true
  return quotedPair(predicted.quote) === quotedPair(seen.quote)
}

/** The addresses of a quoted IP packet. */
function quotedPair(quote: Uint8Array): string {
  return quote[0] !== undefined && quote[0] >>> 4 === 6 ? quote.subarray(8, 40).join() : quote.subarray(12, 20).join()
}
