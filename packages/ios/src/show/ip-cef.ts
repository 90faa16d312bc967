/** `show ip cef`: what an express forwarder does with packets, read off routes and mappings. */
import {
  adjacencyOf,
  familyOf,
  formatPrefix,
  forwardingState,
  type Ip,
  type Prefix,
  type Route,
  type RouterState,
  type TunnelState,
  widthOf,
} from '@dmvpn/core'
import { formatIp } from '@dmvpn/wire'

/** Of one address. */
export function showIpCefEntry(router: RouterState, address: Ip): readonly string[] {
  if (router.settings.switching === 'process') return [notRunning]
  const own = router.own.get(address)
  if (own !== undefined)
    return [
      `${formatIp(address)}/${widthOf(address)}, version ${versionOf(router, address)}, epoch 0, connected, receive`,
    ]
  const found = router.routes.lookup(address)
  const state = forwardingState(router, address)
  if (found === undefined || state === undefined) return ['%Prefix not found']
  const { route } = found
  const isAttached = route.source === 'connected'
  const tunnel = multipointOf(router, route)
  const host = isAttached && tunnel !== undefined ? adjacencyOf(tunnel, address).entry : undefined
  const prefix: Prefix = host === undefined ? route.prefix : { address, length: widthOf(address) }
  const title = `${formatPrefix(prefix)}, version ${versionOf(router, address) + (host?.token ?? 0)}, epoch 0`
  const kind = host === undefined ? (isAttached ? ', attached, connected' : '') : ', connected'
  const out = route.interface ?? 'Null0'
  const lines = [`${title}${kind}`, '0 packets, 0 bytes']
  if (state.nextHop === undefined) {
    const way = route.interface === undefined ? 'discard' : tunnel === undefined ? 'attached' : 'glean'
    return [
      ...lines,
      `  via ${out}, 0 dependencies`,
      way === 'discard' ? '    valid discard adjacency' : '    valid glean adjacency',
    ]
  }
  const hop = `${formatIp(state.nextHop)}, ${out}`
  // A stale adjacency still forwards: it prints as a valid one.
  const word = state.state === 'stale' ? 'valid' : state.state
  return [...lines, `  via ${hop}, 0 dependencies`, `    next hop ${hop}`, `    ${word} adjacency`]
}

const notRunning = '%IPv4 CEF not running'

/** Of everything: networks, resolved stations and own addresses, in order. */
export function showIpCef(router: RouterState): readonly string[] {
  if (router.settings.switching === 'process') return [notRunning]
  const rows: { readonly prefix: Prefix; readonly hop: string; readonly out: string }[] = []
  for (const route of router.routes.sorted()) {
    if (familyOf(route.prefix.address) !== 'ipv4') continue
    const hop = router.routes.overrideOf(route.prefix) ?? route.nextHop
    rows.push({
      prefix: route.prefix,
      hop: hop === undefined ? (route.interface === undefined ? 'drop' : 'attached') : formatIp(hop),
      out: route.interface ?? 'Null0',
    })
  }
  for (const [address, { name }] of router.own)
    if (typeof address === 'number') rows.push({ prefix: { address, length: 32 }, hop: 'receive', out: name })
  for (const { name, cache } of router.tunnels)
    for (const { prefix, kind, nbma } of cache.sorted()) {
      const isStation = prefix.length === 32 && kind !== 'local' && nbma !== undefined
      if (isStation) rows.push({ prefix, hop: formatIp(prefix.address), out: name })
    }
  const at = ({ prefix }: { readonly prefix: Prefix }): number => Number(prefix.address) * 64 + prefix.length
  rows.sort((one, other) => at(one) - at(other))
  return [
    'Prefix              Next Hop             Interface',
    ...rows.map(({ prefix, hop, out }) => `${formatPrefix(prefix).padEnd(20)}${hop.padEnd(21)}${out}`),
  ]
}

function multipointOf(router: RouterState, route: Route): TunnelState | undefined {
  return router.tunnels.find(each => each.name === route.interface && each.settings.mode === 'multipoint')
}

/** The version of the network; it grows with every change of the table. */
function versionOf(router: RouterState, address: Ip): number {
  const prefix = router.routes.lookup(address)?.route.prefix
  return prefix === undefined ? 0 : router.routes.version(prefix)
}
