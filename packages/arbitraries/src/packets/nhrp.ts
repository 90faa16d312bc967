/** NHRP packets of every kind: dependent fields right by construction, everything else as odd as the wire allows. */
import {
  kindOfType,
  type Nhrp,
  type NhrpCommon,
  type NhrpErrorIndication,
  type NhrpExchange,
  type NhrpTrafficIndication,
} from '@dmvpn/protocols'
import fc from 'fast-check'
import { bitsOf, commonly, facts, long, mostly, noOctets, octet, octets, word } from '../values.ts'
import { anyAddress, anySubaddress } from './addresses.ts'
import { anyCie } from './nhrp-cie.ts'
import { anyExtensions, withSourceOf } from './nhrp-extensions.ts'

const common: { readonly [K in keyof NhrpCommon]: fc.Arbitrary<NhrpCommon[K]> } = {
  addressFamily: commonly([1, 2, 8, 15], word),
  protocolType: commonly([0x0800, 0x86dd, 0x0080], word),
  snapOui: mostly(0, bitsOf(24)),
  snapPid: mostly(0, word),
  hopCount: commonly([255, 254, 64, 16, 1, 0], octet),
  version: mostly(1, octet, 9),
  sourceNbmaType: fc.nat(3),
  sourceSubaddressType: fc.nat(3),
  sourceNbma: anyAddress(),
  sourceSubaddress: anySubaddress(),
  sourceProtocol: anyAddress(),
  destinationProtocol: anyAddress(),
  extensions: anyExtensions(),
  afterEnd: mostly<Uint8Array>(noOctets, octets(16), 9),
}

/** What stands in one part of the packet and follows from another: lengths of addresses, what comes after the end. */
function agreeing<P extends NhrpCommon>(packet: P): P {
  const extensions = packet.extensions.map(each => withSourceOf(each, packet.sourceProtocol))
  return { ...packet, extensions, afterEnd: extensions.at(-1)?.kind === 'end' ? packet.afterEnd : noOctets }
}

const exchangeType = fc.oneof(
  { withCrossShrink: true },
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 9, 128, 255) },
)

/** The messages of types 1 to 6, and those of types nobody knows. */
export function anyExchange(): fc.Arbitrary<NhrpExchange> {
  return facts<Omit<NhrpExchange, 'kind'>>({
    ...common,
    type: exchangeType,
    flags: commonly([0, 0x8000, 0x8002, 0xc800, 0xc802, 0xf800], word),
    requestId: long,
    entries: fc.array(anyCie(), { maxLength: 3 }),
    leftover: mostly<Uint8Array>(noOctets, octets(11, 1), 9),
  }).map(packet => agreeing({ ...packet, kind: kindOfType(packet.type) as NhrpExchange['kind'] }))
}

export function anyErrorIndication(): fc.Arbitrary<NhrpErrorIndication> {
  return facts<NhrpErrorIndication>({
    ...common,
    kind: fc.constant('error-indication' as const),
    type: fc.constant(7 as const),
    unused: mostly(0, word),
    errorCode: commonly([1, 2, 3, 6, 7, 11, 15], word),
    errorOffset: word,
    quote: octets(120),
  }).map(agreeing)
}

export function anyTrafficIndication(): fc.Arbitrary<NhrpTrafficIndication> {
  return facts<NhrpTrafficIndication>({
    ...common,
    kind: fc.constant('traffic-indication' as const),
    type: fc.constant(8 as const),
    unused: mostly(0, word),
    trafficCode: mostly(0, word),
    unused2: mostly(0, word),
    quote: octets(80),
  }).map(agreeing)
}

/** Any NHRP packet that `encode` accepts and `decode` reads back. */
export function anyNhrp(): fc.Arbitrary<Nhrp> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 6, arbitrary: anyExchange() },
    { weight: 1, arbitrary: anyErrorIndication() },
    { weight: 1, arbitrary: anyTrafficIndication() },
  )
}
