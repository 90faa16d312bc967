/**
 * The cloud against a list that anybody can read: random pings, flaps, reloads, purges and impostors; whatever was done,
 * the laws hold at every step, and behind a quiet while everything is as if nothing had been.
 */
import { seconds } from '@dmvpn/core'
import { ipv4, nhrp } from '@dmvpn/protocols'
import { ipv4Of as ip } from '@dmvpn/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { articleRouter } from './articles.ts'
import { decoded, type Lab, lab, messagesOf, stepsOf } from './lab.ts'

/** Routers 2 to 4 are spokes; router 5 has the addresses of router 2 on the tunnel and another outside. */
const spokes = [2, 3, 4] as const
type Spoke = (typeof spokes)[number]

interface Model {
  /** Stations whose cable is out. */
  readonly away: Set<Spoke>
  /** Whether the impostor's cable is in. */
  impostor: boolean
}

interface Real {
  readonly of: Lab
  readonly violations: string[]
  /** Who has which address at the hub for itself alone. */
  readonly unique: Map<number, Holder>
}

interface Holder {
  readonly nbma: number | undefined
  readonly expires: number
}

const holdingTime = 30
const tunnelOf = (n: number): number => ip(`10.0.0.${n}`)
const outsideOf = (n: number): number => ip(`150.1.${n}.${n}`)

function begin(): { model: Model; real: Real } {
  const options = { holdingTime, registrationTimeout: 10 } as const
  const impostor = articleRouter(5, options)
  const settings = {
    ...impostor,
    interfaces: impostor.interfaces.map(each =>
      each.kind === 'tunnel' ? { ...each, addresses: [{ address: tunnelOf(2), length: 24 }] } : each,
    ),
  }
  const of = lab([
    ...[1, ...spokes].map(n => ({ name: `R${n}`, settings: articleRouter(n, options) })),
    { name: 'R5', settings, start: 3 },
  ])
  const violations: string[] = []
  const unique = new Map<number, Holder>()
  watch(of, violations, unique)
  of.simulation.run({ until: seconds(0) })
  of.cloud.connect(of.station('R5'), false)
  of.simulation.run({ until: seconds(20) })
  return { model: { away: new Set(), impostor: false }, real: { of, violations, unique } }
}

/** What must never happen, seen from the steps. */
function watch(of: Lab, violations: string[], unique: Map<number, Holder>): void {
  of.simulation.watch((step, at, { name }) => {
    if (
      name === 'R1' &&
      (step.step === 'entry removed' || step.step === 'entry added' || step.step === 'entry refreshed')
    ) {
      const { prefix, flags, nbma, expires } = step.entry
      const address = Number(prefix.address)
      if (step.step === 'entry removed') unique.delete(address)
      else if (flags.registered && flags.unique) {
        const holder = unique.get(address)
        if (holder !== undefined && holder.nbma !== nbma && holder.expires > at)
          violations.push(`${at}: unique ${address} taken from ${holder.nbma} by ${nbma}`)
        unique.set(address, { nbma, expires })
      }
    }
    if (step.step !== 'packet') return
    if (step.disposition === 'dropped: ttl') violations.push(`${at}: ${name} ended a packet that went round`)
    if (step.disposition !== 'encapsulated' || step.nbma === undefined) return
    const living = of
      .station(name)
      .router!.state.tunnels[0]!.cache.sorted()
      .some(({ nbma, expires }) => nbma === step.nbma && expires > at)
    const isGroup = Number(step.destination) >>> 28 === 0xe
    if (!living && !isGroup) violations.push(`${at}: ${name} sent to ${step.nbma}, which no living mapping names`)
  })
}

abstract class Deed implements fc.Command<Model, Real> {
  check(): boolean {
    return true
  }
  abstract act(model: Model, of: Lab): void
  run(model: Model, real: Real): void {
    this.act(model, real.of)
    const { simulation } = real.of
    simulation.run({ until: simulation.now + seconds(2), atMost: 50_000 })
    expect(real.violations).toEqual([])
  }
  abstract toString(): string
}

class Ping extends Deed {
  readonly from: Spoke
  readonly to: Spoke
  constructor(from: Spoke, to: Spoke) {
    super()
    this.from = from
    this.to = to
  }
  act(_: Model, of: Lab): void {
    const destination = ip(`10.0.${this.to}.${this.to}`)
    of.station(`R${this.from}`).perform({ order: 'ping', destination, count: 2 })
  }
  toString(): string {
    return `R${this.from}: ping R${this.to}`
  }
}

class Order extends Deed {
  readonly router: number
  readonly order: 'reload' | 'clear nhrp' | 'purge'
  constructor(router: number, order: 'reload' | 'clear nhrp' | 'purge') {
    super()
    this.router = router
    this.order = order
  }
  act(_: Model, of: Lab): void {
    const station = of.station(`R${this.router}`)
    if (this.order === 'clear nhrp') station.perform({ order: 'clear nhrp', prefix: undefined })
    else station.perform({ order: this.order })
  }
  override run(model: Model, real: Real): void {
    // A hub that forgets gives addresses anew.
    if (this.router === 1) real.unique.clear()
    super.run(model, real)
  }
  toString(): string {
    return `R${this.router}: ${this.order}`
  }
}

/** Takes a cable out, or puts it back. */
class Flap extends Deed {
  readonly spoke: Spoke
  constructor(spoke: Spoke) {
    super()
    this.spoke = spoke
  }
  act({ away }: Model, of: Lab): void {
    const isBack = away.delete(this.spoke)
    if (!isBack) away.add(this.spoke)
    of.cloud.connect(of.station(`R${this.spoke}`), isBack)
  }
  toString(): string {
    return `R${this.spoke}: cable`
  }
}

/** The station with router 2's tunnel address comes and goes. */
class Impostor extends Deed {
  act(model: Model, of: Lab): void {
    model.impostor = !model.impostor
    of.cloud.connect(of.station('R5'), model.impostor)
  }
  toString(): string {
    return 'R5: cable'
  }
}

class Loss extends Deed {
  readonly loss: number
  constructor(loss: number) {
    super()
    this.loss = loss
  }
  act(_: Model, of: Lab): void {
    for (const n of [1, ...spokes]) of.cloud.impair(of.station(`R${n}`), { loss: this.loss })
  }
  toString(): string {
    return `loss ${this.loss}`
  }
}

class Wait extends Deed {
  readonly time: number
  constructor(time: number) {
    super()
    this.time = time
  }
  act(_: Model, { simulation }: Lab): void {
    simulation.run({ until: simulation.now + seconds(this.time), atMost: 50_000 })
  }
  toString(): string {
    return `wait ${this.time} s`
  }
}

/** Everything whole again, and long enough for whatever is held to end. */
function heal({ of }: Real): void {
  for (const n of [1, ...spokes]) {
    of.cloud.impair(of.station(`R${n}`), { loss: 0 })
    of.cloud.connect(of.station(`R${n}`), true)
  }
  of.cloud.connect(of.station('R5'), false)
  of.simulation.run({ until: of.simulation.now + seconds(150), atMost: 200_000 })
  for (const n of spokes) {
    const other = spokes[(spokes.indexOf(n) + 1) % spokes.length]!
    of.station(`R${n}`).perform({
      order: 'ping',
      destination: ip(`10.0.${other}.${other}`),
      source: ip(`10.0.${n}.${n}`),
    })
  }
  of.simulation.run({ until: of.simulation.now + seconds(15), atMost: 50_000 })
  for (const n of spokes) {
    expect(stepsOf(of, `R${n}`, 'ping finished').at(-1)).toMatchObject({ answered: [true, true, true, true, true] })
    expect(of.station('R1').router!.state.tunnels[0]!.cache.usable(tunnelOf(n))?.nbma).toBe(outsideOf(n))
  }
}

const anySpoke = fc.constantFrom(...spokes)

test('no loop, nothing to an ended mapping, no unique address taken, and everything heals', () => {
  const outcome = fc.check(
    fc.property(
      fc.commands(
        [
          fc.tuple(anySpoke, anySpoke).map(([from, to]) => new Ping(from, to)),
          fc
            .tuple(fc.constantFrom(1, ...spokes), fc.constantFrom('reload', 'clear nhrp', 'purge'))
            .map(each => new Order(...each)),
          anySpoke.map(spoke => new Flap(spoke)),
          fc.constant(new Impostor()),
          fc.constantFrom(0, 0.1, 0.4).map(loss => new Loss(loss)),
          fc.integer({ min: 1, max: 60 }).map(time => new Wait(time)),
        ],
        { maxCommands: 20 },
      ),
      commands => {
        const { model, real } = begin()
        fc.modelRun(() => ({ model, real }), commands)
        heal(real)
        expect(real.violations).toEqual([])
      },
    ),
    { numRuns: 8 },
  )
  expect(outcome.failed ? fc.defaultReportMessage(outcome) : undefined).toBeUndefined()
})

test('a network that goes is purged at whoever was told of it, and nothing else is', () => {
  fc.assert(
    fc.property(anySpoke, fc.integer({ min: 30, max: 300 }), (gone, time) => {
      const options = { holdingTime: 360, hubRoutes: 'self', spokeSwitching: 'process' } as const
      const of = lab([1, ...spokes].map(n => ({ name: `R${n}`, settings: articleRouter(n, options) })))
      const others = spokes.filter(n => n !== gone)
      for (const n of others)
        of.simulation.at(seconds(time), () =>
          of.station(`R${n}`).perform({ order: 'ping', destination: ip(`10.0.${gone}.${gone}`) }),
        )
      of.simulation.at(seconds(time), () =>
        of.station(`R${others[0]!}`).perform({ order: 'ping', destination: ip(`10.0.${others[1]!}.${others[1]!}`) }),
      )
      const knows = (n: number, about: number): boolean =>
        of.station(`R${n}`).router!.state.tunnels[0]!.cache.usable(ip(`10.0.${about}.${about}`)) !== undefined
      of.simulation.run({ until: seconds(time + 10) })
      expect(others.map(n => knows(n, gone))).toEqual([true, true])
      of.station(`R${gone}`).perform({ order: 'shutdown', interface: 'Loopback1' })
      of.simulation.run({ until: seconds(time + 15) })
      expect(others.map(n => knows(n, gone))).toEqual([false, false])
      expect(knows(others[0]!, others[1]!)).toBe(true)
      const purges = messagesOf(of).filter(({ message }) => message.kind === 'purge-request')
      expect(purges.length).toBeGreaterThanOrEqual(2)
      const named = of.frames.flatMap(({ bytes }) => {
        const frame = decoded(bytes)
        return frame.find(nhrp)?.kind === 'purge-request' ? [frame.find(ipv4)!.source] : []
      })
      expect(new Set(named)).toEqual(new Set([outsideOf(gone)]))
    }),
    { numRuns: 6 },
  )
})
