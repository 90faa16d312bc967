/** Into the tunnel: GRE, the outer header, and the link, as a manner writes them. */
import {
  type AnyProtocol,
  encodeLayers,
  ethernet,
  type Gre,
  gre,
  ipv4,
  type LayerToEncode,
  layer,
  type Nhrp,
  nhrp,
  raw,
} from '@dmvpn/protocols'
import type { Ipv4, Mac } from '@dmvpn/wire'
import { bytesOfIpv4, ipv4From, macFrom, type Spelled } from './addresses.ts'
import type { SynthFrame } from './compose.ts'
import { type Manner, profileOf } from './station.ts'

/** What stands in front of an IP packet: nothing (LINKTYPE_RAW), or an Ethernet header. */
export type Link = 'raw' | 'ethernet'

export interface EncapsulationOptions extends Manner {
  readonly link?: Link | undefined
  /** On Ethernet; made of the outer addresses where left out. */
  readonly sourceMac?: Spelled<Mac> | undefined
  readonly destinationMac?: Spelled<Mac> | undefined
  /** Of the outer header. */
  readonly identification?: number | undefined
  /** Whether GRE has a checksum. */
  readonly checksum?: boolean | undefined
  /** GRE's sequence number; none where left out. */
  readonly sequence?: number | undefined
  /** RFC 1701's source route: the addresses of one entry, closed by an empty one. */
  readonly routing?: readonly Spelled<Ipv4>[] | undefined
  readonly strictSourceRoute?: boolean | undefined
  /** How many further encapsulations are allowed (RFC 1701). */
  readonly recursion?: number | undefined
}

const linkProtocols = { raw, ethernet } as const

/** Octets of the shortest Ethernet frame, without its check sequence: what is shorter is padded. */
const leastFrame = 60

/**
 * A frame from `source` to `destination`, outside addresses both, around the layers that GRE carries; `dscp` is the outer
 * header's. Throws RangeError where a fact does not fit its field.
 */
export function encapsulated(
  carried: readonly LayerToEncode[],
  source: Spelled<Ipv4>,
  destination: Spelled<Ipv4>,
  dscp: number,
  options: EncapsulationOptions,
  facts: Partial<Gre> = {},
): SynthFrame {
  const { outer } = profileOf(options)
  const { identification = 0, link = 'raw' } = options
  const from = ipv4From(source)
  const to = ipv4From(destination)
  const { ttl, dontFragment } = outer
  const header = layer(ipv4, { source: from, destination: to, identification, ttl, dscp, dontFragment })
  return linked([header, layer(gre, { ...greFacts(options), ...facts }), ...carried], link, from, to, options)
}

/** An NHRP message in the tunnel, with the outer header of control traffic. */
export function messageFrame(
  message: Nhrp,
  source: Spelled<Ipv4>,
  destination: Spelled<Ipv4>,
  options: EncapsulationOptions,
): SynthFrame {
  return encapsulated([layer(nhrp, message)], source, destination, profileOf(options).outer.dscp, options)
}

/** IP layers behind the link's own header. */
export function linked(
  layers: readonly LayerToEncode[],
  link: Link,
  source: Ipv4,
  destination: Ipv4,
  options: Pick<EncapsulationOptions, 'sourceMac' | 'destinationMac'> = {},
): SynthFrame {
  const linkType = linkTypeOf(linkProtocols[link])
  if (link === 'raw') return { linkType, bytes: encodeLayers([layer(raw), ...layers]) }
  const facts = {
    source: options.sourceMac === undefined ? macOf(source) : macFrom(options.sourceMac),
    destination: options.destinationMac === undefined ? macOf(destination) : macFrom(options.destinationMac),
  }
  const bytes = encodeLayers([layer(ethernet, facts), ...layers])
  if (bytes.length >= leastFrame) return { linkType, bytes }
  const trailer = new Uint8Array(leastFrame - bytes.length)
  return { linkType, bytes: encodeLayers([layer(ethernet, facts, { trailer }), ...layers]) }
}

/** The LINKTYPE under which captures have frames that begin with this header. */
export function linkTypeOf({ over }: AnyProtocol): number {
  return over.find(({ table }) => table === 'link')!.key
}

/** Locally administered, and different where the outside addresses are. */
function macOf(address: Ipv4): Mac {
  return 0x0200_0000_0000 + address
}

function greFacts(options: EncapsulationOptions): Partial<Gre> {
  const { key, checksum = false, sequence, routing, strictSourceRoute = false, recursion = 0 } = options
  return {
    key,
    checksummed: checksum,
    sequence,
    strictSourceRoute,
    recursion,
    routing: routing && sourceRoute(routing),
  }
}

const ipv4Family = 0x0800

function sourceRoute(addresses: readonly Spelled<Ipv4>[]): Gre['routing'] {
  const information = Uint8Array.from(addresses.flatMap(address => [...bytesOfIpv4(ipv4From(address))]))
  return [
    { addressFamily: ipv4Family, offset: 0, information },
    { addressFamily: 0, offset: 0, information: new Uint8Array(0) },
  ]
}
