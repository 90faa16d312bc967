/** RIP packets, authenticated or not. */
import type { Rip, RipAuthentication, RipEntry } from '@dmvpn/protocols'
import fc from 'fast-check'
import { commonly, exactly, facts, long, mostly, noOctets, octet, octets, word } from '../values.ts'
import { anyIpv4 } from './addresses.ts'

const headerSize = 4
const entrySize = 20
const authenticationFamily = 0xffff

const entry = facts<RipEntry>({
  family: commonly([2, 0], word).filter(family => family !== authenticationFamily),
  tag: mostly(0, word),
  address: anyIpv4(),
  mask: commonly([0, 0xffffff00, 0xffffffff], long),
  nextHop: anyIpv4(),
  metric: commonly([1, 16, 0], long),
})

const authentications: fc.Arbitrary<RipAuthentication> = fc.oneof(
  facts<RipAuthentication>({ kind: fc.constant('password'), password: exactly(16) }),
  facts<RipAuthentication>({
    kind: fc.constant('keyed-digest'),
    digestOffset: fc.constant(0),
    keyId: octet,
    dataLength: octet,
    sequence: long,
    padding: mostly<Uint8Array>(new Uint8Array(8), exactly(8)),
  }),
  facts<RipAuthentication>({
    kind: fc.constant('unrecognised'),
    type: word.filter(type => type !== 2 && type !== 3),
    octets: exactly(16),
  }),
)

export function anyRip(): fc.Arbitrary<Rip> {
  return facts<Rip>({
    command: commonly([2, 1], octet),
    version: commonly([2, 1], octet),
    unused: mostly(0, word),
    authentication: mostly<RipAuthentication | undefined>(undefined, authentications, 2),
    entries: fc.array(entry, { maxLength: 4 }),
    trailer: octets(24),
  }).map(agreeing)
}

/** A digest's offset points behind the entries; nothing else has a trailer. */
function agreeing(packet: Rip): Rip {
  const { authentication, entries } = packet
  if (authentication?.kind !== 'keyed-digest') return { ...packet, trailer: noOctets }
  const digestOffset = headerSize + entrySize * (1 + entries.length)
  return { ...packet, authentication: { ...authentication, digestOffset } }
}
