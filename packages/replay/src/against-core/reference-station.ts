/**
 * A station of a capture, with a reference router in its place: one NBMA address, and the tunnels that use it. Of inferred
 * stations each tunnel is a router of its own: which of them a packet takes is routing, and only seen when it does.
 */
import type { Order, Settings, TunnelState } from '@dmvpn/core'
import type { Nhrp } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import type { Expectation, ReferenceRouter } from './reference-router.ts'
import {
  acknowledge,
  acknowledgedBy,
  contentOf,
  renumber,
  requestIdOf,
  type TunnelContent,
  tunnelPacket,
} from './tunnel-packet.ts'

/** How a station is configured, and whether that is known or inferred. */
export interface StationSettings {
  /** The same object where one router has several addresses. */
  readonly settings: Settings
  readonly isInferred: boolean
  /** Fields, by Wireshark's names, that nothing tells how they are configured; `profile`: none is sure. */
  readonly unsure?: Unsure
  /** The same of further tunnels by the address, where each is followed by itself. */
  readonly further?: readonly StationSettings[]
}

export type Unsure = ReadonlySet<string> | 'profile'

const nothing: ReadonlySet<string> = new Set()

/** Packets awaited of one station, those that arrived at it, and ids remembered: the oldest go first. */
const most = 4096

interface Arrival {
  readonly frame: number
  readonly key: number | undefined
}

/** The same of a message before and after whoever passes it on. */
export function passingName(message: Nhrp): string {
  return `${message.type} ${String(message.sourceNbma)} ${requestIdOf(message)}`
}

export class ReferenceStation {
  readonly nbma: Ip
  /** Whether its settings were read from the capture. */
  readonly isInferred: boolean
  readonly unsure: Unsure
  readonly router: ReferenceRouter
  /** All of its parts, by address and tunnel: itself, and those beside it. */
  readonly parts: readonly ReferenceStation[]
  expectations: Expectation[] = []
  /** When it sent something first: nanoseconds. */
  firstSeen: number = Number.POSITIVE_INFINITY
  /** By packets and messages for others: when they arrived last, and by which tunnel. */
  private readonly arrivals = new Map<string, Arrival>()
  /** The router's ids by tunnel and id of the station. */
  private readonly ids = new Map<string, number>()

  constructor(
    nbma: Ip,
    { isInferred, unsure = nothing }: StationSettings,
    router: ReferenceRouter,
    parts: readonly ReferenceStation[],
  ) {
    this.nbma = nbma
    this.parts = parts
    this.unsure = unsure
    this.isInferred = isInferred
    this.router = router
    router.listen(nbma, expectation => {
      if (this.expectations.length >= most) this.expectations.shift()
      this.expectations.push(expectation)
    })
  }

  /** Its tunnels of a GRE key: one, or several point-to-point ones. */
  tunnelsOf(key: number | undefined): readonly TunnelState[] {
    return this.router.state.tunnels.filter(({ source, settings }) => source === this.nbma && settings.key === key)
  }

  /** Whether an address is that of a tunnel of its router. */
  isSource(address: unknown): boolean {
    return this.router.state.tunnels.some(({ source }) => source !== undefined && source === address)
  }

  /** Whether a server has answered it in the tunnel of a key. */
  isRegistered(key: number | undefined): boolean {
    return this.tunnelsOf(key).some(({ servers }) => servers.some(({ accepted }) => accepted))
  }

  /** Whether its routes follow from more than its configuration and EIGRP. */
  get routesAreUnsure(): boolean {
    const { ospf, bgp } = this.router.settings
    return this.isInferred || ospf.length > 0 || bgp !== undefined
  }

  /** Its timers up to now. */
  advance(time: number, frame: number): void {
    this.router.advance(time, frame)
  }

  /** A packet of a tunnel arrives from an NBMA address. */
  receive(time: number, frame: number, from: Ipv4, octets: Uint8Array): void {
    this.advance(time, frame)
    if (typeof this.nbma !== 'number') return
    const bytes = tunnelPacket(from, this.nbma, octets)
    const content = contentOf(bytes)
    if (content?.message !== undefined) {
      this.noteArrival(passingName(content.message), { frame, key: content.key })
      this.renumberReply(bytes, content.key, content.message)
    }
    if (content?.data !== undefined && acknowledgedBy(content.data) !== 0) this.acknowledgeOwn(content)
    if (content?.data !== undefined) this.noteArrival(content.data.key, { frame, key: content.key })
    const isForIt = content?.data !== undefined && this.router.state.own.has(content.data.destination)
    // Whether a host answers is not its router's business.
    this.router.receive(bytes, !isForIt)
  }

  /** A packet from its own network, or its own: what a tunnel should make of it. */
  originate(time: number, frame: number, packet: Uint8Array): void {
    this.router.originate(time, frame, packet)
  }

  /** It does what nobody outside can know the time of. */
  perform(time: number, frame: number, order: Order): void {
    this.router.perform(time, frame, order)
  }

  /** What the station calls a request by, in the tunnel of a key, that the reference router numbered itself. */
  remember(key: number | undefined, real: number, own: number): void {
    if (this.ids.size >= most) this.ids.delete(this.ids.keys().next().value!)
    this.ids.set(`${key} ${real}`, own)
  }

  /** The frame in which it was told of a mapping for an address itself, in the tunnel of a key; undefined where it was not. */
  teacherOf(key: number | undefined, destination: Ip): number | undefined {
    for (const { cache, shortcuts } of this.tunnelsOf(key)) {
      const entry = shortcuts.covering(destination) ?? cache.usable(destination)
      const frame = entry === undefined ? undefined : this.router.teacherOf(entry)
      if (frame !== undefined) return frame
    }
    return undefined
  }

  /** The same of the next hop of an address's route. */
  teacherOfNextHop(key: number | undefined, destination: Ip): number | undefined {
    const found = this.router.state.routes.lookup(destination)
    const nextHop = found?.override ?? found?.route.nextHop
    return nextHop === undefined ? undefined : this.teacherOf(key, nextHop)
  }

  /** What follows from a packet or message need not: it went another way than any that is predicted here. */
  excuse(passing: string, frame: number): void {
    const arrival = this.arrivals.get(passing)?.frame
    this.expectations = this.expectations.map(each =>
      each.required && (each.cause === frame || each.cause === arrival) ? { ...each, required: false } : each,
    )
  }

  /** Whether a packet or message that a part sends by the tunnel of a key arrived here by another tunnel. */
  hadForAnother(passing: string, part: ReferenceStation, key: number | undefined): boolean {
    const arrival = this.arrivals.get(passing)
    return arrival !== undefined && (this !== part || arrival.key !== key)
  }

  /** Whether a mapping ends within a span of now: nanoseconds. */
  isAboutToForget(span: number): boolean {
    const { now, tunnels } = this.router.state
    for (const { cache, shortcuts } of tunnels)
      for (const table of [cache, shortcuts])
        for (const { expires } of table.values()) if (Math.abs(expires - now) * 1000 <= span) return true
    return false
  }

  private noteArrival(passing: string, arrival: Arrival): void {
    this.arrivals.delete(passing)
    if (this.arrivals.size >= most) this.arrivals.delete(this.arrivals.keys().next().value!)
    this.arrivals.set(passing, arrival)
  }

  private renumberReply(bytes: Uint8Array, key: number | undefined, message: Nhrp): void {
    const id = requestIdOf(message)
    const own = id === undefined ? undefined : this.ids.get(`${key} ${id}`)
    const isReply = message.type === 7 || (message.type < 7 && message.type % 2 === 0)
    const asker = message.type === 7 ? message.destinationProtocol : message.sourceProtocol
    if (own !== undefined && isReply && this.hasTunnelAddress(key, asker)) renumber(bytes, message, own)
  }

  private hasTunnelAddress(key: number | undefined, address: unknown): boolean {
    return this.tunnelsOf(key).some(each => each.interface.addresses.some(own => own.address === address))
  }

  /** Neighbors acknowledge the station's numbers: the reference router has its own. */
  private acknowledgeOwn({ data }: TunnelContent): void {
    for (const { interfaces } of this.router.state.eigrp)
      for (const { neighbors } of interfaces.values()) {
        const awaited = neighbors.get(data!.source as Ipv4)?.queue[0]
        if (awaited !== undefined) acknowledge(data!, awaited.sequence)
      }
  }
}
