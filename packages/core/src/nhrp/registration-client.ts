/** The registering side: one state machine per next hop server (RFC 2332 §5.2.3, §5.2.4). */
import { cieCode, type NhrpExchange } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { never, type Span, seconds } from '../instant.ts'
import { fitted } from '../mostly-empty.ts'
import { familyOf, hostPrefix } from '../prefix.ts'
import { type RouterState, resetAlarm, say, takeRequestId } from '../router-state.ts'
import type { NextHopServer } from '../settings.ts'
import type { ServerStateName } from '../steps.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { learn } from './entries.ts'
import { ipOf, nbmaOf } from './messages.ts'
import { purgeAtServer } from './purge.ts'
import { registrationRequest } from './registration-request.ts'
import { retryAfter } from './retry.ts'
import type { ServerState } from './state.ts'
import { stationOfServer, transmit } from './transmit.ts'

/** The servers of a tunnel, none of them asked yet. A server without protocol address has one per family of the tunnel. */
export function serversOf(tunnel: TunnelState): ServerState[] {
  const families = [...new Set(tunnel.interface.addresses.map(({ address }) => familyOf(address)))]
  const servers = [...tunnel.nhrp.servers]
    .sort((one, other) => one.priority - other.priority)
    .flatMap(settings =>
      (settings.protocol === undefined ? families : [familyOf(settings.protocol)]).map(family =>
        freshServer(settings, family),
      ),
    )
  return fitted(servers)
}

function freshServer(settings: NextHopServer, family: ServerState['family']): ServerState {
  return {
    settings,
    family,
    protocol: settings.protocol,
    nbma: settings.nbma,
    state: 'down',
    requestId: 0,
    attempts: 0,
    accepted: false,
    initialLeft: 0,
    due: never,
    alarm: undefined,
    code: 0,
    lastReply: never,
    sent: 0,
    received: 0,
    failed: 0,
  }
}

/** The tunnel came up: every server is asked anew. */
export function startRegistrations(
  router: RouterState,
  tunnel: TunnelState,
  delay: Span = router.profile.registration.delay,
): void {
  const { initial } = router.profile.registration
  tunnel.servers = serversOf(tunnel)
  for (const server of tunnel.servers) {
    server.initialLeft = initial.count
    wait(router, tunnel, server, delay)
  }
}

/** The tunnel went down, or is about to start anew: nothing is waited for any more. */
export function stopRegistrations(router: RouterState, tunnel: TunnelState): void {
  for (const server of tunnel.servers) {
    server.due = never
    setState(router, tunnel, server, 'down')
  }
}

function wait(router: RouterState, tunnel: TunnelState, server: ServerState, span: Span): void {
  server.due = router.now + span
  server.alarm ??= { alarm: 'registration', tunnel, server }
  resetAlarm(router, server.due, server.alarm)
}

/** Time to register. */
export function registrationAlarm(router: RouterState, tunnel: TunnelState, server: ServerState): void {
  if (router.now < server.due || router.prompted) return
  server.due = never
  register(router, tunnel, server)
}

/** Registers: with a new request, or the same once more. */
export function register(router: RouterState, tunnel: TunnelState, server: ServerState): void {
  if (!tunnel.interface.up) return
  const { profile } = router
  if (server.state === 'expecting' && server.attempts > 0) {
    server.failed++
    if (server.attempts >= missesUntilDown && server.accepted) {
      server.code = 0
      setState(router, tunnel, server, 'down')
    }
  }
  const repeats = server.attempts > 0 && !(profile.registration.renewsId && renewsNow(router, server))
  if (!repeats) server.requestId = takeRequestId(router)
  const station = stationOfServer(tunnel, server)
  const message = registrationRequest(router, tunnel, server, station)
  if (message === undefined) return
  server.attempts++
  server.sent++
  if (server.state === 'responding' && server.attempts > 1) setState(router, tunnel, server, 'expecting')
  if (server.state === 'down' && server.attempts === 1) setState(router, tunnel, server, 'expecting')
  transmit(router, tunnel, message, server.protocol ?? ipOf(message.sourceProtocol)!, { nbma: station })
  server.initialLeft = Math.max(0, server.initialLeft - 1)
  if (server.initialLeft > 0) {
    server.attempts = 0
    wait(router, tunnel, server, profile.registration.initial.gap)
    return
  }
  wait(router, tunnel, server, retryAfter(router, profile.registration.retry, server.attempts))
}

/** Unanswered registrations after which a server that responded is called down. */
const missesUntilDown = 3

function renewsNow(router: RouterState, server: ServerState): boolean {
  const { waits } = router.profile.registration.retry
  return server.accepted && (waits[Math.min(server.attempts, waits.length) - 1] ?? 0) >= 16
}

/** The server whose registration a reply answers. */
export function serverFor(tunnel: TunnelState, requestId: number): ServerState | undefined {
  const { servers } = tunnel
  for (let i = 0; i < servers.length; i++) {
    const server = servers[i]!
    if (server.requestId === requestId && server.attempts > 0) return server
  }
  return undefined
}

/** The reply to a registration. */
export function acceptRegistrationReply(
  router: RouterState,
  tunnel: TunnelState,
  server: ServerState,
  reply: NhrpExchange,
  from: Ipv4,
): void {
  server.received++
  server.lastReply = router.now
  server.code = reply.entries.find(({ code }) => code !== cieCode.success)?.code ?? cieCode.success
  if (server.code !== cieCode.success) {
    server.failed++
    setState(router, tunnel, server, 'expecting')
    server.attempts = 0
    wait(router, tunnel, server, registrationPeriod(router, tunnel))
    return
  }
  const isFirst = !server.accepted
  server.accepted = true
  server.attempts = 0
  server.nbma = stationOfServer(tunnel, server) ?? from
  server.protocol ??= ipOf(reply.destinationProtocol)
  tunnel.publicNbma = publicNbmaOf(reply)
  setState(router, tunnel, server, 'responding')
  notePublicAddress(tunnel)
  if (router.profile.cache.server && server.protocol !== undefined) rememberServer(router, tunnel, server, reply)
  if (server.initialLeft === 0) wait(router, tunnel, server, registrationPeriod(router, tunnel))
  if (isFirst) purgeAtServer(router, tunnel, server)
}

function rememberServer(router: RouterState, tunnel: TunnelState, server: ServerState, reply: NhrpExchange): void {
  const holdingTime = reply.entries[0]?.holdingTime ?? tunnel.nhrp.holdingTime
  learn(router, tunnel, {
    prefix: hostPrefix(server.protocol!),
    kind: 'nhs',
    via: server.protocol!,
    nbma: server.nbma,
    expires: router.now + seconds(holdingTime),
    holdingTime,
    flags: { authoritative: true },
  })
}

/** A second entry of the NAT extension tells the client how it looks from outside. */
function publicNbmaOf(reply: NhrpExchange): Ipv4 | undefined {
  for (const each of reply.extensions) if (each.kind === 'nat-address') return nbmaOf(each.entries[1]?.nbma)
  return undefined
}

/** The router's own entries say how it looks from outside. */
function notePublicAddress(tunnel: TunnelState): void {
  if (!tunnel.cache.hasAny('local')) return
  for (const each of tunnel.cache.values()) {
    if (each.kind === 'local' && !each.flags.local) each.nbma = tunnel.publicNbma ?? tunnel.source
  }
}

function setState(router: RouterState, tunnel: TunnelState, server: ServerState, state: ServerStateName): void {
  if (server.state === state) return
  server.state = state
  const { protocol, nbma, code } = server
  say(router, { step: 'server state', tunnel: tunnel.name, server: protocol, nbma, state, code })
}

/** From one accepted registration to the next. */
export function registrationPeriod(router: RouterState, tunnel: TunnelState): Span {
  const { registrationTimeout, holdingTime } = tunnel.nhrp
  if (registrationTimeout !== undefined) return seconds(registrationTimeout)
  return seconds(Math.max(1, Math.floor(holdingTime / 3)) + router.profile.registration.margin)
}

/** An Error Indication quoted a registration: that attempt failed. */
export function failRegistration(
  router: RouterState,
  tunnel: TunnelState,
  server: ServerState,
  errorCode: number,
): void {
  server.failed++
  server.code = errorCode
  setState(router, tunnel, server, 'expecting')
}

/** A registration is due at once, with a new id. */
export function registerAnew(router: RouterState, tunnel: TunnelState, server: ServerState): void {
  server.attempts = 0
  wait(router, tunnel, server, seconds(1))
}

/** What kept a registration from leaving is gone: it is sent at once. */
export function registerNow(router: RouterState, tunnel: TunnelState, server: ServerState): void {
  wait(router, tunnel, server, 0)
}
