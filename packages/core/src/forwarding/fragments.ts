/**
 * Packets that are too long for a link, in pieces, and whole again where they end (RFC 791 §3.2). Only what this router
 * itself sends is cut: what it forwards and does not fit is dropped, as its sender wants to know.
 */
import { checksumOf } from '@dmvpn/wire'
import { type Instant, seconds } from '../instant.ts'
import type { RouterState } from '../router-state.ts'
import { type Datagram, datagramOf } from './datagram.ts'

const header = 20
const moreFragments = 0x2000
const offsetMask = 0x1fff
/** Offsets count in eights. */
const unit = 8

/** An IPv4 packet without options as packets of at most `mtu` octets: itself where it fits. */
export function fragmentsOf(bytes: Uint8Array, mtu: number): Uint8Array[] {
  if (bytes.length <= mtu) return [bytes]
  const most = Math.max(unit, Math.floor((mtu - header) / unit) * unit)
  const fragments: Uint8Array[] = []
  for (let at = header; at < bytes.length; at += most) {
    const end = Math.min(at + most, bytes.length)
    const fragment = new Uint8Array(header + end - at)
    fragment.set(bytes.subarray(0, header))
    fragment.set(bytes.subarray(at, end), header)
    setPlace(fragment, (at - header) / unit, end < bytes.length)
    fragments.push(fragment)
  }
  return fragments
}

function setPlace(bytes: Uint8Array, offset: number, more: boolean): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setUint16(2, bytes.length)
  view.setUint16(6, offset | (more ? moreFragments : 0))
  view.setUint16(10, 0)
  view.setUint16(10, checksumOf(view, 0, header))
}

/** A packet of which pieces are missing. */
export interface Incomplete {
  /** Payloads by offset in octets. */
  readonly parts: Map<number, Uint8Array>
  /** Octets of the whole payload, once the last piece came. */
  length: number | undefined
  readonly until: Instant
}

/** How long the rest is waited for (RFC 1122 §3.3.2 wants 60 to 120 seconds), and how many packets are. */
const patience = seconds(60)
const mostIncomplete = 32

/** The whole packet; undefined while pieces are missing. Whatever is no piece is whole already. */
export function wholeOf(router: RouterState, packet: Datagram): Datagram | undefined {
  const place = packet.version === 4 ? (packet.bytes[6]! << 8) | packet.bytes[7]! : 0
  if ((place & (moreFragments | offsetMask)) === 0) return packet
  const key = [packet.source, packet.destination, packet.protocol, packet.view.getUint16(4)].join(' ')
  const known = router.fragments.get(key)
  const incomplete =
    known !== undefined && known.until > router.now
      ? known
      : { parts: new Map<number, Uint8Array>(), length: undefined, until: router.now + patience }
  router.fragments.delete(key)
  const payload = packet.bytes.slice(packet.headerLength)
  const at = (place & offsetMask) * unit
  if (at + payload.length > 0xffff - header) return undefined
  incomplete.parts.set(at, payload)
  if ((place & moreFragments) === 0) incomplete.length = at + payload.length
  const whole = joined(packet, incomplete)
  if (whole !== undefined) return whole
  router.fragments.set(key, incomplete)
  // The one that has waited longest goes first.
  for (const oldest of router.fragments.keys()) {
    if (router.fragments.size <= mostIncomplete) break
    router.fragments.delete(oldest)
  }
  return undefined
}

function joined(last: Datagram, { parts, length }: Incomplete): Datagram | undefined {
  if (length === undefined) return undefined
  const bytes = new Uint8Array(header + length)
  bytes.set(last.bytes.subarray(0, header))
  bytes[0] = 0x45
  let at = 0
  while (at < length) {
    const part = parts.get(at)
    if (part === undefined || part.length === 0 || at + part.length > length) return undefined
    bytes.set(part, header + at)
    at += part.length
  }
  setPlace(bytes, 0, false)
  return datagramOf(bytes)
}
