/** OSPF packets of both versions, with every authentication and link-local signaling. */
import {
  type Ospf,
  type OspfAuthentication,
  type OspfLinkLocalSignaling,
  type OspfLinkLocalTlv,
  type OspfMessage,
  type OspfRequest,
  type OspfVersion2,
  type OspfVersion3,
  ospfNoAuthentication,
  ospfOption,
} from '@dmvpn/protocols'
import fc from 'fast-check'
import { commonly, exactly, facts, long, mostly, octet, octets, withRest, word } from '../values.ts'
import { anyIpv4 } from './addresses.ts'
import { anyOspfLsa, anyOspfLsaHeader } from './ospf-lsa.ts'

const options = commonly([0x02, 0x12, 0x52, 0], octet)
const headers = fc.array(anyOspfLsaHeader(), { maxLength: 3 })

const message: fc.Arbitrary<OspfMessage> = fc.oneof(
  { withCrossShrink: true },
  facts<OspfMessage>({ kind: fc.constant('acknowledgement'), headers }),
  facts<OspfMessage>({
    kind: fc.constant('hello'),
    networkMask: anyIpv4(),
    helloInterval: commonly([10, 30], word),
    options,
    priority: octet,
    deadInterval: commonly([40, 120], long),
    designatedRouter: anyIpv4(),
    backupDesignatedRouter: anyIpv4(),
    neighbors: fc.array(anyIpv4(), { maxLength: 4 }),
  }),
  facts<OspfMessage>({
    kind: fc.constant('database-description'),
    interfaceMtu: word,
    options,
    flags: octet,
    sequence: long,
    headers,
  }),
  facts<OspfMessage>({
    kind: fc.constant('request'),
    requests: fc.array(facts<OspfRequest>({ type: long, id: anyIpv4(), advertisingRouter: anyIpv4() }), {
      maxLength: 3,
    }),
  }),
  withRest(
    facts<OspfMessage>({ kind: fc.constant('update'), lsas: fc.array(anyOspfLsa(), { maxLength: 3 }) }),
    octets(8, 1),
  ),
  facts<OspfMessage>({
    kind: fc.constant('unrecognised'),
    type: octet.filter(type => type === 0 || type > 5),
    octets: octets(24),
  }),
)

const authentication: fc.Arbitrary<OspfAuthentication> = fc.oneof(
  { withCrossShrink: true },
  fc.constant<OspfAuthentication>(ospfNoAuthentication),
  facts<OspfAuthentication>({ kind: fc.constant('null'), octets: exactly(8) }),
  facts<OspfAuthentication>({ kind: fc.constant('simple'), password: exactly(8) }),
  facts<OspfAuthentication>({
    kind: fc.constant('cryptographic'),
    reserved: mostly(0, word),
    keyId: octet,
    sequence: long,
    digest: fc.oneof(exactly(16), exactly(32), octets(20)),
  }),
  facts<OspfAuthentication>({
    kind: fc.constant('unrecognised'),
    type: word.filter(type => type > 2),
    octets: exactly(8),
  }),
)

/** Values are filled up to whole words. */
const linkLocalTlv = fc
  .tuple(commonly([1, 2], word), fc.oneof(exactly(4), octets(12)), exactly(3))
  .map(([type, value, filling]): OspfLinkLocalTlv => ({ type, value, padding: filling.slice(0, -value.length & 3) }))
/** Behind the entries only what cannot be one: its length reaches out of the block. */
const linkLocal = withRest(
  facts<OspfLinkLocalSignaling>({ tlvs: fc.array(linkLocalTlv, { maxLength: 3 }) }),
  fc.constant(Uint8Array.of(0, 1, 0xff, 0xff)),
)

/** The block stands there only where the message's options announce it. */
export function anyOspfVersion2(): fc.Arbitrary<OspfVersion2> {
  return facts<OspfVersion2>({
    version: fc.constant(2 as const),
    router: anyIpv4(),
    area: anyIpv4(),
    authentication,
    message,
    linkLocal: fc.option(linkLocal, { nil: undefined }),
  }).map(packet => (announces(packet.message) ? packet : { ...packet, linkLocal: undefined }))
}

function announces(of: OspfMessage): boolean {
  return 'options' in of && (of.options & ospfOption.linkLocalSignaling) !== 0
}

export function anyOspfVersion3(): fc.Arbitrary<OspfVersion3> {
  return facts<OspfVersion3>({
    version: fc.constant(3 as const),
    type: commonly([1, 2, 3, 4, 5], octet),
    router: anyIpv4(),
    area: anyIpv4(),
    instance: octet,
    reserved: mostly(0, octet),
    octets: octets(40),
  })
}

export function anyOspf(): fc.Arbitrary<Ospf> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: anyOspfVersion2() },
    { weight: 1, arbitrary: anyOspfVersion3() },
  )
}
