/** The asking side: when a target is asked for, how long, and what becomes of the answer (RFC 2332 §5.2.1, §5.2.2). */
import { type Cie, cieCode, type NhrpExchange } from '@dmvpn/protocols'
import { switchingOf } from '../forwarding/adjacency.ts'
import { seconds } from '../instant.ts'
import { familyOf, hostPrefix } from '../prefix.ts'
import { type RouterState, say, setAlarm, takeRequestId } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { forget, learn } from './entries.ts'
import { install } from './install.ts'
import {
  entry,
  entryMtu,
  exchange,
  extensionsFor,
  ipOf,
  natOf,
  nbmaOf,
  ownProtocol,
  prefixNumber,
  protocolTypeOf,
} from './messages.ts'
import { retryAfter } from './retry.ts'
import type { PendingRequest } from './state.ts'
import { currentServer, stationOfServer, transmit } from './transmit.ts'

/**
 * Asks for a target unless it is being asked for, was refused lately, or this router only serves. Whether a request
 * went out.
 */
export function askFor(
  router: RouterState,
  tunnel: TunnelState,
  target: Ip,
  reason: PendingRequest['reason'],
): boolean {
  if (tunnel.nhrp.serverOnly || tunnel.requests.has(target)) return false
  const known = tunnel.cache.exact(hostPrefix(target))
  if (known?.kind === 'negative' || known?.kind === 'local') return false
  return ask(router, tunnel, target, reason)
}

/** Asks for a target whatever is known of it; once more where it is being asked for. */
export function askNow(router: RouterState, tunnel: TunnelState, target: Ip): void {
  const pending = tunnel.requests.get(target)
  if (pending === undefined) ask(router, tunnel, target, 'indication')
  else put(router, tunnel, pending)
}

function ask(router: RouterState, tunnel: TunnelState, target: Ip, reason: PendingRequest['reason']): boolean {
  const message = resolutionRequest(router, tunnel, target)
  if (message === undefined) return false
  const request: PendingRequest = {
    target,
    requestId: message.requestId,
    message,
    reason,
    attempts: 0,
    began: router.now,
  }
  tunnel.requests.set(target, request)
  if (tunnel.cache.usable(target) === undefined || reason !== 'refresh') {
    const life = seconds(router.profile.negativeTime)
    learn(router, tunnel, {
      prefix: hostPrefix(target),
      kind: 'incomplete',
      via: target,
      nbma: undefined,
      expires: router.now + life,
    })
  }
  attempt(router, tunnel, request)
  return true
}

function resolutionRequest(router: RouterState, tunnel: TunnelState, target: Ip): NhrpExchange | undefined {
  const { profile } = router
  const own = ownProtocol(tunnel, familyOf(target))
  if (own === undefined || tunnel.source === undefined) return undefined
  const { prefix, sharedPrefix, flags } = profile.resolution
  return exchange('resolution-request', {
    protocolType: protocolTypeOf(target),
    hopCount: profile.hopCount.request,
    flags,
    requestId: takeRequestId(router),
    sourceNbma: tunnel.source,
    sourceProtocol: own,
    destinationProtocol: target,
    entries: [
      entry({
        prefixLength: prefixNumber(tunnel.nhrp.unique ? prefix : sharedPrefix, target),
        mtu: entryMtu(router, tunnel),
        holdingTime: tunnel.nhrp.holdingTime,
      }),
    ],
    extensions: extensionsFor(profile, tunnel, requestExtensions, { nat: natOfSelf(router, tunnel, own) }),
  })
}

const requestExtensions = [
  'responder-address',
  'forward-transit',
  'reverse-transit',
  'authentication',
  'nat-address',
] as const

/** This station's public address, where NAT gave it one. */
export function natOfSelf(router: RouterState, tunnel: TunnelState, own: Ip): Cie[] {
  if (tunnel.publicNbma === undefined || tunnel.publicNbma === tunnel.source) return []
  const { natPrefix } = router.profile
  return [
    entry({
      prefixLength: prefixNumber(natPrefix, own),
      mtu: entryMtu(router, tunnel),
      nbma: tunnel.publicNbma,
      protocol: own,
    }),
  ]
}

function attempt(router: RouterState, tunnel: TunnelState, request: PendingRequest): void {
  const { retry } = router.profile.resolution
  request.attempts++
  if (request.attempts === 1 || !router.prompted) put(router, tunnel, request)
  setAlarm(router, router.now + retryAfter(router, retry, request.attempts), { alarm: 'request', tunnel, request })
}

function put(router: RouterState, tunnel: TunnelState, request: PendingRequest): void {
  const { path } = router.profile.resolution
  const server = path === 'server' ? currentServer(tunnel, typeof request.target === 'number') : undefined
  if (server === undefined) transmit(router, tunnel, request.message, request.target, { viaServer: true })
  else
    transmit(router, tunnel, request.message, server.protocol ?? request.target, {
      nbma: stationOfServer(tunnel, server),
    })
}

/** No answer yet: again, or no more. */
export function requestAlarm(router: RouterState, tunnel: TunnelState, request: PendingRequest): void {
  if (tunnel.requests.get(request.target) !== request) return
  if (request.attempts < router.profile.resolution.retry.attempts) {
    attempt(router, tunnel, request)
    return
  }
  tunnel.requests.delete(request.target)
  say(router, { step: 'request given up', tunnel: tunnel.name, target: request.target, requestId: request.requestId })
  refuse(router, tunnel, request, 0)
}

/** Keeps further requests for the target away for a while. */
function refuse(router: RouterState, tunnel: TunnelState, request: PendingRequest, code: number): void {
  const old = tunnel.cache.exact(hostPrefix(request.target))
  if (old !== undefined && old.kind !== 'incomplete') return
  const expires = request.began + seconds(router.profile.negativeTime)
  if (expires <= router.now) {
    if (old !== undefined) forget(router, tunnel, old, 'expired')
    return
  }
  learn(router, tunnel, {
    prefix: hostPrefix(request.target),
    kind: 'negative',
    via: request.target,
    nbma: undefined,
    code,
    expires,
  })
}

/** What a reply answers; undefined where nothing here asked for it. */
export function pendingFor(tunnel: TunnelState, reply: NhrpExchange): PendingRequest | undefined {
  const target = ipOf(reply.destinationProtocol)
  const request = target === undefined ? undefined : tunnel.requests.get(target)
  return request?.requestId === reply.requestId ? request : undefined
}

/** The answer to a request of this router. */
export function acceptReply(
  router: RouterState,
  tunnel: TunnelState,
  reply: NhrpExchange,
  request: PendingRequest,
): void {
  const best = bestEntry(reply.entries)
  tunnel.requests.delete(request.target)
  if (best === undefined || best.code !== cieCode.success) {
    refuse(router, tunnel, request, best?.code ?? router.profile.codes.noBinding)
    return
  }
  const claimed = nbmaOf(best.nbma)
  const client = ipOf(best.protocol) ?? request.target
  if (claimed === undefined) return
  const nbma = natOf(reply, client) ?? claimed
  if (tunnel.source !== undefined) {
    say(router, { step: 'delayed event looked up', tunnel: tunnel.name, nbma, protocol: client, found: false })
    say(router, { step: 'resolution not delayed', sourceNbma: tunnel.source, destinationNbma: nbma })
  }
  install(router, tunnel, request, best, { client, claimed, nbma })
  // A packet that is switched by process would look for its destination again.
  if (switchingOf(router, tunnel) === 'process') {
    say(router, {
      step: 'delayed event looked up',
      tunnel: tunnel.name,
      nbma: 0,
      protocol: request.target,
      found: false,
    })
  }
}

/** The most preferred of the entries that are not refusals; among equals the first. */
function bestEntry(entries: readonly Cie[]): Cie | undefined {
  let best: Cie | undefined
  for (const each of entries) {
    if (best === undefined || (each.code === cieCode.success && each.preference > best.preference)) best = each
  }
  return best
}

/** An Error Indication quoted the request: nothing will come of it. */
export function failRequest(
  router: RouterState,
  tunnel: TunnelState,
  request: PendingRequest,
  errorCode: number,
): void {
  tunnel.requests.delete(request.target)
  refuse(router, tunnel, request, errorCode)
}
