/** What arrives at a tunnel: outer addresses and key say which one; a packet no tunnel wants is none of ours. */
import { Frame, type Gre, gre, type Nhrp, nhrp, PacketCursor, stack } from '@dmvpn/protocols'
import { type Fault, type Ipv4, Stopped } from '@dmvpn/wire'
import { type Block, blockOf } from '../forwarding/block.ts'
import type { Datagram } from '../forwarding/datagram.ts'
import type { RouterState } from '../router-state.ts'
import { carried } from './encapsulate.ts'
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

/** The protocols walk by themselves here: a frame and its layers would be made to be thrown away. */
const cursor = new PacketCursor(stack([gre, nhrp]), new Frame(new Uint8Array(0), 0, 0))

/** The payload and its tunnel, or undefined. */
export function decapsulate(router: RouterState, outer: Datagram): Decapsulated | undefined {
  const { bytes, headerLength } = outer
  const block = blockOf(bytes)
  const begin = bytes.byteOffset
  cursor.reset(block.bytes, block.view, begin + headerLength, begin + bytes.length)
  let header: Gre | undefined
  let start = 0
  let message: Nhrp | Fault | undefined
  try {
    header = gre.walk(cursor)
    start = cursor.at
    if (header.protocol === carried.nhrp && cursor.left > 0) message = nhrp.walk(cursor)
  } catch (stopped) {
    if (!(stopped instanceof Stopped)) throw stopped
    message = stopped.fault
  }
  if (header === undefined) return undefined
  const from = outer.source as Ipv4
  const tunnel = tunnelFor(router, outer.destination as Ipv4, from, header.key)
  if (tunnel === undefined) return undefined
  const at = start - begin
  const { counters } = tunnel.interface
  counters.packetsIn++
  counters.octetsIn += bytes.length - at
  return { tunnel, type: header.protocol, at, block, start, from, message }
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
