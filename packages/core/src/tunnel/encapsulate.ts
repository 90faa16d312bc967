/**
 * What leaves by a tunnel: an outer IPv4 header, GRE with or without key, the packet. The two headers are made once per
 * key from the protocols' own layouts; per packet five fields are written and one checksum made.
 */
import { encode, encodeInto, gre, ipv4, ipv4Header, type Nhrp, nhrp, PacketMemory } from '@dmvpn/protocols'
import { checksumOf, type Ipv4 } from '@dmvpn/wire'
import { protect } from '../ipsec/protect.ts'
import type { Profile } from '../profile.ts'
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
  const template = (tunnel.template ??= templateOf(router, tunnel))
  const at = memory.take(template.length + payload.length)
  memory.writer.bytes.set(payload, at + template.length)
  return leave(router, tunnel, source, nbma, type, at, payload.length, template, services)
}

/** The same for a message of NHRP, written where it leaves from: its octets, or undefined where it did not leave. */
export function encapsulateMessage(
  router: RouterState,
  tunnel: TunnelState,
  nbma: Ipv4,
  message: Nhrp,
  services: number,
): number | undefined {
  const { source } = tunnel
  if (source === undefined || !tunnel.interface.up) return undefined
  const template = (tunnel.template ??= templateOf(router, tunnel))
  const at = encodeInto(memory, nhrp, message, template.length)
  const size = memory.end - at - template.length
  return leave(router, tunnel, source, nbma, carried.nhrp, at, size, template, services) ? size : undefined
}

/** Octets of packets that are on their way, of all routers. */
const memory = new PacketMemory()

/** Puts the outer headers in front of a payload of `length` octets that has room for them from `at` on, and sends it. */
function leave(
  router: RouterState,
  tunnel: TunnelState,
  source: Ipv4,
  nbma: Ipv4,
  type: number,
  at: number,
  length: number,
  template: Uint8Array,
  services: number,
): boolean {
  const { bytes, view } = memory.writer
  const total = template.length + length
  // Octet by octet: a call to copy so few costs more.
  for (let i = 0; i < template.length; i++) bytes[at + i] = template[i]!
  bytes[at + 1] = services
  lens.totalLength.write(view, at, total)
  lens.identification.write(view, at, takeIdentification(router))
  lens.source.write(view, at, source)
  lens.destination.write(view, at, nbma)
  lens.checksum.write(view, at, checksumOf(view, at, at + ipv4Header.size))
  view.setUint16(at + ipv4Header.size + 2, type)
  const ready = protect(router, tunnel, nbma, memory.piece(at, at + total))
  const { counters } = tunnel.interface
  if (ready === undefined) {
    counters.dropsOut++
    return false
  }
  counters.packetsOut++
  counters.octetsOut += length
  sendUnderlay(router, nbma, ready)
  return true
}

/** Both headers, by what a profile and a key make of them: one for all tunnels that are alike in that. */
const templates = new Map<Profile['outer'], Map<number | undefined, Uint8Array>>()
const mostKeys = 1024

function templateOf({ profile: { outer } }: RouterState, { settings: { key } }: TunnelState): Uint8Array {
  let byKey = templates.get(outer)
  if (byKey === undefined || byKey.size > mostKeys) {
    byKey = new Map<number | undefined, Uint8Array>()
    templates.set(outer, byKey)
  }
  const known = byKey.get(key)
  if (known !== undefined) return known
  const { ttl, dontFragment } = outer
  const bytes = encode(ipv4, { protocol: greProtocol, ttl, dontFragment }, { payload: encode(gre, { key }) })
  bytes.fill(0, 10, 12)
  byKey.set(key, bytes)
  return bytes
}
