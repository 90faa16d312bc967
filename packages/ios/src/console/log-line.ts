/** The messages that a router logs without being asked. */
import type { RouterState, Step } from '@dmvpn/core'
import { formatIp } from '@dmvpn/wire'
import { codeText } from '../debug-words.ts'
import { adjacencyLines } from './adjacency-line.ts'

/** What is logged of a step. */
export function logLines(router: RouterState | undefined, step: Step): readonly string[] {
  switch (step.step) {
    case 'interface': {
      const of = router?.interfaces.get(step.interface)
      const line = `%LINEPROTO-5-UPDOWN: Line protocol on Interface ${step.interface}, changed state to ${step.up ? 'up' : 'down'}`
      if (step.up || of === undefined || of.enabled) return [line]
      return [`%LINK-5-CHANGED: Interface ${step.interface}, changed state to administratively down`, line]
    }
    case 'neighbor': {
      const { protocol, process, address, interface: name, up, because } = step
      if (protocol !== 'eigrp') return []
      const state = `${up ? 'up' : 'down'}: ${because}`
      return [`%DUAL-5-NBRCHANGE: IP-EIGRP(0) ${process}: Neighbor ${formatIp(address)} (${name}) is ${state}`]
    }
    case 'adjacency':
      return adjacencyLines(step)
    case 'message received': {
      const { message } = step
      const code =
        message.kind === 'registration-reply' ? (message.entries.find(each => each.code !== 0)?.code ?? 0) : 0
      if (code === 0) return []
      return [`%NHRP-3-PAKREPLY: Receive Registration Reply packet with error - ${codeText(code)}(${code})`]
    }
    default:
      return []
  }
}
