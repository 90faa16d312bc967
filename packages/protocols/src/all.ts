/** Every protocol of the project, sorted by name within its layer: the one list that stacks, catalogues and laws go through. */

import { data } from './data.ts'
import { cdp } from './gre/cdp.ts'
import { ciscoMetadata } from './gre/cisco-metadata.ts'
import { erspan } from './gre/erspan.ts'
import { gre } from './gre/gre.ts'
import { ipv4 } from './ip/ipv4.ts'
import { arp } from './link/arp.ts'
import { ethernet } from './link/ethernet.ts'
import { lcp } from './link/lcp.ts'
import { linuxCooked } from './link/linux-cooked.ts'
import { llc } from './link/llc.ts'
import { mpls } from './link/mpls.ts'
import { nullLoopback } from './link/null.ts'
import { ppp } from './link/ppp.ts'
import { pppoeDiscovery } from './link/pppoe-discovery.ts'
import { pppoeSession } from './link/pppoe.ts'
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

export const all: readonly AnyProtocol[] = [arp, ethernet, lcp, linuxCooked, llc, mpls, nullLoopback, ppp, pppoeDiscovery, pppoeSession, providerVlan, raw, vlan, ipv4, cdp, ciscoMetadata, erspan, gre, nhrp, bgp, eigrp, ospf, pim, rip, data]

/** The stack of everything. */
export const dmvpn: Stack = stack(all)
