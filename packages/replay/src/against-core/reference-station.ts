/** A reference router in a station's place: it is given what the station received, and says what it would send. */
import { type Order, Random, Router, type Settings, type Step, type TunnelState } from '@dmvpn/core'
import type { Nhrp } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import {
  acknowledge,
  acknowledgedBy,
  contentOf,
  renumber,
  requestIdOf,
  type TunnelContent,
  tunnelPacket,
} from './tunnel-packet.ts'

/** A packet the station should send. */
export interface Expectation extends TunnelContent {
  /** Nanoseconds. */
  readonly time: number
  readonly bytes: Uint8Array
  /** The frame that causes it; of what the station does of itself, the one that was seen. */
  readonly cause: number
  /** Whether it is missing where it is not seen; what timers bring may come at another time. */
  readonly required: boolean
}

/** How a station is configured, and whether that is known or inferred. */
export interface StationSettings {
  readonly settings: Settings
  readonly isInferred: boolean
  /** Fields, by Wireshark's names, that nothing tells how they are configured; `profile`: none is sure. */
  readonly unsure?: Unsure
}

export type Unsure = ReadonlySet<string> | 'profile'

const nothing: ReadonlySet<string> = new Set()

/** Packets awaited of one station, and ids and causes remembered: the oldest go first. */
const most = 4096

export class ReferenceStation {
  readonly nbma: Ip
  readonly settings: Settings
  /** Whether its settings were read from the capture. */
  readonly isInferred: boolean
  readonly unsure: Unsure
  readonly router: Router
  expectations: Expectation[] = []
  /** When the station sent something first: nanoseconds. */
  firstSeen: number = Number.POSITIVE_INFINITY
  /** When something that decides ways was last learned or forgotten: nanoseconds. */
  lastLesson: number = Number.NEGATIVE_INFINITY
  /** Where the last packet through it ended. */
  lastPacket: Extract<Step, { step: 'packet' }> | undefined = undefined
  /** Its own ids by those of the station. */
  private readonly ids = new Map<number, number>()
  /** The frame that a mapping was last told in. */
  private readonly taught = new WeakMap<object, number>()
  private time = 0
  private frame = 0

  constructor(nbma: Ip, { settings, isInferred, unsure = nothing }: StationSettings) {
    this.nbma = nbma
    this.unsure = unsure
    this.isInferred = isInferred
    this.settings = withoutProtection(settings)
    const random = new Random(`station ${nbma}`)
    this.router = new Router(this.settings, { random, prompted: true, watcher: step => this.note(step) })
    this.router.effects()
  }

  get tunnels(): readonly TunnelState[] {
    return this.router.state.tunnels
  }

  /** Whether an address is one of its tunnels'. */
  hasTunnelAddress(address: unknown): boolean {
    return this.tunnels.some(each => each.interface.addresses.some(own => own.address === address))
  }

  isSource(address: unknown): boolean {
    return this.tunnels.some(({ source }) => source !== undefined && source === address)
  }

  /** Whether a server has answered it. */
  get isRegistered(): boolean {
    return this.tunnels.some(({ servers }) => servers.some(({ accepted }) => accepted))
  }

  hasTunnelOf(key: number | undefined): boolean {
    return this.tunnels.some(({ settings }) => settings.key === key)
  }

  /** Whether its routes follow from more than its configuration and EIGRP. */
  get routesAreUnsure(): boolean {
    const { ospf, bgp } = this.settings
    return this.isInferred || ospf.length > 0 || bgp !== undefined
  }

  /** Its timers up to now. What they bring is not awaited: a station's own come when they come. */
  advance(time: number, frame: number): void {
    this.begin(time, frame)
    this.router.wake(this.instant)
    this.collect(false)
  }

  /** A packet of a tunnel arrives from an NBMA address. */
  receive(time: number, frame: number, from: Ipv4, octets: Uint8Array): void {
    this.advance(time, frame)
    const source = this.sourceFor(octets)
    if (source === undefined) return
    const bytes = tunnelPacket(from, source, octets)
    const content = contentOf(bytes)
    if (content?.message !== undefined) this.renumberReply(bytes, content.message)
    if (content?.data !== undefined && acknowledgedBy(content.data) !== 0) this.acknowledgeOwn(content)
    const isForIt = content?.data !== undefined && this.router.state.own.has(content.data.destination)
    this.router.receive(this.instant, this.router.state.uplink, bytes)
    // Whether a host answers is not its router's business.
    this.collect(!isForIt)
  }

  /** A packet from its own network, or its own: what a tunnel should make of it. */
  originate(time: number, frame: number, packet: Uint8Array): void {
    this.begin(time, frame)
    this.lastPacket = undefined
    this.router.receive(this.instant, 'inside', packet)
    this.collect(true)
  }

  /** It does what nobody outside can know the time of. */
  perform(time: number, frame: number, order: Order): void {
    this.begin(time, frame)
    this.router.perform(this.instant, order)
    this.collect(true)
  }

  /** What the station calls a request by that the reference router numbered itself. */
  remember(real: number, own: number): void {
    if (this.ids.size >= most) this.ids.delete(this.ids.keys().next().value!)
    this.ids.set(real, own)
  }

  /** The frame in which it was told of a mapping for an address itself; undefined where it was not. */
  teacherOf(destination: Ip): number | undefined {
    for (const { cache, shortcuts } of this.tunnels) {
      const entry = shortcuts.covering(destination) ?? cache.usable(destination)
      const frame = entry === undefined ? undefined : this.taught.get(entry)
      if (frame !== undefined) return frame
    }
    return undefined
  }

  /** The same of the next hop of an address's route. */
  teacherOfNextHop(destination: Ip): number | undefined {
    const found = this.router.state.routes.lookup(destination)
    const nextHop = found?.override ?? found?.route.nextHop
    return nextHop === undefined ? undefined : this.teacherOf(nextHop)
  }

  /** Whether a mapping ends within a span of now: nanoseconds. */
  isAboutToForget(span: number): boolean {
    const { now } = this.router.state
    for (const { cache, shortcuts } of this.tunnels)
      for (const table of [cache, shortcuts])
        for (const { expires } of table.values())
          if (expires !== undefined && Math.abs(expires - now) * 1000 <= span) return true
    return false
  }

  private begin(time: number, frame: number): void {
    this.time = time
    this.frame = frame
  }

  private get instant(): number {
    return Math.max(0, Math.floor(this.time / 1000))
  }

  /** The source of the tunnel that has the packet's key. */
  private sourceFor(octets: Uint8Array): Ipv4 | undefined {
    const hasKey = octets.length >= 8 && (octets[0]! & 0x20) !== 0
    const at = (octets[0]! & 0x80) !== 0 ? 8 : 4
    const key = hasKey ? new DataView(octets.buffer, octets.byteOffset).getUint32(at) : undefined
    return (this.tunnels.find(({ settings }) => settings.key === key) ?? this.tunnels[0])?.source
  }

  private renumberReply(bytes: Uint8Array, message: Nhrp): void {
    const id = requestIdOf(message)
    const own = id === undefined ? undefined : this.ids.get(id)
    const isReply = message.type === 7 || (message.type < 7 && message.type % 2 === 0)
    const isForIt = this.hasTunnelAddress(message.type === 7 ? message.destinationProtocol : message.sourceProtocol)
    if (own !== undefined && isReply && isForIt) renumber(bytes, message, own)
  }

  /** Neighbors acknowledge the station's numbers: the reference router has its own. */
  private acknowledgeOwn({ data }: TunnelContent): void {
    for (const { interfaces } of this.router.state.eigrp)
      for (const { neighbors } of interfaces.values()) {
        const awaited = neighbors.get(data!.source as Ipv4)?.queue[0]
        if (awaited !== undefined) acknowledge(data!, awaited.sequence)
      }
  }

  private collect(required: boolean): void {
    for (const effect of this.router.effects()) {
      if (effect.effect !== 'send') continue
      const content = contentOf(effect.bytes)
      if (content === undefined || (content.data !== undefined && isRouting(content.data))) continue
      const { time, frame } = this
      if (this.expectations.length >= most) this.expectations.shift()
      this.expectations.push({ ...content, time, bytes: effect.bytes, cause: frame, required })
    }
  }

  private note(step: Step): void {
    if (step.step === 'packet') this.lastPacket = step
    else if (step.step === 'entry added' || step.step === 'entry refreshed') {
      this.taught.set(step.entry, this.frame)
      if (step.step === 'entry added') this.lastLesson = this.time
    } else if (step.step === 'entry removed' || step.step === 'route changed') this.lastLesson = this.time
  }
}

/** What was under ESP is given as it was inside. */
function withoutProtection(settings: Settings): Settings {
  const interfaces = settings.interfaces.map(each =>
    each.kind === 'tunnel' ? { ...each, protection: undefined } : each,
  )
  return { ...settings, interfaces }
}

const eigrpProtocol = 88
const ospfProtocol = 89

/** Whether a packet is one of a routing protocol, or for many: what a router sends of these is its own clock's. */
export function isRouting({ destination, protocol }: { readonly destination: Ip; readonly protocol: number }): boolean {
  if (protocol === eigrpProtocol || protocol === ospfProtocol) return true
  return typeof destination === 'number' ? destination >= 0xe0000000 : destination >> 120n === 0xffn
}
