/** Routes as EIGRP writes them: type-length-value entries of IPv4 networks. */
import type { EigrpMetric, EigrpTlv } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Prefix } from '../settings.ts'

/** One network; next hop 0 is the sender itself. */
export function tlvFor(prefix: Prefix, nextHop: Ipv4, metric: EigrpMetric): EigrpTlv {
  return {
    kind: 'ipv4-internal',
    nextHop,
    metric,
    destinations: [{ prefix: Number(prefix.address), length: prefix.length }],
  }
}

export interface ToldRoute {
  readonly prefix: Prefix
  readonly nextHop: Ipv4
  readonly metric: EigrpMetric
  readonly external: boolean
}

/** The networks of a packet's entries. */
export function routesOf(tlvs: readonly EigrpTlv[]): ToldRoute[] {
  const routes: ToldRoute[] = []
  for (const tlv of tlvs) {
    if (tlv.kind !== 'ipv4-internal' && tlv.kind !== 'ipv4-external') continue
    for (const { prefix, length } of tlv.destinations) {
      if (length > 32) continue
      routes.push({
        prefix: { address: prefix, length },
        nextHop: tlv.nextHop,
        metric: tlv.metric,
        external: tlv.kind === 'ipv4-external',
      })
    }
  }
  return routes
}
