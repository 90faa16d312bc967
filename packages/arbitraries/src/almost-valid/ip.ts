/** IPv4, IPv6 and UDP headers with one fault. */
import {
  encode,
  encodeLayers,
  type Ipv4Packet,
  type Ipv6Packet,
  ipv4,
  ipv6,
  ipv6DestinationOptions,
  layer,
  udp,
} from '@dmvpn/protocols'
import fc from 'fast-check'
import { anyIpv4, anyIpv6 } from '../packets/addresses.ts'
import { commonly, facts, octets, word } from '../values.ts'
import { type Flaw, flawsOf, patched, patchedWord, summed } from './flaw.ts'

const ofIpv4 = flawsOf(ipv4)
const ofIpv6 = flawsOf(ipv6)
const ofUdp = flawsOf(udp)

/** For experiments (RFC 3692): nobody knows what is carried. */
const unclaimed = 253
const checksumAt = 10
const headerSize = 20

/** Not to the multicast groups whose packets have a TTL of their own. */
const plain4: fc.Arbitrary<Partial<Ipv4Packet>> = facts<
  Pick<Ipv4Packet, 'identification' | 'source' | 'destination' | 'ttl'>
>({
  identification: word,
  source: anyIpv4(),
  destination: anyIpv4().map(address => (address >>> 28 === 0xe ? address - 0xe0000000 : address)),
  ttl: commonly([255, 64], fc.integer({ min: 5, max: 255 })),
}).map(some => ({ ...some, protocol: unclaimed }))

const plain6: fc.Arbitrary<Partial<Ipv6Packet>> = facts<Pick<Ipv6Packet, 'source' | 'destination'>>({
  source: anyIpv6(),
  destination: anyIpv6(),
}).map(some => ({ ...some, nextHeader: unclaimed }))

const packets4 = fc.tuple(plain4, octets(40, 1)).map(([packet, payload]) => encode(ipv4, packet, { payload }))
const packets6 = fc.tuple(plain6, octets(40, 1)).map(([packet, payload]) => encode(ipv6, packet, { payload }))

function otherThan(version: number): fc.Arbitrary<number> {
  return fc.nat(15).filter(each => each !== version)
}

export const ipv4Flaws: readonly Flaw[] = [
  ofIpv4(
    'the version is not 4',
    'RFC 791 §3.1',
    'malformed',
    fc.tuple(packets4, otherThan(4)).map(([bytes, version]) => ({ bytes: patched(bytes, 0, version * 16 + 5), at: 0 })),
  ),
  ofIpv4(
    'the header length is less than the header',
    'RFC 791 §3.1',
    'malformed',
    fc.tuple(packets4, fc.nat(4)).map(([bytes, words]) => ({ bytes: patched(bytes, 0, 0x40 + words), at: 0 })),
  ),
  ofIpv4(
    'the header length promises options that are not there',
    'RFC 791 §3.1',
    'truncated',
    fc.tuple(plain4, fc.integer({ min: 6, max: 15 })).map(([packet, headerLength]) => ({
      bytes: encode(ipv4, packet, { claims: { headerLength, totalLength: 4 * headerLength } }),
      at: headerSize,
    })),
  ),
  ofIpv4(
    'the total length is less than the header',
    'RFC 791 §3.1',
    'malformed',
    fc.tuple(packets4, fc.integer({ min: 1, max: headerSize - 1 })).map(([bytes, length]) => ({
      bytes: patchedWord(bytes, 2, length),
      at: 2,
    })),
  ),
  ofIpv4(
    'the total length promises more than there is',
    'RFC 791 §3.1',
    'ip.bogus_ip_length',
    fc.tuple(packets4, fc.integer({ min: 1, max: 2000 })).map(([bytes, more]) => ({
      bytes: summed(patchedWord(bytes, 2, bytes.length + more), checksumAt, headerSize),
      at: 2,
    })),
  ),
  ofIpv4(
    'one bit of the checksum is wrong',
    'RFC 791 §3.1',
    'ip.checksum_bad.expert',
    fc.tuple(packets4, fc.nat(15)).map(([bytes, bit]) => {
      const at = checksumAt + (bit >>> 3)
      return { bytes: patched(bytes, at, bytes[at]! ^ (1 << (bit & 7))), at: checksumAt }
    }),
  ),
  ofIpv4(
    'an option is shorter than its own head',
    'RFC 791 §3.1',
    'ip.opt.len.invalid',
    fc.tuple(plain4, fc.nat(1), octets(20, 1)).map(([packet, length, payload]) => ({
      bytes: encode(ipv4, { ...packet, options: Uint8Array.of(148, length, 0, 0) }, { payload }),
      at: headerSize,
    })),
  ),
  ofIpv4(
    'the packet ends inside the header',
    'RFC 791 §3.1',
    'truncated',
    fc.tuple(packets4, fc.constantFrom(4, 8, 9, 10, 12, 16)).map(([bytes, at]) => ({ bytes: bytes.slice(0, at), at })),
  ),
]

export const ipv6Flaws: readonly Flaw[] = [
  ofIpv6(
    'the version is not 6',
    'RFC 8200 §3',
    'malformed',
    fc.tuple(packets6, otherThan(6)).map(([bytes, version]) => ({ bytes: patched(bytes, 0, version * 16), at: 0 })),
  ),
  ofIpv6(
    'the payload length promises more than there is',
    'RFC 8200 §3',
    'ipv6.plen_exceeds_framing',
    fc.tuple(packets6, fc.integer({ min: 1, max: 2000 })).map(([bytes, more]) => ({
      bytes: patchedWord(bytes, 4, bytes.length - 40 + more),
      at: 4,
    })),
  ),
  ofIpv6(
    'the packet ends inside the header',
    'RFC 8200 §3',
    'truncated',
    fc.tuple(packets6, fc.constantFrom(4, 6, 7, 8, 24)).map(([bytes, at]) => ({ bytes: bytes.slice(0, at), at })),
  ),
  ofIpv6(
    'an options header promises more than there is',
    'RFC 8200 §4.6',
    'truncated',
    fc.tuple(plain6, fc.integer({ min: 1, max: 255 })).map(([{ source, destination }, units]) => ({
      bytes: patched(
        encodeLayers([layer(ipv6, { source: source!, destination: destination! }), layer(ipv6DestinationOptions)]),
        41,
        units,
      ),
      at: 42,
    })),
  ),
]

export const udpFlaws: readonly Flaw[] = [
  ofUdp(
    'the length is less than the header',
    'RFC 768',
    'malformed',
    fc.tuple(octets(20), fc.nat(7)).map(([payload, length]) => ({
      bytes: patchedWord(encode(udp, {}, payload.length === 0 ? {} : { payload }), 4, length),
      at: 4,
    })),
  ),
  ofUdp(
    'the length promises more than there is',
    'RFC 768',
    'udp.length.bad',
    fc.tuple(octets(20, 1), fc.integer({ min: 1, max: 2000 })).map(([payload, more]) => ({
      bytes: encode(udp, {}, { payload, claims: { length: 8 + payload.length + more } }),
      at: 4,
    })),
  ),
]
