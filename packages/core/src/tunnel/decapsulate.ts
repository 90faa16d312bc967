/** What arrives at a tunnel: outer addresses and key say which one; a packet no tunnel wants is none of ours. */
import { decode, type Gre, gre } from '@dmvpn/protocols'
import { type Ipv4, isFault } from '@dmvpn/wire'
import type { Datagram } from '../forwarding/datagram.ts'
import type { RouterState } from '../router-state.ts'
import type { TunnelState } from './tunnel-state.ts'

export interface Decapsulated {
  readonly tunnel: TunnelState
  /** GRE's protocol type. */
  readonly type: number
  readonly payload: Uint8Array
  /** The outer source address. */
  readonly from: Ipv4
}

/** The payload and its tunnel, or undefined. */
export function decapsulate(router: RouterState, outer: Datagram): Decapsulated | undefined {
  const octets = outer.bytes.subarray(outer.headerLength)
  const header = decode(gre, octets)
  if (isFault(header)) return undefined
  const from = outer.source as Ipv4
  const tunnel = tunnelFor(router, outer.destination as Ipv4, from, header.key)
  if (tunnel === undefined) return undefined
  const payload = octets.subarray(gre.size(header))
  const { counters } = tunnel.interface
  counters.packetsIn++
  counters.octetsIn += payload.length
  return { tunnel, type: header.protocol, payload, from }
}

/** A point-to-point tunnel to that very station comes before a multipoint one. */
function tunnelFor(router: RouterState, destination: Ipv4, source: Ipv4, key: Gre['key']): TunnelState | undefined {
  let multipoint: TunnelState | undefined
  for (const tunnel of router.tunnels) {
    if (tunnel.source !== destination || tunnel.settings.key !== key || !tunnel.interface.up) continue
    if (tunnel.settings.mode === 'multipoint') multipoint ??= tunnel
    else if (tunnel.settings.destination === source) return tunnel
  }
  return multipoint
}
