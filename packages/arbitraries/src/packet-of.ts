/** One table from protocols to the arbitraries of their packets. Whoever adds a protocol adds a line here. */
import {
  type AnyProtocol,
  ah,
  arp,
  bgp,
  cdp,
  ciscoMetadata,
  data,
  eigrp,
  erspan,
  esp,
  ethernet,
  gre,
  icmp,
  icmpv6,
  igmp,
  ipv4,
  ipv6,
  ipv6DestinationOptions,
  ipv6Fragment,
  ipv6HopByHop,
  ipv6Routing,
  isakmp,
  lcp,
  linuxCooked,
  llc,
  mpls,
  nhrp,
  nullLoopback,
  ospf,
  type Protocol,
  pim,
  ppp,
  pppoeDiscovery,
  pppoeSession,
  providerVlan,
  raw,
  rip,
  tcp,
  udp,
  udpEncapsulation,
  vlan,
} from '@dmvpn/protocols'
import type fc from 'fast-check'
import { anyAh } from './packets/ah.ts'
import { anyArp } from './packets/arp.ts'
import { anyBgp } from './packets/bgp.ts'
import { anyCdp } from './packets/cdp.ts'
import { anyCiscoMetadata } from './packets/cisco-metadata.ts'
import { anyData } from './packets/data.ts'
import { anyEigrp } from './packets/eigrp.ts'
import { anyErspan } from './packets/erspan.ts'
import { anyEsp } from './packets/esp.ts'
import { anyEthernet } from './packets/ethernet.ts'
import { anyGre } from './packets/gre.ts'
import { anyIcmp } from './packets/icmp.ts'
import { anyIcmpv6 } from './packets/icmpv6.ts'
import { anyIgmp } from './packets/igmp.ts'
import { anyIpv4Packet } from './packets/ipv4.ts'
import { anyIpv6Packet } from './packets/ipv6.ts'
import { anyIpv6Fragment, anyIpv6Options, anyIpv6Routing } from './packets/ipv6-extension-headers.ts'
import { anyIsakmp } from './packets/isakmp.ts'
import { anyLcp } from './packets/lcp.ts'
import { anyLinuxCooked } from './packets/linux-cooked.ts'
import { anyLlc } from './packets/llc.ts'
import { anyMpls } from './packets/mpls.ts'
import { anyNhrp } from './packets/nhrp.ts'
import { anyNull } from './packets/null.ts'
import { anyOspf } from './packets/ospf.ts'
import { anyPim } from './packets/pim.ts'
import { anyPpp } from './packets/ppp.ts'
import { anyPppoeDiscovery, anyPppoeSession } from './packets/pppoe.ts'
import { anyProviderVlan } from './packets/provider-vlan.ts'
import { anyRaw } from './packets/raw.ts'
import { anyRip } from './packets/rip.ts'
import { anyTcp } from './packets/tcp.ts'
import { anyUdp } from './packets/udp.ts'
import { anyUdpEncapsulation } from './packets/udp-encapsulation.ts'
import { anyVlan } from './packets/vlan.ts'
import { alone, type Place } from './place.ts'

type Packets = (place: Place) => fc.Arbitrary<unknown>

function packets<P>(protocol: Protocol<P>, of: (place: Place) => fc.Arbitrary<P>): readonly [AnyProtocol, Packets] {
  return [protocol, of]
}

const table: ReadonlyMap<AnyProtocol, Packets> = new Map([
  packets(ah, anyAh),
  packets(arp, anyArp),
  packets(bgp, anyBgp),
  packets(cdp, anyCdp),
  packets(ciscoMetadata, anyCiscoMetadata),
  packets(data, anyData),
  packets(eigrp, anyEigrp),
  packets(erspan, anyErspan),
  packets(esp, anyEsp),
  packets(ethernet, anyEthernet),
  packets(gre, anyGre),
  packets(icmp, anyIcmp),
  packets(icmpv6, anyIcmpv6),
  packets(igmp, anyIgmp),
  packets(ipv4, anyIpv4Packet),
  packets(ipv6, anyIpv6Packet),
  packets(ipv6DestinationOptions, anyIpv6Options),
  packets(ipv6Fragment, anyIpv6Fragment),
  packets(ipv6HopByHop, anyIpv6Options),
  packets(ipv6Routing, anyIpv6Routing),
  packets(isakmp, anyIsakmp),
  packets(lcp, anyLcp),
  packets(linuxCooked, anyLinuxCooked),
  packets(llc, anyLlc),
  packets(mpls, anyMpls),
  packets(nhrp, anyNhrp),
  packets(nullLoopback, anyNull),
  packets(ospf, anyOspf),
  packets(pim, anyPim),
  packets(ppp, anyPpp),
  packets(pppoeDiscovery, anyPppoeDiscovery),
  packets(pppoeSession, anyPppoeSession),
  packets(providerVlan, anyProviderVlan),
  packets(raw, anyRaw),
  packets(rip, anyRip),
  packets(tcp, anyTcp),
  packets(udp, anyUdp),
  packets(udpEncapsulation, anyUdpEncapsulation),
  packets(vlan, anyVlan),
])

/**
 * Packets of a protocol, valid in their place: what `encode` accepts and `decode` reads back as the same facts.
 * Throws RangeError for a protocol that has no arbitrary.
 */
export function packetOf<P>(protocol: Protocol<P>, place: Place = alone): fc.Arbitrary<P> {
  const key = `${protocol.name} ${keyOf(place)}`
  const found = made.get(key) ?? make(protocol, place)
  made.set(key, found)
  return found as fc.Arbitrary<P>
}

/** Building an arbitrary costs more than asking it for a packet, and there are not many places. */
const made = new Map<string, fc.Arbitrary<unknown>>()

function keyOf({ carrier, overIpv6, reached, carries }: Place): string {
  const wanted = typeof carries === 'string' ? carries : `${carries.table} ${carries.key}`
  return `${carrier?.name}/${overIpv6}/${reached?.table} ${reached?.key}/${wanted}`
}

function make(protocol: AnyProtocol, place: Place): fc.Arbitrary<unknown> {
  const of = table.get(protocol)
  if (of === undefined) throw new RangeError(`there are no arbitrary packets of ${protocol.name}`)
  return of(place)
}

/** Whether there are arbitrary packets of a protocol. */
export function hasPackets(protocol: AnyProtocol): boolean {
  return table.has(protocol)
}
