/** Traffic Indications, draft-detienne-dmvpn-01: a hub tells a spoke that there is a shorter way. */
import type { NhrpTrafficIndication } from '@dmvpn/protocols'
import { ipOf, ipv4From } from '../addresses.ts'
import { extensionsOf } from '../extensions.ts'
import { type PlainPacket, withOneHopLess } from '../plain-packet.ts'
import { type Manner, profileOf, protocolTypeOf, type Station } from '../station.ts'

export interface RedirectOptions extends Manner {
  /** The server that forwarded the packet back into the cloud. */
  readonly by: Station
}

/** The indication about a packet as it arrived at the server. Throws RangeError where a fact does not fit. */
export function trafficIndication(packet: PlainPacket, options: RedirectOptions): NhrpTrafficIndication {
  const { by } = options
  const { indication, hopCount } = profileOf(options)
  const quoted = indication.decremented ? withOneHopLess(packet.bytes) : packet.bytes
  const extensions = extensionsOf(options, indication.extensions)
  const length = indication.payload === undefined ? indication.longest : packet.headerLength + indication.payload
  return {
    kind: 'traffic-indication',
    type: 8,
    addressFamily: 1,
    protocolType: protocolTypeOf(packet.source),
    snapOui: 0,
    snapPid: 0,
    hopCount: hopCount.indication,
    version: 1,
    sourceNbmaType: 0,
    sourceSubaddressType: 0,
    unused: 0,
    trafficCode: 0,
    unused2: 0,
    sourceNbma: ipv4From(by.nbma),
    sourceSubaddress: undefined,
    sourceProtocol: ipOf(by.protocol),
    destinationProtocol: packet.source,
    quote: quoted.subarray(0, length),
    // Where the password is the only extension there could be, none is written without one.
    extensions: extensions.length > 1 ? extensions : [],
    afterEnd: new Uint8Array(0),
  }
}
