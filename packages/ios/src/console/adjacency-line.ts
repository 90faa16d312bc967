/** What IOS logs of an OSPF neighbor that has become adjacent, or is it no longer. */
import type { Step } from '@dmvpn/core'
import { formatIpv4 } from '@dmvpn/wire'

const reasons: Readonly<Record<string, string>> = {
  'loading done': 'Loading Done',
  'dead timer expired': 'Neighbor Down: Dead timer expired',
  'interface down': 'Neighbor Down: Interface down or detached',
  'sequence number mismatch': 'SeqNumberMismatch',
  'bad request': 'BadLSReq',
  'heard one way': '1-Way',
}

/** Nothing of the states between the two. */
export function adjacencyLines(step: Extract<Step, { step: 'adjacency' }>): readonly string[] {
  const { process, interface: name, routerId, from, to, because } = step
  if (from !== 'full' && to !== 'full') return []
  const states = `from ${from.toUpperCase()} to ${to.toUpperCase()}`
  const reason = reasons[because] ?? because
  return [`%OSPF-5-ADJCHG: Process ${process}, Nbr ${formatIpv4(routerId)} on ${name} ${states}, ${reason}`]
}
