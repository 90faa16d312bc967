/** What a request teaches about whoever sent it. */
import { type NhrpExchange, resolutionFlag } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { seconds } from '../instant.ts'
import { hostPrefix } from '../prefix.ts'
import type { RouterState } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { refreshTime } from './ageing.ts'
import { learn } from './entries.ts'
import { natOf } from './messages.ts'

/** The requester's own mapping, from the source part of its request. */
export function learnRequester(
  router: RouterState,
  tunnel: TunnelState,
  request: NhrpExchange,
  requester: Ip,
  claimed: Ipv4,
): void {
  const { learnsRequester } = router.profile
  const holdingTime = request.entries[0]?.holdingTime ?? 0
  const isStable = (request.flags & resolutionFlag.sourceStable) !== 0
  if (learnsRequester === 'never' || (learnsRequester === 'if-stable' && !isStable) || holdingTime === 0) return
  if (hasUnknownCompulsory(request)) return
  const known = tunnel.cache.exact(hostPrefix(requester))
  if (known !== undefined && (known.kind === 'dynamic' || known.kind === 'static') && known.flags.registered) return
  const life = seconds(holdingTime)
  learn(router, tunnel, {
    prefix: hostPrefix(requester),
    kind: router.profile.cache.learned,
    via: requester,
    nbma: natOf(request, requester) ?? claimed,
    claimedNbma: claimed,
    expires: router.now + life,
    refreshAt: refreshTime(router, life, 0),
    holdingTime,
    mtu: request.entries[0]?.mtu ?? 0,
    flags: {
      router: (request.flags & resolutionFlag.router) !== 0,
      implicit: known === undefined || known.flags.implicit || known.kind === 'incomplete',
    },
  })
}

/** RFC 2332 §5.3: nothing is cached from what is not wholly understood. */
function hasUnknownCompulsory(request: NhrpExchange): boolean {
  return request.extensions.some(each => each.kind === 'unrecognised' && each.compulsory)
}
