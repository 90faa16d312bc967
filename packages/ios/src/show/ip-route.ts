/** `show ip route`: the table, networks of one class together. */
import { formatPrefix, type Instant, type Route, type RouterState } from '@dmvpn/core'
import { formatIp, formatIpv4, type Ipv4 } from '@dmvpn/wire'
import { classOf, majorNetworkOf } from './classful.ts'
import { clock } from './clock.ts'

const legend = [
  'Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP',
  '       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area',
  '       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2',
  '       E1 - OSPF external type 1, E2 - OSPF external type 2',
  '       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2',
  '       ia - IS-IS inter area, * - candidate default, U - per-user static route',
  '       o - ODR, P - periodic downloaded static route, H - NHRP, % - next hop override',
  '',
]

const letters: Readonly<Record<Route['source'], string>> = {
  connected: 'C',
  local: 'L',
  static: 'S',
  eigrp: 'D',
  ospf: 'O',
  bgp: 'B',
  nhrp: 'H',
}

const pathCodes: Readonly<Record<NonNullable<Route['path']>, string>> = {
  'intra-area': 'O',
  'inter-area': 'O IA',
  'external-1': 'O E1',
  'external-2': 'O E2',
}

interface InTable extends Route {
  readonly prefix: { readonly address: Ipv4; readonly length: number }
}

export function showIpRoute(router: RouterState, now: Instant): readonly string[] {
  const routes = router.routes.sorted().filter(isIpv4)
  const gateway = routes.find(({ prefix }) => prefix.length === 0)
  const groups = new Map<Ipv4, InTable[]>()
  for (const each of routes) {
    const { address, length } = each.prefix
    // A supernet, the default route among them, stands for itself.
    const key = length < classOf(address) ? -1 - address : majorNetworkOf(address)
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  const line = (each: InTable, shown: string, indent: number): string =>
    `${codeOf(router, each).padEnd(indent)}${shown}${wayOf(each, now)}`
  const lines = [...groups].flatMap(([key, all]) => {
    const isWhole = key < 0 || all.every(({ prefix }) => prefix.length === classOf(prefix.address))
    if (isWhole) return all.map(each => line(each, formatPrefix(each.prefix), 5))
    const lengths = new Set(all.map(({ prefix }) => prefix.length))
    const count = `${all.length} subnets`
    if (lengths.size === 1) {
      const heading = `     ${formatIpv4(key)}/${[...lengths][0]} is subnetted, ${count}`
      return [heading, ...all.map(each => line(each, formatIpv4(each.prefix.address), 8))]
    }
    const heading = `     ${formatIpv4(key)}/${classOf(key)} is variably subnetted, ${count}, ${lengths.size} masks`
    return [heading, ...all.map(each => line(each, formatPrefix(each.prefix), 8))]
  })
  return [...legend, gatewayLine(gateway), '', ...lines]
}

function isIpv4(route: Route): route is InTable {
  return typeof route.prefix.address === 'number'
}

function gatewayLine(route: InTable | undefined): string {
  if (route === undefined) return 'Gateway of last resort is not set'
  const by = route.nextHop === undefined ? '0.0.0.0' : formatIp(route.nextHop)
  return `Gateway of last resort is ${by} to network 0.0.0.0`
}

function codeOf(router: RouterState, { source, prefix, detail, path }: InTable): string {
  const external = source === 'eigrp' && detail?.type === 'external'
  const letter = external ? 'D EX' : path === undefined ? letters[source] : pathCodes[path]
  const overridden = router.routes.overrideOf(prefix) === undefined ? '' : ' %'
  const candidate = letter.includes(' ') ? letter.replace(' ', '*') : `${letter}*`
  return `${prefix.length === 0 ? candidate : letter}${overridden}`
}

function wayOf({ source, distance, metric, nextHop, interface: name, installed }: InTable, now: Instant): string {
  if (source === 'connected') return ` is directly connected, ${name}`
  if (source === 'static' && nextHop === undefined) return ` is directly connected, ${name}`
  const age = source === 'static' ? '' : `, ${clock(now - installed)}`
  const cost = ` [${distance}/${metric}]`
  if (nextHop === undefined)
    return name === undefined ? ` is a summary${age}, Null0` : `${cost} is directly connected${age}, ${name}`
  return `${cost} via ${formatIp(nextHop)}${age}${name === undefined ? '' : `, ${name}`}`
}
