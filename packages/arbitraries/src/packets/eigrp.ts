/** EIGRP packets with entries of every kind. */
import {
  type Eigrp,
  type EigrpDestination,
  type EigrpExternal,
  type EigrpMetric,
  type EigrpTlv,
  eigrpTlvType,
  octetsOfPrefix,
} from '@dmvpn/protocols'
import fc from 'fast-check'
import { bitsOf, commonly, exactly, facts, long, mostly, octet, octets, withRest, word } from '../values.ts'
import { anyIpv4, anyIpv6 } from './addresses.ts'

const metric = facts<EigrpMetric>({
  delay: commonly([0, 0xffffffff], long),
  bandwidth: long,
  mtu: bitsOf(24),
  hopCount: octet,
  reliability: commonly([255], octet),
  load: commonly([1], octet),
  tag: octet,
  flags: mostly(0, octet),
})
const external = facts<EigrpExternal>({
  router: anyIpv4(),
  autonomousSystem: long,
  tag: long,
  metric: long,
  reserved: mostly(0, word),
  protocol: commonly([3, 9, 11], octet),
  flags: mostly(0, octet),
})

/** Bits only in the octets that the length reaches. */
const destination = fc
  .tuple(anyIpv4(), commonly([0, 8, 24, 31, 32], fc.nat(32)))
  .map(([address, length]): EigrpDestination => {
    const behind = 2 ** (32 - 8 * octetsOfPrefix(length))
    return { prefix: Math.floor(address / behind) * behind, length }
  })
/** A default route without any octet ends the list. */
const destinations = fc
  .tuple(fc.array(destination, { maxLength: 3 }), mostly(false, fc.boolean(), 6))
  .map(([list, short]): readonly EigrpDestination[] => (short ? [...list, { prefix: 0, length: 0, octets: 0 }] : list))

const read: ReadonlySet<number> = new Set(Object.values(eigrpTlvType))
const rest = octets(6, 1)
/** No address is that long, and no prefix. */
const restOfList = octets(6).map(behind => Uint8Array.of(0xff, ...behind))

const tlv: fc.Arbitrary<EigrpTlv> = fc.oneof(
  { withCrossShrink: true },
  withRest(
    facts<EigrpTlv>({
      kind: fc.constant('parameters'),
      k1: commonly([1, 0, 255], octet),
      k2: mostly(0, octet),
      k3: commonly([1, 0, 255], octet),
      k4: mostly(0, octet),
      k5: mostly(0, octet),
      k6: mostly(0, octet),
      holdTime: commonly([15, 180], word),
    }),
    rest,
  ),
  withRest(
    facts<EigrpTlv>({
      kind: fc.constant('authentication'),
      type: commonly([2, 3, 1], word),
      keyId: long,
      keySequence: long,
      padding: mostly<Uint8Array>(new Uint8Array(8), exactly(8)),
      digest: fc.oneof(exactly(16), exactly(32), octets(20)),
    }),
    rest,
  ),
  withRest(
    facts<EigrpTlv>({
      kind: fc.constant('sequence'),
      addresses: fc.array(fc.oneof<fc.Arbitrary<number | bigint>[]>(anyIpv4(), anyIpv6()), { maxLength: 4 }),
    }),
    restOfList,
  ),
  withRest(facts<EigrpTlv>({ kind: fc.constant('software-version'), release: word, tlvVersion: word }), rest),
  withRest(facts<EigrpTlv>({ kind: fc.constant('next-multicast-sequence'), sequence: long }), rest),
  withRest(facts<EigrpTlv>({ kind: fc.constant('peer-stub'), options: word }), rest),
  facts<EigrpTlv>({ kind: fc.constant('peer-termination'), value: octets(12) }),
  facts<EigrpTlv>({ kind: fc.constant('ipv4-internal'), nextHop: anyIpv4(), metric, destinations }),
  facts<EigrpTlv>({ kind: fc.constant('ipv4-external'), nextHop: anyIpv4(), external, metric, destinations }),
  facts<EigrpTlv>({
    kind: fc.constant('unrecognised'),
    type: commonly([0x0008, 0x0602, 0x0402], word).filter(type => !read.has(type)),
    value: octets(24),
  }),
)

export function anyEigrp(): fc.Arbitrary<Eigrp> {
  return facts<Eigrp>({
    version: mostly(2, octet),
    opcode: commonly([5, 1, 3, 4, 10, 11], octet),
    flags: commonly([0, 1, 2, 8], long),
    sequence: long,
    acknowledge: long,
    virtualRouter: mostly(0, word),
    autonomousSystem: word,
    tlvs: fc.array(tlv, { maxLength: 4 }),
  })
}
