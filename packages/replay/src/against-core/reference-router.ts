/**
 * A reference router in the place of a real one: it is given what arrived at any of its addresses, and says what it would
 * send by each of them.
 */
import { type Order, Random, Router, type RouterState, type Settings, type Step } from '@dmvpn/core'
import type { Ip } from '../observation.ts'
import { contentOf, type TunnelContent } from './tunnel-packet.ts'

/** A packet a station should send. */
export interface Expectation extends TunnelContent {
  /** Nanoseconds. */
  readonly time: number
  readonly bytes: Uint8Array
  /** The frame that causes it; of what the station does of itself, the one that was seen. */
  readonly cause: number
  /** Whether it is missing where it is not seen; what timers bring may come at another time. */
  readonly required: boolean
}

export class ReferenceRouter {
  readonly settings: Settings
  /** When something that decides ways was last learned or forgotten: nanoseconds. */
  lastLesson: number = Number.NEGATIVE_INFINITY
  /** Where the last packet through it ended. */
  lastPacket: Extract<Step, { step: 'packet' }> | undefined = undefined
  private readonly router: Router
  /** Who is told of what leaves by which address. */
  private readonly listeners = new Map<Ip, (expectation: Expectation) => void>()
  /** The frame that a mapping was last told in. */
  private readonly taught = new WeakMap<object, number>()
  private time = 0
  private frame = 0

  /** `name`: routers of one name do the same at random. */
  constructor(settings: Settings, name: string) {
    this.settings = withoutProtection(settings)
    this.router = new Router(this.settings, {
      random: new Random(name),
      prompted: true,
      watcher: step => this.note(step),
    })
    this.router.effects()
  }

  get state(): RouterState {
    return this.router.state
  }

  /** The addresses it is followed at. */
  get addresses(): Iterable<Ip> {
    return this.listeners.keys()
  }

  /** Has what leaves by an address told. */
  listen(address: Ip, listener: (expectation: Expectation) => void): void {
    this.listeners.set(address, listener)
  }

  /** Its timers up to now. What they bring is not awaited: a station's own come when they come. */
  advance(time: number, frame: number): void {
    this.begin(time, frame)
    this.router.wake(this.instant)
    this.collect(false)
  }

  /** A packet arrives by the NBMA network; `required`: what comes of it is awaited. */
  receive(bytes: Uint8Array, required: boolean): void {
    this.router.receive(this.instant, this.state.uplink, bytes)
    this.collect(required)
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

  /** The frame in which it was last told of a mapping; undefined where it was not. */
  teacherOf(entry: object): number | undefined {
    return this.taught.get(entry)
  }

  private begin(time: number, frame: number): void {
    this.time = time
    this.frame = frame
  }

  private get instant(): number {
    return Math.max(0, Math.floor(this.time / 1000))
  }

  private collect(required: boolean): void {
    for (const effect of this.router.effects()) {
      if (effect.effect !== 'send') continue
      const content = contentOf(effect.bytes)
      if (content === undefined || (content.data !== undefined && isRouting(content.data))) continue
      const { time, frame } = this
      this.listeners.get(content.source)?.({ ...content, time, bytes: effect.bytes, cause: frame, required })
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
