/** Every protocol of the project, sorted by name within its layer: the one list that stacks, catalogues and laws go through. */

import { data } from './data.ts'
import { esp } from './esp/esp.ts'
import { udpEncapsulation } from './esp/udp-encapsulation.ts'
import { cdp } from './gre/cdp.ts'
import { ciscoMetadata } from './gre/cisco-metadata.ts'
import { erspan } from './gre/erspan.ts'
import { gre } from './gre/gre.ts'
import { isakmp } from './ike/isakmp.ts'
import { ah } from './ip/ah.ts'
import { icmp } from './ip/icmp.ts'
import { icmpv6 } from './ip/icmpv6.ts'
import { igmp } from './ip/igmp.ts'
import { ipv4 } from './ip/ipv4.ts'
import { ipv6 } from './ip/ipv6.ts'
import { ipv6DestinationOptions } from './ip/ipv6-destination-options.ts'
import { ipv6Fragment } from './ip/ipv6-fragment.ts'
import { ipv6HopByHop } from './ip/ipv6-hop-by-hop.ts'
import { ipv6Routing } from './ip/ipv6-routing.ts'
import { tcp } from './ip/tcp.ts'
import { udp } from './ip/udp.ts'
import { arp } from './link/arp.ts'
import { ethernet } from './link/ethernet.ts'
import { lcp } from './link/lcp.ts'
import { linuxCooked } from './link/linux-cooked.ts'
import { llc } from './link/llc.ts'
import { mpls } from './link/mpls.ts'
import { nullLoopback } from './link/null.ts'
import { ppp } from './link/ppp.ts'
import { pppoeSession } from './link/pppoe.ts'
import { pppoeDiscovery } from './link/pppoe-discovery.ts'
import { providerVlan } from './link/provider-vlan.ts'
import { raw } from './link/raw.ts'
import { vlan } from './link/vlan.ts'
import { nhrp } from './nhrp/nhrp.ts'
import type { AnyProtocol } from './protocol.ts'
import { bgp } from './routing/bgp.ts'
import { eigrp } from './routing/eigrp.ts'
import { ospf } from './routing/ospf.ts'
import { pim } from './routing/pim.ts'
import { rip } from './routing/rip.ts'
import { type Stack, stack } from './stack.ts'

export const all: readonly AnyProtocol[] = [
  arp,
  ethernet,
  lcp,
  linuxCooked,
  llc,
  mpls,
  nullLoopback,
  ppp,
  pppoeDiscovery,
  pppoeSession,
  providerVlan,
  raw,
  vlan,
  ah,
  icmp,
  icmpv6,
  igmp,
  ipv4,
  ipv6,
  ipv6DestinationOptions,
  ipv6Fragment,
  ipv6HopByHop,
  ipv6Routing,
  tcp,
  udp,
  esp,
  udpEncapsulation,
  isakmp,
  cdp,
  ciscoMetadata,
  erspan,
  gre,
  nhrp,
  bgp,
  eigrp,
  ospf,
  pim,
  rip,
  data,
]

/** The stack of everything. */
export const dmvpn: Stack = stack(all)
