/** Who is who on a ladder: outer addresses are stations, and the tunnel addresses they tell lead to them. */
import type { Nhrp } from '@dmvpn/protocols'
import { type Address, formatHex, formatIp, hostNames, type Ipv4, type Ipv6 } from '@dmvpn/wire'
import type { LadderStation } from './ladder.ts'

/** Columns on a ladder at most: the last one is everybody else. */
const mostStations = 12
/** Tunnel addresses that are remembered at most, and shown of one station. */
const mostBindings = 4096
const mostShown = 3

export class StationTable {
  private readonly numbers = new Map<string, number>()
  /** Outer address by tunnel address. */
  private readonly outer = new Map<string, string>()
  private readonly servers = new Set<string>()

  /** The number of the station of an address, a new one where it was not seen before. */
  numberOf(address: string): number {
    const known = this.numbers.get(address)
    if (known !== undefined) return known
    if (this.numbers.size >= mostStations - 1) {
      if (this.numbers.size < mostStations) this.numbers.set(everybodyElse, mostStations - 1)
      return mostStations - 1
    }
    const number = this.numbers.size
    this.numbers.set(address, number)
    return number
  }

  /** The outer address behind a tunnel address; the address itself where nobody told. */
  outerOf(tunnel: Address | undefined): string | undefined {
    const text = addressText(tunnel)
    return text === undefined ? undefined : (this.outer.get(text) ?? text)
  }

  /** Learns from a message who it comes from, and who it is for. */
  learn(packet: Nhrp, from: string | undefined, to: string | undefined): void {
    switch (packet.kind) {
      case 'registration-request':
        // A client behind NAT claims an address nobody sees: where it really sends from is its station.
        this.bind(packet.sourceProtocol, from ?? addressText(packet.sourceNbma))
        this.bind(packet.destinationProtocol, to)
        if (to !== undefined) this.serve(to)
        break
      case 'registration-reply':
        this.bind(packet.destinationProtocol, from)
        if (from !== undefined) this.serve(from)
        break
      case 'traffic-indication':
        this.bind(packet.sourceProtocol, from)
        break
      case 'resolution-request':
        this.bind(packet.sourceProtocol, addressText(packet.sourceNbma))
        break
      default:
        break
    }
  }

  /** The stations from the left to the right, and the place of each by its number. */
  arranged(): { readonly stations: readonly LadderStation[]; readonly places: readonly number[] } {
    const all = [...this.numbers]
    const servers = all.filter(([address]) => this.servers.has(address))
    const clients = all.filter(([address]) => !this.servers.has(address))
    const half = Math.ceil(clients.length / 2)
    const order = [...clients.slice(0, half), ...servers, ...clients.slice(half)]
    const places: number[] = []
    order.forEach(([, number], place) => {
      places[number] = place
    })
    return { stations: order.map(([address]) => this.station(address)), places }
  }

  private station(address: string): LadderStation {
    const tunnel: string[] = []
    for (const [inner, outer] of this.outer) {
      if (outer === address && tunnel.length < mostShown) tunnel.push(inner)
    }
    const named = hostNames.inText(address, true)
    return { address, name: named === address ? undefined : named, tunnel }
  }

  private bind(tunnel: Address | undefined, outer: string | undefined): void {
    const text = addressText(tunnel)
    if (text === undefined || outer === undefined || this.outer.has(text)) return
    if (this.outer.size < mostBindings) this.outer.set(text, outer)
  }

  private serve(address: string): void {
    if (this.servers.size < mostBindings) this.servers.add(address)
  }
}

const everybodyElse = 'all others'

/** An address as a station is called by; undefined where there is none. */
export function addressText(address: Address | Ipv4 | Ipv6 | undefined): string | undefined {
  if (address === undefined) return undefined
  return address instanceof Uint8Array ? formatHex(address, ':') : formatIp(address)
}
