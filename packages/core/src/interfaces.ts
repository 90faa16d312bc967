/** Interfaces come and go, and with them addresses, networks, tunnels and what runs on them. */

import { type Ipv4, maskOf } from '@dmvpn/wire'
import type { InterfaceState } from './interface-state.ts'
import { startCryptoOn, stopCryptoOn } from './ipsec/protect.ts'
import { forget, learn } from './nhrp/entries.ts'
import { startRegistrations, stopRegistrations } from './nhrp/registration-client.ts'
import { hostPrefix, prefixOf, samePrefix, widthOf } from './prefix.ts'
import { type RouterState, say } from './router-state.ts'
import { attach, detach, installStaticRoutes } from './routing/attached.ts'
import type { Ip, Prefix } from './settings.ts'
import { runsNhrp, type TunnelState } from './tunnel/tunnel-state.ts'

/** Brings every interface to the state it should have; those without tunnels first, for tunnels stand on them. */
export function settleInterfaces(router: RouterState): void {
  for (const each of router.interfaces.values()) if (each.settings.kind !== 'tunnel') setUp(router, each, each.enabled)
  for (const tunnel of router.tunnels) settleTunnel(router, tunnel)
  installStaticRoutes(router)
}

function setUp(router: RouterState, of: InterfaceState, up: boolean): boolean {
  if (of.up === up) return false
  of.up = up
  of.changed = router.now
  say(router, { step: 'interface', interface: of.name, up })
  for (const each of of.addresses) {
    if (up) attach(router, of, each)
    else detach(router, of, each)
  }
  return true
}

function settleTunnel(router: RouterState, tunnel: TunnelState): void {
  const source = sourceOf(router, tunnel)
  const { destination, mode } = tunnel.settings
  const up = tunnel.interface.enabled && source !== undefined && (mode === 'multipoint' || destination !== undefined)
  const moved = tunnel.interface.up && up && tunnel.source !== source
  if (moved) bringDown(router, tunnel)
  tunnel.source = source
  if (up && setUp(router, tunnel.interface, true)) bringUp(router, tunnel)
  else if (!up && tunnel.interface.up) bringDown(router, tunnel)
  if (tunnel.interface.up && runsNhrp(tunnel)) settleOwn(router, tunnel)
}

/** The outer source: an address, or the first one of an interface that is up. */
function sourceOf(router: RouterState, tunnel: TunnelState): Ipv4 | undefined {
  const { source } = tunnel.settings
  if (source === undefined) return undefined
  if (source.kind === 'address') return router.own.has(source.address) ? source.address : undefined
  const by = router.interfaces.get(source.name)
  const address = by?.up === true ? by.addresses.find(each => typeof each.address === 'number')?.address : undefined
  return typeof address === 'number' ? address : undefined
}

function bringUp(router: RouterState, tunnel: TunnelState): void {
  startCryptoOn(router, tunnel)
  if (!runsNhrp(tunnel)) return
  for (const { protocol, length, nbma } of tunnel.nhrp.maps) {
    learn(router, tunnel, {
      prefix: prefixOf(protocol, length),
      kind: 'static',
      via: protocol,
      nbma,
      flags: { authoritative: true },
    })
  }
  startRegistrations(router, tunnel)
}

/** The router's own addresses among the mappings, where the profile has them there. */
function settleOwn(router: RouterState, tunnel: TunnelState): void {
  const wanted = ownPrefixes(router, tunnel)
  for (const each of tunnel.cache.values()) {
    const isOwn = each.kind === 'local' && !each.flags.local
    if (isOwn && !wanted.some(({ prefix }) => samePrefix(prefix, each.prefix))) {
      forget(router, tunnel, each, 'interface down')
    }
  }
  for (const { prefix, via } of wanted) {
    if (tunnel.cache.exact(prefix)?.kind === 'local') continue
    learn(router, tunnel, {
      prefix,
      kind: 'local',
      via,
      nbma: tunnel.source,
      flags: { noSocket: true, authoritative: true },
    })
  }
}

function ownPrefixes(router: RouterState, tunnel: TunnelState): { readonly prefix: Prefix; readonly via: Ip }[] {
  const { own } = router.profile.cache
  if (own === 'none') return []
  const prefixes: { readonly prefix: Prefix; readonly via: Ip }[] = []
  for (const { address, length } of tunnel.interface.addresses) {
    if (typeof address === 'bigint') continue
    prefixes.push({ prefix: hostPrefix(address), via: address })
    if (own === 'networks' && length < widthOf(address)) {
      const broadcast = (address | ~maskOf(length)) >>> 0
      prefixes.push({ prefix: hostPrefix(broadcast), via: address })
    }
  }
  if (own === 'address') return prefixes
  for (const of of router.interfaces.values()) {
    if (!of.up || !of.settings.shortcutDestination) continue
    for (const { address, length } of of.addresses) prefixes.push({ prefix: prefixOf(address, length), via: address })
  }
  return prefixes
}

function bringDown(router: RouterState, tunnel: TunnelState): void {
  stopRegistrations(router, tunnel)
  for (const each of [...tunnel.cache.values(), ...tunnel.shortcuts.values()])
    forget(router, tunnel, each, 'interface down')
  tunnel.requests.clear()
  tunnel.purges.clear()
  tunnel.delayed.clear()
  tunnel.multicast.clear()
  tunnel.redirects.clear()
  stopCryptoOn(router, tunnel)
  setUp(router, tunnel.interface, false)
}

/** An address is added to an interface, or taken from it. */
export function changeAddress(router: RouterState, of: InterfaceState, address: Prefix, add: boolean): void {
  const isThere = of.addresses.find(each => each.address === address.address)
  if (add === (isThere !== undefined)) return
  of.addresses = add ? [...of.addresses, address] : of.addresses.filter(each => each !== isThere)
  if (!of.up) return
  if (add) attach(router, of, address)
  else detach(router, of, isThere!)
  settleInterfaces(router)
}
