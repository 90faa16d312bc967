/** Tunnel packets that were too large for the way: outer fragments, by pair of stations. */
import { type Frame, gre, type Ipv4Packet, ipv4 } from '@dmvpn/protocols'
import { formatIp, type Ipv4 } from '@dmvpn/wire'
import type { Remark, RemarkStep } from './remark.ts'

const most = 4096
const mostSteps = 3
/** GRE and ESP: what tunnels are made of. */
const tunnelProtocols: readonly number[] = [47, 50]

interface Fragmented {
  readonly from: Ipv4
  readonly to: Ipv4
  readonly steps: RemarkStep[]
  packets: number
  inside: boolean
}

/** Looks at IPv4 headers for fragments. */
export class FragmentStories {
  private readonly pairs = new Map<string, Fragmented>()

  frame({ layers }: Frame, number: number, time: number): void {
    let inside = false
    for (const { protocol, packet } of layers) {
      if (protocol === gre) inside = true
      if (protocol !== ipv4) continue
      const { moreFragments, fragmentOffset, protocol: carried, source, destination } = packet as Ipv4Packet
      // The first fragment stands for its packet.
      if (!moreFragments || fragmentOffset !== 0 || (!inside && !tunnelProtocols.includes(carried))) continue
      this.count(source, destination, inside, number, time)
    }
  }

  remarks(): readonly Remark[] {
    return [...this.pairs.values()].map(({ from, to, steps, packets, inside }) => ({
      topic: 'fragments',
      severity: 'information',
      stations: [formatIp(from), formatIp(to)],
      text: inside
        ? `${packets} packets from ${formatIp(from)} to ${formatIp(to)} were fragmented before they entered the tunnel`
        : `${packets} tunnel packets from ${formatIp(from)} to ${formatIp(to)} were fragmented on the outside: the tunnel's MTU is larger than the way's`,
      steps,
    }))
  }

  private count(from: Ipv4, to: Ipv4, inside: boolean, frame: number, time: number): void {
    const key = `${from} ${to} ${inside}`
    let pair = this.pairs.get(key)
    if (pair === undefined) {
      if (this.pairs.size >= most) return
      pair = { from, to, steps: [], packets: 0, inside }
      this.pairs.set(key, pair)
    }
    pair.packets++
    if (pair.steps.length < mostSteps) pair.steps.push({ time, frame, text: 'first fragment' })
  }
}
