/** Values as the octets that slices, `contains` and `matches` see. */
import { bytesOfIpv6, type Value } from '@dmvpn/wire'
import type { Domain } from './target.ts'

const encoder = new TextEncoder()

/** The octets of an address, most significant first, or of a text, as UTF-8. */
export function octetsOfValue(value: Value, domain: Domain): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return encoder.encode(value)
  if (domain === 'ipv6') return bytesOfIpv6(BigInt(value as bigint))
  const octets = new Uint8Array(domain === 'ether' ? 6 : 4)
  let rest = Number(value)
  for (let i = octets.length - 1; i >= 0; i--) {
    octets[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return octets
}
