/**
 * Addresses with parts left open, as Wireshark's table of security associations has them: `*` for any, `150.1.*.3`,
 * `2001:db8::*:1`, `150.1.0.0/16`.
 */
import { bytesOfIpv6, formatIp, type Ipv4, type Ipv6, maskOf, parseIp, parseIpv4, parseIpv6 } from '@dmvpn/wire'

/** The bits of `value` that `mask` names must be equal. Without a family any address of either will do. */
export interface AddressPattern {
  readonly family: 4 | 6 | undefined
  readonly value: bigint
  readonly mask: bigint
  /** The address, where every bit counts. */
  readonly exact: Ipv4 | Ipv6 | undefined
}

export const anyAddress: AddressPattern = { family: undefined, value: 0n, mask: 0n, exact: undefined }

/** Any address of one family. */
export function anyOf(family: 4 | 6): AddressPattern {
  return { family, value: 0n, mask: 0n, exact: undefined }
}

/** The pattern of one address. */
export function exactly(address: Ipv4 | Ipv6): AddressPattern {
  const family = typeof address === 'number' ? 4 : 6
  return { family, value: BigInt(address), mask: allBits(family), exact: address }
}

/** Whether an address fits. */
export function fits(pattern: AddressPattern, address: Ipv4 | Ipv6): boolean {
  if (pattern.exact !== undefined) return pattern.exact === address
  if (pattern.family !== undefined && (pattern.family === 4) !== (typeof address === 'number')) return false
  return pattern.mask === 0n || (BigInt(address) & pattern.mask) === pattern.value
}

/** A pattern as text, or undefined where it is none. `family` is what the rest of the line says, if anything. */
export function parseAddressPattern(text: string, family?: 4 | 6): AddressPattern | undefined {
  if (text === '*') return family === undefined ? anyAddress : anyOf(family)
  const [address, length, ...more] = text.split('/')
  if (more.length > 0) return undefined
  if (length !== undefined) return prefixed(address!, length, family)
  if (address!.includes('*')) return starred(address!, family)
  const exact = parseIp(address!)
  if (exact === undefined || (family !== undefined && (family === 4) !== (typeof exact === 'number'))) return undefined
  return exactly(exact)
}

/** The text that `parseAddressPattern` reads back. */
export function formatAddressPattern(pattern: AddressPattern): string {
  if (pattern.exact !== undefined) return formatIp(pattern.exact)
  if (pattern.family === undefined || pattern.mask === 0n) return '*'
  const address = pattern.family === 4 ? Number(pattern.value) : pattern.value
  const length = prefixLengthOf(pattern)
  if (length !== undefined) return `${formatIp(address)}/${length}`
  return pattern.family === 4 ? starredIpv4(pattern) : starredIpv6(pattern)
}

function allBits(family: 4 | 6): bigint {
  return family === 4 ? 0xffffffffn : (1n << 128n) - 1n
}

function prefixed(address: string, length: string, family: 4 | 6 | undefined): AddressPattern | undefined {
  const parsed = parseIp(address)
  if (parsed === undefined || !/^\d{1,3}$/.test(length)) return undefined
  const own = typeof parsed === 'number' ? 4 : 6
  const bits = own === 4 ? 32 : 128
  if (Number(length) > bits || (family !== undefined && family !== own)) return undefined
  if (Number(length) === bits) return exactly(parsed)
  const mask = own === 4 ? BigInt(maskOf(Number(length))) : allBits(6) ^ ((1n << BigInt(128 - Number(length))) - 1n)
  return { family: own, value: BigInt(parsed) & mask, mask, exact: undefined }
}

function starred(text: string, family: 4 | 6 | undefined): AddressPattern | undefined {
  // A star stands for a whole part: read the address once with zeros and once with ones in the stars' places.
  if (family !== 6 && /^(\d+|\*)(\.(\d+|\*)){3}$/.test(text)) {
    const low = parseIpv4(text.replaceAll('*', '0'))
    const high = parseIpv4(text.replaceAll('*', '255'))
    return low === undefined || high === undefined ? undefined : between(4, BigInt(low), BigInt(high))
  }
  if (family === 4 || !text.split(':').every(part => part === '*' || !part.includes('*'))) return undefined
  const low = parseIpv6(text.replaceAll('*', '0'))
  const high = parseIpv6(text.replaceAll('*', 'ffff'))
  return low === undefined || high === undefined ? undefined : between(6, low, high)
}

function between(family: 4 | 6, low: bigint, high: bigint): AddressPattern {
  return { family, value: low, mask: allBits(family) ^ low ^ high, exact: undefined }
}

function prefixLengthOf({ family, mask }: AddressPattern): number | undefined {
  const bits = family === 4 ? 32 : 128
  const open = allBits(family!) ^ mask
  const length = bits - open.toString(2).length
  return open === (1n << BigInt(bits - length)) - 1n ? length : undefined
}

function starredIpv4({ value, mask }: AddressPattern): string {
  const parts = [24n, 16n, 8n, 0n].map(shift =>
    ((mask >> shift) & 0xffn) === 0xffn ? String((value >> shift) & 0xffn) : '*',
  )
  return parts.join('.')
}

function starredIpv6({ value, mask }: AddressPattern): string {
  const bytes = bytesOfIpv6(value)
  const kept = bytesOfIpv6(mask)
  const groups = Array.from({ length: 8 }, (_, i) =>
    (kept[2 * i]! & kept[2 * i + 1]!) === 0xff ? ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16) : '*',
  )
  return groups.join(':')
}
