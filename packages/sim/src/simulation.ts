/** Virtual time: routers, the clouds between them, and what happens when. The same seed gives the same octets. */
import {
  Agenda,
  type BgpRoute,
  beginning,
  type Effect,
  exchangedRoutes,
  type Instant,
  type Ip,
  never,
  type Order,
  Random,
  Router,
  type Settings,
  type Span,
  type Step,
  type Watcher,
} from '@dmvpn/core'
import { type Attachment, Cloud, type CloudOptions, type Happening, type Translation } from './cloud.ts'
import { Flights } from './flights.ts'
import { type Seen, Tap } from './tap.ts'
import { Wakings } from './wakings.ts'

export interface SimulationOptions {
  readonly seed?: number | string
}

export interface StationOptions {
  /** When it is switched on; until then it hears nothing. */
  readonly at?: Instant
  readonly firstRequestId?: number
}

export interface RunOptions {
  /** The run ends before anything later happens. */
  readonly until: Instant
  /** Events after which something is taken to be alive without end. */
  readonly atMost?: number
}

/** An association with its keys, as a router gives it away. */
export type KeysOfAssociation = Extract<Effect, { effect: 'keys' }>['keys']

/** Sees a step of a router, and when it was taken. */
export type Listener = (step: Step, at: Instant, station: Station) => void

/** Thrown by a run that does not come to an end. */
export class Unending extends Error {
  constructor(events: number, at: Instant) {
    super(`${events} events, and at ${at / 1_000_000} s still no end`)
    this.name = 'Unending'
  }
}

const usualMost = 10_000_000

export class Simulation {
  now: Instant = beginning
  /** Events since the beginning. */
  events = 0
  readonly stations: Map<string, Station> = new Map()
  readonly clouds: Cloud[] = []
  readonly random: Random
  private readonly asked = new Agenda<() => void>()
  private readonly wakings = new Wakings()
  private readonly flights = new Flights<Happening>()
  /** Stations by their numbers. */
  private readonly roster: Station[] = []
  private readonly listeners: Listener[] = []
  private exchanges = false

  constructor({ seed = 1 }: SimulationOptions = {}) {
    this.random = new Random(seed)
  }

  /** Adds a router. */
  router(name: string, settings: Settings, options: StationOptions = {}): Station {
    const station = new Station(this, name, settings, options, this.wakings.enlist())
    this.roster.push(station)
    this.stations.set(name, station)
    return station
  }

  /** Joins stations by a network of their own. */
  cloud(stations: readonly Station[], options: CloudOptions = {}): Cloud {
    const cloud = new Cloud(
      this.random.fork('clouds'),
      (after, each) => this.flights.add(this.now + after, each),
      options,
    )
    for (const each of stations) each.join(cloud)
    this.clouds.push(cloud)
    return cloud
  }

  /** What crosses a cloud from now on. */
  tap(cloud: Cloud): Seen[] {
    const seen: Seen[] = []
    this.tapInto(cloud, each => seen.push(each))
    return seen
  }

  /** As `tap`, for runs whose frames nobody wants to keep in memory. */
  tapInto(cloud: Cloud, keep: (seen: Seen) => void): void {
    cloud.taps.push(new Tap(() => this.now, keep))
  }

  /** Shows every step of every router from now on. */
  watch(listener: Listener): void {
    this.listeners.push(listener)
    for (const each of this.stations.values()) each.showTo(this.listeners)
  }

  /** Has something happen at an instant. */
  at(when: Instant, happen: () => void): void {
    this.asked.add(Math.max(when, this.now), happen)
  }

  /** Has something happen after a while. */
  in(after: Span, happen: () => void): void {
    this.at(this.now + after, happen)
  }

  /** BGP has no packets here: every ten seconds routes are as if it had come to rest. */
  private startBgp(): void {
    const speakers = [...this.stations.values()].filter(each => each.settings.bgp !== undefined)
    if (this.exchanges || speakers.length === 0) return
    this.exchanges = true
    const exchange = (): void => {
      const on = speakers.flatMap(({ router }) => (router === undefined ? [] : [router.state]))
      const routes = exchangedRoutes(on)
      for (const each of speakers) if (each.router !== undefined) each.learn(routes.get(each.router.state) ?? [])
      this.in(bgpInterval, exchange)
    }
    this.in(bgpInterval, exchange)
  }

  /**
   * Runs until nothing is left to happen before the end. Of one instant, first happens what was asked for by `at`, then
   * stations wake, in the order they were added, then packets arrive, in the order they left. Throws Unending where that
   * takes too many events.
   */
  run({ until, atMost = usualMost }: RunOptions): void {
    for (const each of this.stations.values()) each.start(this.listeners)
    this.startBgp()
    const { asked, wakings, flights, roster } = this
    const limit = this.events + atMost
    for (;;) {
      const order = asked.next ?? never
      const waking = wakings.next
      const next = Math.min(order, waking, flights.next ?? never)
      if (next > until || next === never) break
      if (this.events >= limit) throw new Unending(atMost, this.now)
      this.events++
      this.now = next
      if (order === next) asked.take()!()
      else if (waking === next) roster[wakings.take()!]!.wake()
      else flights.take()!.happen()
    }
    this.now = Math.max(this.now, until)
  }

  /** Has a station woken when its router wants to be now, and not when it wanted to be before. */
  expectWaking(number: number, router: Router): void {
    this.wakings.set(number, Math.max(this.now, router.nextWake ?? never))
  }
}

/** How often routers with BGP are brought to what they would have told each other by then. */
const bgpInterval: Span = 10_000_000

/** A router in its place: switched on at its time, woken when it wants to be, joined to clouds. */
export class Station {
  readonly name: string
  readonly settings: Settings
  /** Association keys, as they came to be. */
  readonly keys: KeysOfAssociation[] = []
  router: Router | undefined
  private readonly simulation: Simulation
  private readonly options: StationOptions
  private cloud: Cloud | undefined
  private attachment: Attachment | undefined
  private readonly number: number
  private started = false

  constructor(simulation: Simulation, name: string, settings: Settings, options: StationOptions, number: number) {
    this.simulation = simulation
    this.name = name
    this.settings = settings
    this.options = options
    this.number = number
  }

  /** The addresses by which the NBMA network reaches it. */
  get addresses(): Ip[] {
    return this.settings.interfaces.flatMap(each =>
      each.kind === 'tunnel' ? [] : each.addresses.map(({ address }) => address),
    )
  }

  join(cloud: Cloud, translation?: Translation): void {
    this.cloud = cloud
    this.attachment = cloud.attach(this, translation)
  }

  start(listeners: readonly Listener[]): void {
    if (this.started) return
    this.started = true
    this.simulation.at(this.options.at ?? 0, () => this.switchOn(listeners))
  }

  private switchOn(listeners: readonly Listener[]): void {
    const { firstRequestId } = this.options
    this.router = new Router(this.settings, {
      random: this.simulation.random.fork(`router/${this.name}`),
      at: this.simulation.now,
      watcher: this.watcherFor(listeners),
      ...(firstRequestId === undefined ? {} : { firstRequestId }),
    })
    this.attend()
  }

  showTo(listeners: readonly Listener[]): void {
    if (this.router === undefined) return
    // What it was not woken for is over, and nobody saw it; from now on it is woken for more.
    this.router.wake(this.simulation.now - 1)
    this.router.watch(this.watcherFor(listeners))
    this.simulation.expectWaking(this.number, this.router)
  }

  private watcherFor(listeners: readonly Listener[]): Watcher | undefined {
    if (listeners.length === 0) return undefined
    return (step, at) => {
      for (const each of listeners) each(step, at, this)
    }
  }

  receive(bytes: Uint8Array): void {
    if (this.router === undefined) return
    this.router.receive(this.simulation.now, 'nbma', bytes)
    this.attend()
  }

  /** Has the router do something now. */
  perform(order: Order): void {
    if (this.router === undefined) return
    this.router.perform(this.simulation.now, order)
    this.attend()
  }

  /** What BGP brought is known by now. */
  learn(routes: readonly BgpRoute[]): void {
    this.router?.learn(this.simulation.now, routes)
    this.attend()
  }

  /** Carries out what the router wants, and sees that it is woken in time. */
  private attend(): void {
    const { router } = this
    if (router === undefined) return
    const effects = router.effects()
    for (let i = 0; i < effects.length; i++) {
      const effect = effects[i]!
      if (effect.effect === 'keys') this.keys.push(effect.keys)
      else if (this.attachment !== undefined) this.cloud!.carry(this.attachment, effect.bytes)
    }
    this.simulation.expectWaking(this.number, router)
  }

  /** Its time to wake has come. */
  wake(): void {
    this.router!.wake(this.simulation.now)
    this.attend()
  }
}
