/** What arrives as NHRP: whole, unbroken, of the right version and key, and then by kind. */
import { errorCode, type Nhrp, type NhrpErrorIndication, type NhrpExchange } from '@dmvpn/protocols'
import { checksumOf, type Fault, type Ipv4, isFault } from '@dmvpn/wire'
import { type RouterState, say } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import type { DiscardReason } from '../steps.ts'
import { networkOfTunnel, runsNhrp, type TunnelState } from '../tunnel/tunnel-state.ts'
import { hasRightKey } from './authentication.ts'
import { indicateError } from './errors.ts'
import { familyOfMessage, ipOf, nbmaOf, ownProtocol } from './messages.ts'
import { checkNat, isAboutItsSender } from './nat.ts'
import { acceptPurgeReply, servePurge } from './purge.ts'
import { acceptIndication } from './redirect.ts'
import { acceptRegistrationReply, failRegistration, registerAnew, serverFor } from './registration-client.ts'
import { serveRegistration } from './registration-server.ts'
import { relay } from './relay.ts'
import { acceptReply, failRequest, pendingFor } from './resolution-client.ts'
import { serveResolution } from './resolution-server.ts'

/** One NHRP message from the station `from`; its octets begin `at` there. Undefined: there are none. */
export function receiveNhrp(
  router: RouterState,
  tunnel: TunnelState,
  message: Nhrp | Fault | undefined,
  view: DataView,
  at: number,
  from: Ipv4,
): void {
  if (!runsNhrp(tunnel)) return discard(router, tunnel, 'not configured')
  if (message === undefined || isFault(message)) return discard(router, tunnel, 'malformed')
  const size = sizeClaimed(view, at)
  if (checksumOf(view, at, at + size) !== 0) return discard(router, tunnel, 'checksum')
  router.watcher?.({ step: 'message received', tunnel: tunnel.name, message, size, from }, router.now)
  if (message.version !== 1 || message.kind === 'unrecognised') {
    discard(router, tunnel, 'version')
    return indicateError(router, tunnel, message, errorCode.protocolError, 0, from)
  }
  if (isEcho(tunnel, message)) return discard(router, tunnel, 'own packet')
  if (!hasRightKey(router, tunnel, message)) {
    discard(router, tunnel, 'authentication')
    if (router.profile.wrongKey === 'error')
      indicateError(router, tunnel, message, errorCode.authenticationFailure, 0, from)
    return
  }
  dispatch(router, tunnel, message, from)
}

function discard(router: RouterState, tunnel: TunnelState, because: DiscardReason): void {
  say(router, { step: 'message discarded', tunnel: tunnel.name, because })
}

/** `ar$pktsz`: what the checksum covers. */
function sizeClaimed(view: DataView, at: number): number {
  return view.getUint16(at + 10)
}

/** A request of this router that somebody turned round. */
function isEcho(tunnel: TunnelState, message: Nhrp): boolean {
  const { kind } = message
  if (kind !== 'registration-request' && kind !== 'resolution-request' && kind !== 'purge-request') return false
  return (
    message.sourceProtocol !== undefined && message.sourceProtocol === ownProtocol(tunnel, familyOfMessage(message))
  )
}

function dispatch(router: RouterState, tunnel: TunnelState, message: Nhrp, from: Ipv4): void {
  const isReply = isReplyKind(message.kind)
  const station = ipOf(isReply ? message.sourceProtocol : message.destinationProtocol)
  const toUs =
    isOwn(tunnel, station) ||
    (message.kind === 'registration-request' && message.sourceProtocol === message.destinationProtocol)
  router.watcher?.(
    { step: 'message addressed', tunnel: tunnel.name, networkIn: isReply ? 0 : networkOfTunnel(tunnel), toUs },
    router.now,
  )
  if (toUs && message.hopCount === 0 && router.profile.rejectsHopZero && message.kind !== 'error-indication') {
    return discard(router, tunnel, 'hop count')
  }
  switch (message.kind) {
    case 'registration-request': {
      const claimed = nbmaOf(message.sourceNbma)
      if (toUs && claimed !== undefined) checkNat(router, claimed, from)
      return toUs ? serveRegistration(router, tunnel, message, from) : passOn(router, tunnel, message, station, from)
    }
    case 'resolution-request':
      return serveResolution(router, tunnel, message, from)
    case 'purge-request':
      return toUs ? servePurge(router, tunnel, message, from) : passOn(router, tunnel, message, station, from)
    case 'registration-reply':
    case 'resolution-reply':
    case 'purge-reply':
      return toUs ? acceptAnyReply(router, tunnel, message, from) : passOn(router, tunnel, message, station, from)
    case 'error-indication':
      return toUs ? acceptError(router, tunnel, message) : passOn(router, tunnel, message, station, from)
    case 'traffic-indication':
      return acceptIndication(router, tunnel, message, from)
    case 'unrecognised':
      return undefined
    default:
      return message satisfies never
  }
}

function isReplyKind(kind: Nhrp['kind']): boolean {
  return kind === 'registration-reply' || kind === 'resolution-reply' || kind === 'purge-reply'
}

function isOwn(tunnel: TunnelState, address: Ip | undefined): boolean {
  if (address === undefined) return false
  const { addresses } = tunnel.interface
  for (let i = 0; i < addresses.length; i++) if (addresses[i]!.address === address) return true
  return false
}

function passOn(router: RouterState, tunnel: TunnelState, message: Nhrp, towards: Ip | undefined, from: Ipv4): void {
  if (towards === undefined) discard(router, tunnel, 'not for us')
  else if (relay(router, tunnel, message, towards, from) === 'nowhere') discard(router, tunnel, 'no route')
}

function acceptAnyReply(router: RouterState, tunnel: TunnelState, reply: NhrpExchange, from: Ipv4): void {
  if (reply.kind === 'purge-reply') {
    if (!acceptPurgeReply(tunnel, reply)) discard(router, tunnel, 'not asked for')
    return
  }
  if (reply.kind === 'registration-reply') {
    const server = serverFor(tunnel, reply.requestId)
    if (server === undefined) discard(router, tunnel, 'not asked for')
    else acceptRegistrationReply(router, tunnel, server, reply, from)
    return
  }
  const request = pendingFor(tunnel, reply)
  if (request === undefined) {
    discard(router, tunnel, 'not asked for')
    if (router.profile.unmatchedReply === 'error')
      indicateError(router, tunnel, reply, errorCode.invalidResolutionReply, 0, from)
    return
  }
  const client = nbmaOf(reply.entries[0]?.nbma)
  if (client !== undefined && isAboutItsSender(reply)) checkNat(router, client, from)
  acceptReply(router, tunnel, reply, request)
}

/** The quoted message was in error: what waits for its answer waits in vain. */
function acceptError(router: RouterState, tunnel: TunnelState, error: NhrpErrorIndication): void {
  const id = quotedRequestId(error.quote)
  if (id === undefined) return
  const server = serverFor(tunnel, id)
  if (server !== undefined) {
    failRegistration(router, tunnel, server, error.errorCode)
    if (router.profile.registration.renewsId) registerAnew(router, tunnel, server)
    return
  }
  for (const request of tunnel.requests.values()) {
    if (request.requestId === id) return failRequest(router, tunnel, request, error.errorCode)
  }
}

/** The request id stands behind the fixed part, the lengths and the flags, even where the quote ends early. */
function quotedRequestId(quote: Uint8Array): number | undefined {
  if (quote.length < 28 || quote[17]! > 6) return undefined
  return new DataView(quote.buffer, quote.byteOffset, quote.byteLength).getUint32(24)
}
