/** Cisco's GRE keepalive: a packet that the peer only has to forward to answer it. */
import { gre, ipv4, type LayerToEncode, layer } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { ipv4From, type Spelled } from '../addresses.ts'
import type { SynthFrame } from '../compose.ts'
import { type EncapsulationOptions, encapsulated, linked } from '../encapsulate.ts'
import { profileOf } from '../station.ts'

/** From `source` around a packet the other way, whose GRE header carries nothing: protocol 0, and the same key. */
export function keepalive(
  source: Spelled<Ipv4>,
  destination: Spelled<Ipv4>,
  options: EncapsulationOptions,
): SynthFrame {
  return encapsulated(returning(source, destination, options, 0), source, destination, controlDscp, options)
}

/** What comes back: the packet inside, forwarded by the peer. */
export function keepaliveReply(
  source: Spelled<Ipv4>,
  destination: Spelled<Ipv4>,
  options: EncapsulationOptions,
): SynthFrame {
  const { link = 'raw', sourceMac, destinationMac } = options
  const layers = returning(source, destination, options, 1)
  return linked(layers, link, ipv4From(destination), ipv4From(source), {
    sourceMac: destinationMac,
    destinationMac: sourceMac,
  })
}

/** Routers mark it as they mark routing protocols, whoever they are. */
const controlDscp = 48

function returning(
  source: Spelled<Ipv4>,
  destination: Spelled<Ipv4>,
  options: EncapsulationOptions,
  hops: number,
): LayerToEncode[] {
  const { outer } = profileOf(options)
  const { identification, key } = options
  const header = layer(ipv4, {
    source: ipv4From(destination),
    destination: ipv4From(source),
    dscp: controlDscp,
    ttl: outer.ttl - hops,
    // It is made just before the one around it.
    identification: identification === undefined ? 0 : (identification - 1) & 0xffff,
  })
  return [header, layer(gre, { key, protocol: 0 })]
}
