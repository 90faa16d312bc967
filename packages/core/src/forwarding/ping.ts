/** An operator's ping: echo requests one after another, and what came of each. */
import { seconds } from '../instant.ts'
import type { PingOrder } from '../orders.ts'
import { originate, type RouterState, say, setAlarm, takeIdentification } from '../router-state.ts'
import { sourceFor } from '../routing/source-address.ts'
import { type Echo, echoRequest } from './echo.ts'
import type { PingState } from './ping-state.ts'

/** Begins; five packets of 100 octets with two seconds each are the usual. */
export function startPing(router: RouterState, order: PingOrder): void {
  const ping: PingState = {
    id: ++router.pingCount,
    destination: order.destination,
    source: order.source,
    count: order.count ?? 5,
    size: order.size ?? 100,
    timeout: order.timeout ?? seconds(2),
    interval: order.interval,
    sequence: 0,
    sentAt: [],
    answered: [],
    roundTrips: [],
  }
  router.pings.set(ping.id, ping)
  sendNext(router, ping)
}

function sendNext(router: RouterState, ping: PingState): void {
  const { sequence } = ping
  if (sequence >= ping.count) return
  ping.sequence++
  ping.sentAt[sequence] = router.now
  ping.answered[sequence] = undefined
  const source = ping.source ?? sourceFor(router, ping.destination)
  say(router, { step: 'ping sent', ping: ping.id, sequence })
  if (source !== undefined) {
    const echo = { identifier: ping.id & 0xffff, sequence: sequence & 0xffff }
    const { ttl, dontFragment } = router.profile.outer
    const options = { ttl, dontFragment, identification: takeIdentification(router) }
    originate(router, echoRequest(source, ping.destination, echo, ping.size, options))
  }
  setAlarm(router, router.now + ping.timeout, { alarm: 'ping', ping, sequence, what: 'timeout' })
  if (ping.interval !== undefined) {
    setAlarm(router, router.now + ping.interval, { alarm: 'ping', ping, sequence, what: 'next' })
  }
}

/** A reply for this router: whether a ping was waiting for it. */
export function acceptEcho(router: RouterState, echo: Echo): boolean {
  const ping = router.pings.get(echo.identifier)
  const sent = ping?.sentAt[echo.sequence]
  if (ping === undefined || sent === undefined || ping.answered[echo.sequence] !== undefined) return false
  ping.answered[echo.sequence] = true
  ping.roundTrips.push(router.now - sent)
  say(router, { step: 'ping answered', ping: ping.id, sequence: echo.sequence, microseconds: router.now - sent })
  proceed(router, ping)
  return true
}

export function pingAlarm(router: RouterState, ping: PingState, sequence: number, what: 'timeout' | 'next'): void {
  if (router.pings.get(ping.id) !== ping) return
  if (what === 'next') {
    if (ping.sequence === sequence + 1) sendNext(router, ping)
    return
  }
  if (ping.answered[sequence] !== undefined) return
  ping.answered[sequence] = false
  say(router, { step: 'ping lost', ping: ping.id, sequence })
  proceed(router, ping)
}

function proceed(router: RouterState, ping: PingState): void {
  const isDone = ping.answered.length === ping.count && ping.answered.every(each => each !== undefined)
  if (isDone) {
    router.pings.delete(ping.id)
    const answered = ping.answered.map(each => each === true)
    say(router, {
      step: 'ping finished',
      ping: ping.id,
      destination: ping.destination,
      answered,
      roundTrips: ping.roundTrips,
    })
  } else if (ping.interval === undefined) {
    sendNext(router, ping)
  }
}
