/** Virtual time: routers, the clouds between them, and what happens when. The same seed gives the same octets. */
import {
  type BgpRoute,
  type Effect,
  exchangedRoutes,
  foreseen,
  type Instant,
  type Ip,
  type Order,
  Random,
  Router,
  type Settings,
  type Span,
  type Step,
  type Watcher,
} from '@dmvpn/core'
import { type Attachment, Cloud, type CloudOptions, type Happening, type Translation } from './cloud.ts'
import { type Seen, Tap } from './tap.ts'
import { Timeline } from './timeline.ts'

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
  now: Instant = 0
  /** Events since the beginning. */
  events = 0
  readonly stations: Map<string, Station> = new Map()
  readonly clouds: Cloud[] = []
  readonly random: Random
  /**
   * Of each station a row: when it is woken next, which may be sooner than the router wants by then; and what the router
   * foresees. All of them lie together: when the time of a station comes, its own memory is in no cache.
   */
  readonly wakings: Instant[] = []
  private readonly timeline = new Timeline<Happening>()
  private readonly listeners: Listener[] = []
  private exchanges = false

  constructor({ seed = 1 }: SimulationOptions = {}) {
    this.random = new Random(seed)
  }

  /** Adds a router. */
  router(name: string, settings: Settings, options: StationOptions = {}): Station {
    const station = new Station(this, name, settings, options)
    this.stations.set(name, station)
    return station
  }

  /** Joins stations by a network of their own. */
  cloud(stations: readonly Station[], options: CloudOptions = {}): Cloud {
    const cloud = new Cloud(
      this.random.fork('clouds'),
      (after, each) => this.timeline.follow(this.now + after, each),
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
    this.schedule(when, { happen })
  }

  /** The same without anything made for the occasion. */
  schedule(when: Instant, happening: Happening): void {
    this.timeline.add(Math.max(when, this.now), happening)
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

  /** Runs until nothing is left to happen before the end. Throws Unending where that takes too many events. */
  run({ until, atMost = usualMost }: RunOptions): void {
    for (const each of this.stations.values()) each.start(this.listeners)
    this.startBgp()
    const limit = this.events + atMost
    for (let next = this.timeline.next; next !== undefined && next <= until; next = this.timeline.next) {
      if (this.events >= limit) throw new Unending(atMost, this.now)
      this.events++
      this.now = next
      this.timeline.take()!.happen()
    }
    this.now = Math.max(this.now, until)
  }
}

const never: Instant = Number.POSITIVE_INFINITY

/** How often routers with BGP are brought to what they would have told each other by then. */
const bgpInterval: Span = 10_000_000

/** A router in its place: switched on at its time, woken when it wants to be, joined to clouds. */
export class Station implements Happening {
  readonly name: string
  readonly settings: Settings
  /** Association keys, as they came to be. */
  readonly keys: KeysOfAssociation[] = []
  router: Router | undefined
  private readonly simulation: Simulation
  private readonly options: StationOptions
  private cloud: Cloud | undefined
  private attachment: Attachment | undefined
  /** Where its row in the table of wakings begins. */
  private readonly row: number
  private started = false

  constructor(simulation: Simulation, name: string, settings: Settings, options: StationOptions) {
    this.simulation = simulation
    this.name = name
    this.settings = settings
    this.options = options
    this.row = simulation.wakings.length
    for (let i = 0; i <= foreseen; i++) simulation.wakings.push(never)
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
    const { wakings } = this.simulation
    for (let i = 2; i <= foreseen; i++) wakings[this.row + i] = never
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
    router.foresee(this.simulation.wakings, this.row + 1)
    this.expectWaking()
  }

  private expectWaking(): void {
    const { simulation, row } = this
    const { wakings } = simulation
    const next = wakings[row + 1]!
    if (wakings[row]! <= next) return
    wakings[row] = next
    simulation.schedule(next, this)
  }

  /** Its time to wake has come; or an earlier one, that something made superfluous. */
  happen(): void {
    const { simulation, row } = this
    const { now, wakings } = simulation
    if (wakings[row]! <= now) wakings[row] = never
    // Nothing comes of waking it now: it is left asleep, and in a memory that no cache holds.
    if (wakings[row + 1]! <= now && wakings[row + 2]! < never) {
      for (let i = row + 1; i < row + foreseen; i++) wakings[i] = wakings[i + 1]!
      wakings[row + foreseen] = never
    }
    if (wakings[row + 1]! > now) return this.expectWaking()
    this.router!.wake(now)
    this.attend()
  }
}
