/** `show ip nhrp nhs`: the servers of every tunnel, and what came of the registrations with them. */
import { type Instant, never, type RouterState, type ServerState } from '@dmvpn/core'
import { formatIp } from '@dmvpn/wire'
import { clock } from './clock.ts'

const stateLetters = { expecting: ' E', responding: 'RE', down: ' W' } as const

/** The servers; `detailed` with the count of requests and replies. */
export function showIpNhrpNhs(router: RouterState, now: Instant, detailed: boolean): readonly string[] {
  const lines: string[] = ['Legend: E=Expecting replies, R=Responding, W=Waiting']
  for (const { name, servers } of router.tunnels) {
    if (servers.length === 0) continue
    lines.push(`${name}:`, ...servers.map(each => serverLine(each, now, detailed)))
  }
  const waiting = router.tunnels.flatMap(({ servers }) =>
    servers.filter(({ state, attempts }) => state === 'expecting' && attempts > 0).map(pendingLine),
  )
  return detailed && waiting.length > 0 ? [...lines, '', 'Pending Registration Requests:', ...waiting] : lines
}

/** A server on one line; `show dmvpn detail` has the same. */
export function serverLine(server: ServerState, now: Instant, detailed: boolean): string {
  const { protocol, settings, state, sent, failed, received, lastReply } = server
  const address = protocol === undefined ? 'dynamic' : formatIp(protocol)
  const line = `${address.padEnd(15)} ${stateLetters[state]} priority = ${settings.priority} cluster = ${settings.cluster}`
  if (!detailed) return line
  const ago = lastReply === never ? '' : ` (${clock(now - lastReply)} ago)`
  return `${line}  req-sent ${sent}  req-failed ${failed}  repl-recv ${received}${ago}`
}

function pendingLine({ requestId, attempts, protocol }: ServerState): string {
  const address = protocol === undefined ? 'dynamic' : formatIp(protocol)
  return `Registration Request: Reqid ${requestId}, Ret ${attempts}  NHS ${address}`
}
