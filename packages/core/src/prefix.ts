/** Networks: addresses with a length, of either family. */
import { formatIp, maskOf, networkOf } from '@dmvpn/wire'
import type { Ip, Prefix } from './settings.ts'

export type Family = 'ipv4' | 'ipv6'

export function familyOf(address: Ip): Family {
  return typeof address === 'number' ? 'ipv4' : 'ipv6'
}

/** How many bits an address has. */
export function widthOf(address: Ip): number {
  return typeof address === 'number' ? 32 : 128
}

/** The network an address lies in, host bits zero. */
export function prefixOf(address: Ip, length: number): Prefix {
  return { address: networkPart(address, length), length }
}

export function hostPrefix(address: Ip): Prefix {
  return { address, length: widthOf(address) }
}

export function networkPart(address: Ip, length: number): Ip {
  return typeof address === 'number' ? networkOf(address, length) : networkOf(address, length)
}

export function covers(prefix: Prefix, address: Ip): boolean {
  return typeof prefix.address === typeof address && networkPart(address, prefix.length) === prefix.address
}

/** Whether all of `inner` lies in `outer`. */
export function contains(outer: Prefix, inner: Prefix): boolean {
  return outer.length <= inner.length && covers(outer, inner.address)
}

export function samePrefix(one: Prefix, other: Prefix): boolean {
  return one.length === other.length && one.address === other.address
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatIp(prefix.address)}/${prefix.length}`
}

export function isMulticast(address: Ip): boolean {
  return typeof address === 'number' ? address >>> 28 === 0xe : address >> 120n === 0xffn
}

/** All ones, or all ones behind the network: RFC 919. */
export function isBroadcast(address: Ip, of: Prefix): boolean {
  if (typeof address !== 'number') return false
  if (address === 0xffffffff) return true
  if (of.length >= 31 || !covers(prefixOf(of.address, of.length), address)) return false
  const hosts = ~maskOf(of.length) >>> 0
  return (address & hosts) >>> 0 === hosts
}
