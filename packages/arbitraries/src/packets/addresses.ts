/** Addresses, the corners and the documentation prefixes more often than chance would have them. */
import type { Address, Ipv4, Ipv6, Mac } from '@dmvpn/wire'
import fc from 'fast-check'
import { bigBitsOf, bitsOf, long } from '../values.ts'

export function anyIpv4(): fc.Arbitrary<Ipv4> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 2, arbitrary: long },
    { weight: 2, arbitrary: fc.nat(255).map(host => 0x0a000000 + host) },
    { weight: 1, arbitrary: fc.nat(255).map(host => 0xc0000200 + host) },
    { weight: 1, arbitrary: fc.constantFrom(0, 0xffffffff, 0xe000000a, 0x7f000001) },
  )
}

export function anyIpv6(): fc.Arbitrary<Ipv6> {
  return fc.oneof(
    { withCrossShrink: true },
    bigBitsOf(128),
    fc.nat(0xffff).map(host => (0x20010db8n << 96n) | BigInt(host)),
    fc.nat(0xffff).map(host => (0xfe80n << 112n) | BigInt(host)),
    fc.constantFrom(0n, 1n, 0xffffn << 32n),
  )
}

export function anyMac(): fc.Arbitrary<Mac> {
  return bitsOf(48)
}

/** An address of NHRP: absent, IPv4, IPv6, or octets of a length that is neither, at most 63. */
export function anyAddress(): fc.Arbitrary<Address | undefined> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 4, arbitrary: anyIpv4() },
    { weight: 2, arbitrary: anyIpv6() },
    { weight: 1, arbitrary: oddAddress(63) },
  )
}

/** Octets that are neither an IPv4 nor an IPv6 address by length. */
export function oddAddress(maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: 1, maxLength, size: 'max' }).filter(({ length }) => length !== 4 && length !== 16)
}

/** A subaddress: octets, or none. */
export function anySubaddress(): fc.Arbitrary<Uint8Array | undefined> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 63, size: 'max' }) },
  )
}
