/** `show ip route A`: everything about the best route for one address. */
import { formatPrefix, type Instant, type Ip, type Route, type RouterState } from '@dmvpn/core'
import { formatIp } from '@dmvpn/wire'
import { classOf, majorNetworkOf } from './classful.ts'
import { clock } from './clock.ts'

export function showIpRouteEntry(router: RouterState, now: Instant, address: Ip): readonly string[] {
  const found = router.routes.lookup(address)
  // A default route answers for nobody by name; IOS says what is not there.
  if (found === undefined || (found.route.prefix.length === 0 && address !== 0)) return [missing(router, address)]
  const { route } = found
  const { prefix, process, distance, metric, detail, source } = route
  const known = process === 0 ? source : `${source} ${process}`
  const isSuper = typeof prefix.address === 'number' && prefix.length < classOf(prefix.address)
  const lines = [`Routing entry for ${formatPrefix(prefix)}${isSuper ? ', supernet' : ''}`]
  lines.push(`  Known via "${known}", distance ${distance}, metric ${metric}${kindOf(route)}`)
  const eigrp = redistributing(router, route)
  if (eigrp !== undefined) lines.push(`  Redistributing via eigrp ${eigrp}`)
  const age = `${clock(now - route.installed)} ago`
  const isLearned = route.from !== undefined && route.nextHop !== undefined
  if (isLearned) lines.push(`  Last update from ${formatIp(route.nextHop)} on ${route.interface}, ${age}`)
  lines.push('  Routing Descriptor Blocks:', `  * ${wayOf(route, age)}`)
  lines.push(`      Route metric is ${metric}, traffic share count is 1`)
  if (source === 'eigrp' && detail !== undefined) {
    lines.push(
      `      Total delay is ${detail.delay} microseconds, minimum bandwidth is ${detail.bandwidth} Kbit`,
      `      Reliability ${detail.reliability}/255, minimum MTU ${detail.mtu} bytes`,
      `      Loading ${detail.load}/255, Hops ${detail.hops}`,
    )
  }
  if (found.override !== undefined) lines.push(`      NHRP next hop override: ${formatIp(found.override)}`)
  return lines
}

/** Of a network that is cut into subnets the one that would be it is missing. */
function missing(router: RouterState, address: Ip): string {
  const major = typeof address === 'number' ? majorNetworkOf(address) : undefined
  const isCut = router.routes.sorted().some(({ prefix }) => {
    const network = prefix.address
    return typeof network === 'number' && prefix.length > classOf(network) && majorNetworkOf(network) === major
  })
  return `% ${isCut ? 'Subnet' : 'Network'} not in table`
}

function kindOf({ source, nextHop, prefix, detail, path }: Route): string {
  const candidate = prefix.length === 0 ? ', candidate default path' : ''
  if (source === 'connected') return ' (connected, via interface)'
  if (source === 'static' && nextHop === undefined) return ` (connected)${candidate}`
  const type = path === undefined ? detail?.type : pathTypes[path]
  return `${candidate}${type === undefined ? '' : `, type ${type}`}`
}

const pathTypes: Readonly<Record<NonNullable<Route['path']>, string>> = {
  'intra-area': 'intra area',
  'inter-area': 'inter area',
  'external-1': 'extern 1',
  'external-2': 'extern 2',
}

/** The autonomous system that takes the route along: its own, or one whose networks it is among. */
function redistributing(router: RouterState, { source, process, prefix }: Route): number | undefined {
  if (source === 'eigrp') return process
  if (source !== 'connected' || typeof prefix.address !== 'number') return undefined
  const { address } = prefix
  return router.settings.eigrp.find(({ networks }) =>
    networks.some(each => ((each.address ^ address) & ~each.wildcard) === 0),
  )?.autonomousSystem
}

function wayOf({ nextHop, interface: name, from, source }: Route, age: string): string {
  if (nextHop === undefined) return `directly connected, via ${name ?? 'Null0'}`
  const via = name === undefined ? '' : `, via ${name}`
  if (from !== undefined) return `${formatIp(nextHop)}, from ${formatIp(from)}, ${age}${via}`
  return source === 'nhrp' ? `${formatIp(nextHop)}, ${age}${via}` : `${formatIp(nextHop)}${via}`
}
