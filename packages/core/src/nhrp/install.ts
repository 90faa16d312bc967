/** What an answer becomes: mappings, and with phase 3 a shortcut. */
import type { Cie } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { seconds } from '../instant.ts'
import { hostPrefix, prefixOf, widthOf } from '../prefix.ts'
import type { RouterState } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { refreshTime } from './ageing.ts'
import type { CacheEntry, EntryFacts } from './cache.ts'
import { forget, learn } from './entries.ts'
import { lengthOfPrefixNumber } from './messages.ts'
import { installNetwork, installShortcut, safeLength } from './shortcut.ts'
import type { PendingRequest } from './state.ts'

/** Who answered for the target. */
export interface Answer {
  readonly client: Ip
  readonly claimed: Ipv4
  readonly nbma: Ipv4
}

/** Puts an answer in the tables. */
export function install(
  router: RouterState,
  tunnel: TunnelState,
  request: PendingRequest,
  best: Cie,
  answer: Answer,
): void {
  const { target } = request
  const { client, claimed, nbma } = answer
  const length = safeLength(router, tunnel, target, lengthOfPrefixNumber(best.prefixLength, target))
  const network = prefixOf(target, length)
  removeIncomplete(router, tunnel, target, network.length)
  const life = seconds(best.holdingTime)
  const facts: Omit<EntryFacts, 'prefix' | 'via'> = {
    kind: router.profile.cache.learned,
    nbma,
    claimedNbma: claimed,
    expires: router.now + life,
    refreshAt: refreshTime(router, life, 0),
    mtu: best.mtu,
    preference: best.preference,
    holdingTime: best.holdingTime,
    flags: { router: true, implicit: false },
  }
  if (router.profile.cache.networks === 'entry') {
    const made = learn(router, tunnel, { ...facts, prefix: network, via: client })
    if (client !== target) learn(router, tunnel, { ...facts, prefix: hostPrefix(client), via: client })
    if (made !== undefined && request.reason === 'indication') installShortcut(router, tunnel, made, client)
    return
  }
  // OpenNHRP lets a mapping of the next hop that is there live by its own time.
  const known = router.profile.cache.target || client === target ? undefined : knownStation(tunnel, client)
  const hop = known ?? learn(router, tunnel, { ...facts, prefix: hostPrefix(client), via: client })
  if (router.profile.cache.target && client !== target) {
    learn(router, tunnel, { ...facts, prefix: hostPrefix(target), via: target })
  }
  if (hop !== undefined) installNetwork(router, tunnel, network, client, hop)
}

function knownStation(tunnel: TunnelState, address: Ip): CacheEntry | undefined {
  const known = tunnel.cache.exact(hostPrefix(address))
  return known?.kind === 'cached' ? known : undefined
}

function removeIncomplete(router: RouterState, tunnel: TunnelState, target: Ip, length: number): void {
  const waiting = tunnel.cache.exact(hostPrefix(target))
  if (waiting?.kind === 'incomplete' && length !== widthOf(target)) forget(router, tunnel, waiting, 'replaced')
}
