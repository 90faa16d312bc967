/** A server passes messages on (RFC 2332 §5.2.0, §5.3.2, §5.3.3): one hop less, its own record more, the key renewed. */
import { type Extension, errorCode, type Nhrp } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { type RouterState, say } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { indicateError } from './errors.ts'
import { authenticationExtension, entry, ownRecord, prefixNumber } from './messages.ts'
import { stationTowards, transmit } from './transmit.ts'

/** `nowhere`: nobody is known who could be asked further. */
export type Relayed = 'passed' | 'discarded' | 'nowhere'

/** Passes a message on towards an address, or says why not. */
export function relay(router: RouterState, tunnel: TunnelState, message: Nhrp, towards: Ip, from: Ipv4): Relayed {
  const { loop, codes } = router.profile
  if (message.hopCount === 0) {
    discard(router, tunnel, 'hop count')
    indicateError(router, tunnel, message, errorCode.hopCountExceeded, hopCountOffset, from)
    return 'discarded'
  }
  const nbma = stationTowards(router, tunnel, towards)
  if (hasBeenHere(router, tunnel, message, nbma)) {
    discard(router, tunnel, 'loop')
    if (loop.tells) indicateError(router, tunnel, message, codes.loop, 0, from)
    return 'discarded'
  }
  if (nbma === undefined && router.profile.unreachable === 'error') {
    discard(router, tunnel, 'no route')
    indicateError(router, tunnel, message, errorCode.protocolAddressUnreachable, 0, from)
    return 'discarded'
  }
  const passed: Nhrp = {
    ...message,
    hopCount: message.hopCount - 1,
    extensions: message.extensions.map(each => recorded(router, tunnel, message, each)),
  }
  // Back to where it came from would be a loop of two.
  const to =
    nbma === from
      ? undefined
      : transmit(router, tunnel, passed, towards, { forwarded: true, viaServer: true, avoids: from })
  return to === undefined ? 'nowhere' : 'passed'
}

/** `ar$hopcnt` in the fixed part. */
const hopCountOffset = 9

function discard(router: RouterState, tunnel: TunnelState, because: 'hop count' | 'loop' | 'no route'): void {
  say(router, { step: 'message discarded', tunnel: tunnel.name, because })
}

/** Requests and indications are recorded on the way there, replies on the way back. */
function transitOf(message: Nhrp): 'forward-transit' | 'reverse-transit' {
  return message.kind.endsWith('-reply') ? 'reverse-transit' : 'forward-transit'
}

function hasBeenHere(router: RouterState, tunnel: TunnelState, message: Nhrp, next: Ipv4 | undefined): boolean {
  const transit = transitOf(message)
  const own = new Set(tunnel.interface.addresses.map(({ address }) => address))
  const byAddress = router.profile.loop.test === 'own-address'
  return message.extensions.some(
    each =>
      each.kind === transit &&
      each.entries.some(({ nbma, protocol }) =>
        byAddress ? typeof protocol !== 'object' && protocol !== undefined && own.has(protocol) : nbma === next,
      ),
  )
}

function recorded(router: RouterState, tunnel: TunnelState, message: Nhrp, each: Extension): Extension {
  if (each.kind === transitOf(message)) {
    const family = typeof message.sourceProtocol === 'bigint' ? 'ipv6' : 'ipv4'
    return { ...each, entries: [...each.entries, ownRecord(router, tunnel, family)] }
  }
  if (each.kind === 'authentication') return authenticationExtension(tunnel) ?? each
  if (each.kind === 'nat-address' && each.entries.length === 0) return filledNat(router, tunnel, message, each)
  return each
}

/** A server that knows a station's public address writes it where the station could not. */
function filledNat(
  router: RouterState,
  tunnel: TunnelState,
  message: Nhrp,
  each: Extension & { kind: 'nat-address' },
): Extension {
  const about = message.kind === 'resolution-reply' ? message.entries[0]?.protocol : message.sourceProtocol
  if (about === undefined || typeof about === 'object') return each
  const known = tunnel.cache.usable(about)
  if (known?.nbma === undefined || known.nbma === known.claimedNbma) return each
  const prefixLength = prefixNumber(router.profile.secondNatPrefix, about)
  return { ...each, entries: [entry({ prefixLength, mtu: 0, nbma: known.nbma, protocol: about })] }
}
