/** What arrives at a tunnel: outer addresses and key say which one; a packet no tunnel wants is none of ours. */
import { type Gre, gre, type Nhrp, nhrp, stack } from '@dmvpn/protocols'
import type { Fault, Ipv4 } from '@dmvpn/wire'
import { type Block, blockOf } from '../forwarding/block.ts'
import type { Datagram } from '../forwarding/datagram.ts'
import type { RouterState } from '../router-state.ts'
import type { TunnelState } from './tunnel-state.ts'

export interface Decapsulated {
  readonly tunnel: TunnelState
  /** GRE's protocol type. */
  readonly type: number
  /** Where in the outer packet the payload begins. */
  readonly at: number
  /** What the payload lies in, and where there. */
  readonly block: Block
  readonly start: number
  /** The outer source address. */
  readonly from: Ipv4
  /** The payload, where it is NHRP; the fault, where it cannot be read. */
  readonly message: Nhrp | Fault | undefined
}

/** Both headers in one walk: whatever else is carried stays octets. */
const walker = stack([gre, nhrp])
const noOptions = {}

/** The payload and its tunnel, or undefined. */
export function decapsulate(router: RouterState, outer: Datagram): Decapsulated | undefined {
  const { bytes, headerLength } = outer
  const block = blockOf(bytes)
  const begin = bytes.byteOffset
  const { layers, fault } = walker.walk(
    block.bytes,
    block.view,
    begin + headerLength,
    begin + bytes.length,
    gre,
    noOptions,
  )
  const first = layers[0]
  if (first === undefined) return undefined
  const header = first.packet as Gre
  const from = outer.source as Ipv4
  const tunnel = tunnelFor(router, outer.destination as Ipv4, from, header.key)
  if (tunnel === undefined) return undefined
  const at = headerLength + first.body
  const { counters } = tunnel.interface
  counters.packetsIn++
  counters.octetsIn += bytes.length - at
  const second = layers[1]
  const message = second?.protocol === nhrp ? (second.packet as Nhrp) : fault
  return { tunnel, type: header.protocol, at, block, start: begin + at, from, message }
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
