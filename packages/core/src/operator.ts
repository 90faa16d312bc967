/** What an operator's orders do. */

import { Agenda } from './agenda.ts'
import { eigrpStateOf } from './eigrp/state.ts'
import { startPing } from './forwarding/ping.ts'
import { RouteTable } from './forwarding/route-table.ts'
import { changeAddress, settleInterfaces } from './interfaces.ts'
import { clearCrypto } from './ipsec/protect.ts'
import { cryptoStateOf } from './ipsec/state.ts'
import type { CacheEntry } from './nhrp/cache.ts'
import { forget } from './nhrp/entries.ts'
import { tellRequesters } from './nhrp/purge.ts'
import { register, startRegistrations, stopRegistrations } from './nhrp/registration-client.ts'
import { askNow } from './nhrp/resolution-client.ts'
import { stationOfServer } from './nhrp/transmit.ts'
import type { Order } from './orders.ts'
import { ospfStateOf } from './ospf/state.ts'
import { contains } from './prefix.ts'
import { type RouterState, tunnelNamed } from './router-state.ts'
import type { Prefix } from './settings.ts'
import { SmallMap } from './small-map.ts'
import type { TunnelState } from './tunnel/tunnel-state.ts'

/** Carries out an order; `boot` starts a router that was cleared of everything. */
export function carryOut(router: RouterState, order: Order, boot: (router: RouterState) => void): void {
  switch (order.order) {
    case 'ping':
      return startPing(router, order)
    case 'shutdown':
    case 'no shutdown': {
      const of = router.interfaces.get(order.interface)
      if (of === undefined) return
      of.enabled = order.order === 'no shutdown'
      return settleInterfaces(router)
    }
    case 'add address':
    case 'remove address': {
      const of = router.interfaces.get(order.interface)
      if (of !== undefined) changeAddress(router, of, order.address, order.order === 'add address')
      return
    }
    case 'clear nhrp':
      for (const tunnel of router.tunnels) clearMappings(router, tunnel, order.prefix)
      return
    case 'clear nhrp shortcut':
      for (const tunnel of router.tunnels)
        for (const each of tunnel.shortcuts.values()) forget(router, tunnel, each, 'cleared')
      return
    case 'register':
      return registerWith(router, order)
    case 'resolve': {
      const tunnel = tunnelNamed(router, order.interface)
      if (tunnel !== undefined) askNow(router, tunnel, order.target)
      return
    }
    case 'purge':
      for (const tunnel of router.tunnels) startAnew(router, tunnel)
      return
    case 'clear crypto':
      return clearCrypto(router)
    case 'reload':
      return reload(router, boot)
    default:
      return order satisfies never
  }
}

function registerWith(router: RouterState, order: Extract<Order, { order: 'register' }>): void {
  const tunnel = tunnelNamed(router, order.interface)
  if (tunnel === undefined) return
  for (const server of tunnel.servers)
    if (server.family === order.family && stationOfServer(tunnel, server) === order.server)
      register(router, tunnel, server)
}

/** What is configured, and the router's own addresses, stay. */
function isLasting(entry: CacheEntry): boolean {
  return entry.kind === 'static' || entry.kind === 'nhs' || (entry.kind === 'local' && !entry.flags.local)
}

function clearMappings(router: RouterState, tunnel: TunnelState, prefix: Prefix | undefined): void {
  for (const each of tunnel.cache.values()) {
    if (isLasting(each) || (prefix !== undefined && !contains(prefix, each.prefix))) continue
    tellRequesters(router, tunnel, each)
    forget(router, tunnel, each, 'cleared')
  }
  if (prefix === undefined) tunnel.requests.clear()
}

/**
 * OpenNHRP's purge: mappings are dropped and registrations made anew, with what follows on a first one. Routes to
 * networks stay until their own time.
 */
function startAnew(router: RouterState, tunnel: TunnelState): void {
  clearMappings(router, tunnel, undefined)
  stopRegistrations(router, tunnel)
  startRegistrations(router, tunnel, router.profile.registration.restart)
}

/** Everything goes down at once and unsaid, and comes up again. */
function reload(router: RouterState, boot: (router: RouterState) => void): void {
  const wanted = [...router.interfaces.values()].map(each => each.enabled)
  const { watcher } = router
  router.watcher = undefined
  for (const each of router.interfaces.values()) each.enabled = false
  settleInterfaces(router)
  ;[...router.interfaces.values()].forEach((each, index) => {
    each.enabled = wanted[index]!
    each.addresses = each.settings.addresses
  })
  router.agenda = new Agenda()
  router.effects = []
  router.local = []
  router.routes = new RouteTable()
  router.own = new SmallMap()
  router.eigrp = router.settings.eigrp.map(each => eigrpStateOf(each, router.now))
  router.ospf = router.settings.ospf.map(ospfStateOf)
  router.crypto = cryptoStateOf()
  router.opened = []
  router.fragments.clear()
  router.pings.clear()
  router.nextRequestId = 1
  router.watcher = watcher
  boot(router)
}
