/**
 * What leaves by a tunnel: an outer IPv4 header, GRE with or without key, the packet. The two headers are made once per
 * tunnel from the protocols' own layouts; per packet four fields are written and one checksum mended.
 */
import { encode, gre, ipv4, ipv4Header } from '@dmvpn/protocols'
import { checksumOf, type Ipv4 } from '@dmvpn/wire'
import { protect } from '../ipsec/protect.ts'
import { type RouterState, takeIdentification } from '../router-state.ts'
import type { TunnelState } from './tunnel-state.ts'
import { sendUnderlay } from './underlay.ts'

/** What GRE carries here: Ethertypes, and Cisco's number for NHRP. */
export const carried = { ipv4: 0x0800, ipv6: 0x86dd, nhrp: 0x2001 } as const

const greProtocol = 47
const { lens } = ipv4Header

/** Whether the packet left: not while the association it needs is being negotiated, nor without a source. */
export function encapsulate(
  router: RouterState,
  tunnel: TunnelState,
  nbma: Ipv4,
  type: number,
  payload: Uint8Array,
  services: number,
): boolean {
  const { source } = tunnel
  if (source === undefined || !tunnel.interface.up) return false
  const bytes = outerPacket(router, tunnel, source, nbma, type, payload, services)
  const ready = protect(router, tunnel, nbma, bytes)
  const { counters } = tunnel.interface
  if (ready === undefined) {
    counters.dropsOut++
    return false
  }
  counters.packetsOut++
  counters.octetsOut += payload.length
  sendUnderlay(router, nbma, ready)
  return true
}

function outerPacket(
  router: RouterState,
  tunnel: TunnelState,
  source: Ipv4,
  nbma: Ipv4,
  type: number,
  payload: Uint8Array,
  services: number,
): Uint8Array {
  const template = templateOf(router, tunnel, source)
  const bytes = new Uint8Array(template.length + payload.length)
  bytes.set(template)
  bytes.set(payload, template.length)
  const view = new DataView(bytes.buffer)
  bytes[1] = services
  lens.totalLength.write(view, 0, bytes.length)
  lens.identification.write(view, 0, takeIdentification(router))
  lens.destination.write(view, 0, nbma)
  lens.checksum.write(view, 0, checksumOf(view, 0, ipv4Header.size))
  view.setUint16(ipv4Header.size + 2, type)
  return bytes
}

const templates = new WeakMap<TunnelState, { readonly source: Ipv4; readonly bytes: Uint8Array }>()

function templateOf(router: RouterState, tunnel: TunnelState, source: Ipv4): Uint8Array {
  const known = templates.get(tunnel)
  if (known?.source === source) return known.bytes
  const { ttl, dontFragment } = router.profile.outer
  const bytes = encode(
    ipv4,
    { source, protocol: greProtocol, ttl, dontFragment },
    { payload: encode(gre, { key: tunnel.settings.key }) },
  )
  bytes.fill(0, 10, 12)
  templates.set(tunnel, { source, bytes })
  return bytes
}
