/** Error Indications, RFC 2332 §5.2.7, as implementations write them. */
import { encode, type Nhrp, type NhrpErrorIndication, nhrp } from '@dmvpn/protocols'
import { ipOf, ipv4From } from '../addresses.ts'
import { extensionsOf } from '../extensions.ts'
import { type Manner, profileOf, type Station } from '../station.ts'

export interface ErrorOptions extends Manner {
  /** Who complains. */
  readonly by: Station
  readonly errorCode: number
  /** Octets from the offending packet's beginning to what is wrong; 0 where left out. */
  readonly errorOffset?: number | undefined
}

/** Tells the sender of a message what was wrong with it. Throws RangeError where a fact does not fit. */
export function errorIndication(offending: Nhrp, options: ErrorOptions): NhrpErrorIndication {
  const { by, errorCode, errorOffset = 0 } = options
  const { error, hopCount } = profileOf(options)
  return {
    kind: 'error-indication',
    type: 7,
    addressFamily: offending.addressFamily,
    protocolType: offending.protocolType,
    snapOui: offending.snapOui,
    snapPid: offending.snapPid,
    hopCount: hopCount.error,
    version: 1,
    sourceNbmaType: 0,
    sourceSubaddressType: 0,
    unused: error.copiesFlags && 'flags' in offending ? offending.flags : 0,
    errorCode,
    errorOffset,
    sourceNbma: error.source === 'own' ? ipv4From(by.nbma) : offending.sourceNbma,
    sourceSubaddress: undefined,
    sourceProtocol: ipOf(by.protocol),
    destinationProtocol: offending.sourceProtocol,
    quote: quoteOf(offending, options),
    extensions: error.extensions.length === 0 ? [] : extensionsOf(options, error.extensions),
    afterEnd: new Uint8Array(error.trailing),
  }
}

/** The offending message, whole or up to its addresses: its size and checksum then speak of more than there is. */
function quoteOf(offending: Nhrp, manner: Manner): Uint8Array {
  const bytes = encode(nhrp, offending)
  if (profileOf(manner).error.quote === 'whole') return bytes
  const rest = 'quote' in offending ? { quote: nothing } : { entries: [], leftover: nothing }
  return bytes.subarray(0, nhrp.size({ ...offending, ...rest, extensions: [], afterEnd: nothing } as Nhrp))
}

const nothing = new Uint8Array(0)
