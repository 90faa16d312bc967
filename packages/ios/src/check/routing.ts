import {
  type Eigrp,
  type EigrpInterface,
  eigrpOnInterface,
  type Ospf,
  ospfAreaOf,
  ospfNetworkTypeOf,
} from '@dmvpn/core'
import type { Ipv4 } from '@dmvpn/wire'
import { primaryAddress, type Station } from './finding.ts'

/** An EIGRP process on a tunnel. */
export interface EigrpThere {
  readonly process: Eigrp
  readonly there: EigrpInterface
  readonly passive: boolean
}

/** The EIGRP processes whose networks cover a tunnel's address. */
export function eigrpOf({ router, tunnel }: Station): readonly EigrpThere[] {
  const address = primaryAddress(tunnel)?.address
  if (address === undefined) return []
  return router.settings.eigrp
    .filter(process => covers(process, address))
    .map(process => ({
      process,
      there: eigrpOnInterface(tunnel, process.autonomousSystem),
      passive: process.passive.includes(tunnel.name),
    }))
}

/** The OSPF process that runs on a tunnel. */
export function ospfOf(station: Station): Ospf | undefined {
  return station.router.settings.ospf.find(process => areaOf(station, process) !== undefined)
}

/** The area an OSPF process has a tunnel in. */
export function areaOf({ tunnel }: Station, process: Ospf): number | undefined {
  const address = primaryAddress(tunnel)?.address
  return address === undefined ? undefined : ospfAreaOf(tunnel, process, address)
}

/** Whether a process' networks hold an address. */
export function covers(process: Pick<Eigrp, 'networks'>, address: Ipv4): boolean {
  return process.networks.some(each => ((each.address ^ address) & ~each.wildcard) === 0)
}

/** Whether a routing protocol speaks by multicast over the tunnel. */
export function needsMulticast(station: Station): boolean {
  if (eigrpOf(station).some(each => !each.passive)) return true
  const ospf = ospfOf(station)
  if (ospf === undefined || ospf.passive.includes(station.tunnel.name)) return false
  return !ospfNetworkTypeOf(station.tunnel).endsWith('non-broadcast')
}
