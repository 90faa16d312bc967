/** What a run is summed up by: NHRP messages by kind, pings, IPsec associations. */
import type { Instant, Step } from '@dmvpn/core'
import { formatDuration, type Station } from '@dmvpn/sim'
import { formatIp, type Sink } from '@dmvpn/wire'

interface Ping {
  readonly router: string
  readonly at: Instant
  readonly destination: number | bigint
  readonly answered: readonly boolean[]
}

/** Watches the steps of a run. */
export class SimulationSummary {
  /** NHRP messages that were put on the wire, those inside ESP included; each hop counts. */
  readonly messages: Map<string, number> = new Map()
  readonly pings: Ping[] = []
  private readonly began = new Map<string, Instant>()
  private sending = ''

  take(step: Step, at: Instant, { name }: Station): void {
    switch (step.step) {
      case 'message sent':
        this.sending = step.message.kind
        return
      case 'octets out':
        this.messages.set(this.sending, (this.messages.get(this.sending) ?? 0) + 1)
        return
      case 'ping sent':
        if (!this.began.has(`${name} ${step.ping}`)) this.began.set(`${name} ${step.ping}`, at)
        return
      case 'ping finished': {
        const { destination, answered, ping } = step
        this.pings.push({ router: name, at: this.began.get(`${name} ${ping}`) ?? at, destination, answered })
        return
      }
      default:
    }
  }

  write(s: Sink): void {
    const all = [...this.messages.values()].reduce((sum, each) => sum + each, 0)
    s.text(`NHRP messages: ${all === 0 ? 'none' : all}\n`)
    for (const [kind, count] of [...this.messages].sort(([one], [other]) => (one < other ? -1 : 1)))
      s.text(`${String(count).padStart(7)}  ${kind}\n`)
    for (const { router, at, destination, answered } of this.pings) {
      const line = answered.map(each => (each ? '!' : '.')).join('')
      s.text(`${router} at ${formatDuration(at)}: ping ${formatIp(destination)}: ${line}\n`)
    }
  }
}
