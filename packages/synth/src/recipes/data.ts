/** Data in the tunnel: an IP packet, and the outer header with the services of the inner one. */
import type { Ipv4 } from '@dmvpn/wire'
import type { Spelled } from '../addresses.ts'
import type { SynthFrame } from '../compose.ts'
import { type EncapsulationOptions, encapsulated } from '../encapsulate.ts'
import { type PlainOptions, plainLayers } from '../plain-packet.ts'

/** A packet between two hosts, from one outside address to another. Throws RangeError where a fact does not fit. */
export function tunnelledData(
  packet: PlainOptions,
  source: Spelled<Ipv4>,
  destination: Spelled<Ipv4>,
  options: EncapsulationOptions,
): SynthFrame {
  return encapsulated(plainLayers(packet), source, destination, packet.dscp ?? 0, options)
}
