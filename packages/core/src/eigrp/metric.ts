/** Classic composite metrics, RFC 7868 §5.6: from bandwidth and delay of the links, in scaled integers as on the wire. */
import type { EigrpMetric } from '@dmvpn/protocols'
import type { RouteDetail } from '../forwarding/route-table.ts'
import type { Eigrp, Interface } from '../settings.ts'

/** A delay that says "cannot be reached". */
export const unreachableDelay = 0xffffffff
export const infinity: number = Number.POSITIVE_INFINITY

/** 10^7 kbit/s is the link that costs 1. */
const referenceBandwidth = 10_000_000
const scale = 256

/** What one link adds. */
export function linkMetric(of: Interface): EigrpMetric {
  return {
    delay: Math.floor(of.delay / 10) * scale,
    bandwidth: Math.floor(referenceBandwidth / of.bandwidth) * scale,
    mtu: of.kind === 'tunnel' ? of.ipMtu : of.mtu,
    hopCount: 0,
    reliability: 255,
    load: 1,
    tag: 0,
    flags: 0,
  }
}

/** A neighbor's metric and the link to it: delays add up, the narrowest and least reliable link counts. */
export function joined(told: EigrpMetric, link: EigrpMetric): EigrpMetric {
  return {
    delay: isUnreachable(told) ? unreachableDelay : told.delay + link.delay,
    bandwidth: Math.max(told.bandwidth, link.bandwidth),
    mtu: Math.min(told.mtu, link.mtu),
    hopCount: told.hopCount + 1,
    reliability: Math.min(told.reliability, link.reliability),
    load: Math.max(told.load, link.load),
    tag: told.tag,
    flags: 0,
  }
}

export function isUnreachable(metric: EigrpMetric): boolean {
  return metric.delay === unreachableDelay
}

/** The composite of a vector. */
export function distanceOf(metric: EigrpMetric, { kValues: [k1, k2, k3, k4, k5] }: Eigrp): number {
  if (isUnreachable(metric) || metric.hopCount > mostHops) return infinity
  const plain = k1 * metric.bandwidth + Math.floor((k2 * metric.bandwidth) / (scale - metric.load)) + k3 * metric.delay
  return k5 === 0 ? plain : Math.floor((plain * k5) / (metric.reliability + k4))
}

const mostHops = 100

export function unreachable(metric: EigrpMetric): EigrpMetric {
  return { ...metric, delay: unreachableDelay, bandwidth: 0xffffffff }
}

/** What a route print says of a metric. */
export function detailOf(metric: EigrpMetric, external: boolean): RouteDetail {
  return {
    delay: (metric.delay / scale) * 10,
    bandwidth: metric.bandwidth === 0 ? 0 : Math.floor((referenceBandwidth * scale) / metric.bandwidth),
    reliability: metric.reliability,
    load: metric.load,
    mtu: metric.mtu,
    hops: metric.hopCount,
    type: external ? 'external' : 'internal',
  }
}
