/** Error Indications (RFC 2332 §5.2.7): what a profile's look like, and that none is ever answered with another. */
import { type Extension, encode, type Nhrp, type NhrpErrorIndication, nhrp } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { RouterState } from '../router-state.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { extensionsFor, familyOfMessage, ipOf, ownProtocol } from './messages.ts'
import { transmit } from './transmit.ts'

/** Tells the sender of a message what was wrong with it. */
export function indicateError(
  router: RouterState,
  tunnel: TunnelState,
  offending: Nhrp,
  errorCode: number,
  errorOffset: number,
  from: Ipv4,
): void {
  const destination = ipOf(offending.sourceProtocol)
  if (offending.kind === 'error-indication' || destination === undefined) return
  const own = ownProtocol(tunnel, familyOfMessage(offending))
  if (own === undefined) return
  const { error, hopCount } = router.profile
  const indication: NhrpErrorIndication = {
    kind: 'error-indication',
    type: 7,
    addressFamily: offending.addressFamily,
    protocolType: offending.protocolType,
    snapOui: 0,
    snapPid: 0,
    hopCount: hopCount.error,
    version: 1,
    sourceNbmaType: 0,
    sourceSubaddressType: 0,
    unused: error.copiesFlags && 'flags' in offending ? offending.flags : 0,
    errorCode,
    errorOffset,
    sourceNbma: error.source === 'own' ? tunnel.source : offending.sourceNbma,
    sourceSubaddress: undefined,
    sourceProtocol: own,
    destinationProtocol: destination,
    quote: quoteOf(router, offending),
    extensions: extensionsOf(router, tunnel),
    afterEnd: new Uint8Array(error.trailing),
  }
  transmit(router, tunnel, indication, destination, { nbma: from })
}

/** The offending message, whole or up to its addresses. */
function quoteOf(router: RouterState, offending: Nhrp): Uint8Array {
  const bytes = encode(nhrp, offending)
  if (router.profile.error.quote === 'whole') return bytes
  const addresses = encode(nhrp, {
    ...offending,
    kind: 'unrecognised',
    type: 0,
    entries: [],
    extensions: [],
  } as Partial<Nhrp>)
  return bytes.subarray(0, Math.min(bytes.length, addresses.length))
}

function extensionsOf(router: RouterState, tunnel: TunnelState): Extension[] {
  const { extensions } = router.profile.error
  return extensions.length === 0 ? [] : extensionsFor(router.profile, tunnel, extensions)
}
