/** The NAT check: whether a station's packets come from the address it says it has. */
import type { NhrpExchange } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { RouterState } from '../router-state.ts'
import { nbmaOf } from './messages.ts'

/** Whether the message comes from its source itself: nobody forwarded it. */
export function isFirstHand(message: NhrpExchange): boolean {
  return !message.extensions.some(each => each.kind === 'forward-transit' && each.entries.length > 0)
}

/** Compares the claimed NBMA address with the outer source. Only what was not forwarded can be compared. */
export function checkNat(router: RouterState, claimed: Ipv4, outer: Ipv4): void {
  router.watcher?.({ step: 'nat checked', claimed, outer, matched: claimed === outer }, router.now)
}

/** A reply can be checked where its author is the station it is about, and sent it straight here. */
export function isAboutItsSender(reply: NhrpExchange): boolean {
  const client = nbmaOf(reply.entries[0]?.nbma)
  if (client === undefined) return false
  let wasRelayed = false
  let isAuthor = false
  for (const each of reply.extensions) {
    if (each.kind === 'reverse-transit') wasRelayed = each.entries.length > 0
    if (each.kind === 'responder-address') isAuthor = each.entries.some(({ nbma }) => nbma === client)
  }
  return isAuthor && !wasRelayed
}
