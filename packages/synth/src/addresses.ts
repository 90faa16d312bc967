/** Addresses of recipes: as numbers, or as people write them. */
import { type Ipv4, type Ipv6, type Mac, parseIp, parseIpv4, parseMac } from '@dmvpn/wire'

/** An IPv4 (number) or IPv6 (bigint) address. */
export type Ip = Ipv4 | Ipv6

/** The address, or its text. */
export type Spelled<A> = A | string

/** Throws RangeError where the text is no address. */
export function ipOf(address: Spelled<Ip>): Ip {
  if (typeof address !== 'string') return address
  const parsed = parseIp(address)
  if (parsed === undefined) throw new RangeError(`not an address: ${address}`)
  return parsed
}

/** Throws RangeError where the text is no IPv4 address. */
export function ipv4From(address: Spelled<Ipv4>): Ipv4 {
  if (typeof address !== 'string') return address
  const parsed = parseIpv4(address)
  if (parsed === undefined) throw new RangeError(`not an IPv4 address: ${address}`)
  return parsed
}

/** Throws RangeError where the text is no MAC address. */
export function macFrom(address: Spelled<Mac>): Mac {
  if (typeof address !== 'string') return address
  const parsed = parseMac(address)
  if (parsed === undefined) throw new RangeError(`not a MAC address: ${address}`)
  return parsed
}

/** Bits of an address: 32 or 128. */
export function widthOf(address: Ip): number {
  return typeof address === 'number' ? 32 : 128
}

export function bytesOfIpv4(address: Ipv4): Uint8Array {
  return Uint8Array.of(address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff)
}
