/** NHRP packets in which nothing is odd: what a router sends. */
import {
  type Cie,
  type Extension,
  encode,
  ipv4,
  kindOfType,
  type NhrpErrorIndication,
  type NhrpExchange,
  type NhrpTrafficIndication,
  nhrp,
} from '@dmvpn/protocols'
import type { Address } from '@dmvpn/wire'
import fc from 'fast-check'
import { anyIpv4, anyIpv6 } from '../packets/addresses.ts'
import { anyKey } from '../packets/nhrp-extensions.ts'
import { facts, long, noOctets, word } from '../values.ts'

const head = { compulsory: true, reserved: false }
export const end: Extension = { kind: 'end', ...head, value: noOctets }

/** The addresses of one overlay: IPv4 or IPv6, over IPv4. */
interface Overlay {
  readonly protocolType: number
  readonly protocol: fc.Arbitrary<Address>
  readonly bits: number
}
const overlays: readonly Overlay[] = [
  { protocolType: 0x0800, protocol: anyIpv4(), bits: 32 },
  { protocolType: 0x86dd, protocol: anyIpv6(), bits: 128 },
]

function plainEntry({ protocol, bits }: Overlay): fc.Arbitrary<Cie> {
  const fixed = {
    code: fc.constant(0),
    unused: fc.constant(0),
    nbmaType: fc.constant(0),
    subaddressType: fc.constant(0),
  }
  return facts<Cie>({
    ...fixed,
    prefixLength: fc.constantFrom(0, 8, bits, 255),
    mtu: fc.constantFrom(0, 1400, 1514, 17912),
    holdingTime: word,
    preference: fc.constantFrom(0, 255),
    nbma: anyIpv4(),
    subaddress: fc.constant(undefined),
    protocol,
  })
}

/** Cisco's order: 3, 4, 5, 7, 9, 0. */
function plainExtensions(overlay: Overlay): fc.Arbitrary<readonly Extension[]> {
  const entries = fc.array(plainEntry(overlay), { maxLength: 2 })
  return fc
    .tuple(entries, entries, entries, fc.option(anyKey(), { nil: undefined }), entries)
    .map(([responder, forward, reverse, key, nat]): readonly Extension[] => [
      { kind: 'responder-address', ...head, entries: responder },
      { kind: 'forward-transit', ...head, entries: forward },
      { kind: 'reverse-transit', ...head, entries: reverse },
      ...(key === undefined ? [] : [{ kind: 'authentication', form: 'cleartext', ...head, key } as const]),
      { kind: 'nat-address', compulsory: false, reserved: false, entries: nat },
      end,
    ])
}

const flagsOf: readonly number[] = [0, 0xc802, 0xf802, 0x8002, 0x8002, 0x0000, 0x8000]

function common(overlay: Overlay): { readonly [K in keyof Common]: fc.Arbitrary<Common[K]> } {
  return {
    addressFamily: fc.constant(1),
    protocolType: fc.constant(overlay.protocolType),
    snapOui: fc.constant(0),
    snapPid: fc.constant(0),
    hopCount: fc.constantFrom(255, 254, 64),
    version: fc.constant(1),
    sourceNbmaType: fc.constant(0),
    sourceSubaddressType: fc.constant(0),
    sourceNbma: anyIpv4(),
    sourceSubaddress: fc.constant(undefined),
    sourceProtocol: overlay.protocol,
    destinationProtocol: overlay.protocol,
    extensions: plainExtensions(overlay),
    afterEnd: fc.constant(noOctets),
  }
}
type Common = Omit<NhrpExchange, 'kind' | 'type' | 'flags' | 'requestId' | 'entries' | 'leftover'>

/** Messages of types 1 to 6 with one or two entries and Cisco's extensions. */
export const plainExchange: fc.Arbitrary<NhrpExchange> = fc.constantFrom(...overlays).chain(overlay =>
  facts<Omit<NhrpExchange, 'kind' | 'flags'>>({
    ...common(overlay),
    type: fc.integer({ min: 1, max: 6 }),
    requestId: long,
    entries: fc.array(plainEntry(overlay), { minLength: 1, maxLength: 2 }),
    leftover: fc.constant(noOctets),
  }).map(packet => ({
    ...packet,
    kind: kindOfType(packet.type) as NhrpExchange['kind'],
    flags: flagsOf[packet.type]!,
  })),
)

/** Error Indications about a plain packet: without extensions, as RFC 2332 §5.2.7 has them. */
export const plainErrorIndication: fc.Arbitrary<NhrpErrorIndication> = fc
  .tuple(plainExchange, fc.constantFrom(...overlays))
  .chain(([offending, overlay]) =>
    facts<NhrpErrorIndication>({
      ...common(overlay),
      kind: fc.constant('error-indication' as const),
      type: fc.constant(7 as const),
      unused: fc.constant(0),
      errorCode: fc.constantFrom(1, 3, 6, 7, 11, 15),
      errorOffset: fc.constant(0),
      quote: fc.constant(encode(nhrp, offending)),
      extensions: fc.constant([]),
    }),
  )

/** To a station: packets to groups have TTLs of their own. */
const unicast = fc.nat(0xffff).map(host => 0x0a000000 + host)

/** Traffic Indications about an IPv4 packet. */
export const plainTrafficIndication: fc.Arbitrary<NhrpTrafficIndication> = fc
  .tuple(anyIpv4(), unicast)
  .chain(([source, destination]) =>
    facts<NhrpTrafficIndication>({
      ...common(overlays[0]!),
      kind: fc.constant('traffic-indication' as const),
      type: fc.constant(8 as const),
      unused: fc.constant(0),
      trafficCode: fc.constant(0),
      unused2: fc.constant(0),
      quote: fc.constant(encode(ipv4, { source, destination, protocol: 253 }, { payload: new Uint8Array(8) })),
    }),
  )
