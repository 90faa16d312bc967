/** Answers that wait: their receiver can be reached only by an association that is not open yet. */
import type { NhrpExchange } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { requestAssociation } from '../ipsec/protect.ts'
import { type RouterState, say } from '../router-state.ts'
import type { Ip } from '../settings.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'
import { transmit } from './transmit.ts'

/** The answer waits until packets to its receiver can leave. */
export function delay(
  router: RouterState,
  tunnel: TunnelState,
  message: NhrpExchange,
  destination: Ip,
  nbma: Ipv4,
  protocol: Ip,
): void {
  const waiting = tunnel.delayed.get(nbma) ?? []
  if (waiting.length >= mostDelayed) return
  tunnel.delayed.set(nbma, [...waiting, { message, destination, nbma, protocol }])
  say(router, { step: 'resolution delayed', tunnel: tunnel.name, nbma, protocol })
  requestAssociation(router, tunnel, nbma)
}

const mostDelayed = 16

/** The association is open: what waited for it leaves. */
export function sendDelayed(router: RouterState, tunnel: TunnelState, nbma: Ipv4): void {
  const waiting = tunnel.delayed.get(nbma) ?? []
  tunnel.delayed.delete(nbma)
  for (const { message, destination } of waiting) transmit(router, tunnel, message, destination, { nbma })
}
