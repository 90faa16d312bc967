import { milliseconds, type ProfileName, seconds, settingsOf } from '@dmvpn/core'
import { expect, test } from 'vitest'
import { Simulation } from './simulation.ts'

const nbma = 0xac100001
const overlay = 0x0a000001
const until = seconds(400)

interface Played {
  /** When and what crossed the cloud. */
  readonly frames: readonly string[]
  /** Steps from `from` on, and when and by whom they were taken. */
  readonly steps: readonly string[]
}

/** A hub and a few spokes, of which one loses its server for a while; watched from an instant on. */
function play(profile: ProfileName, from: number): Played {
  const simulation = new Simulation({ seed: 4 })
  const stations = Array.from({ length: 6 }, (_, n) => {
    const settings = settingsOf({
      profile,
      interfaces: [
        { kind: 'physical', name: 'eth0', addresses: [{ address: nbma + n, length: 12 }] },
        {
          kind: 'tunnel',
          name: 'Tunnel0',
          mode: 'multipoint',
          source: { kind: 'interface', name: 'eth0' },
          addresses: [{ address: overlay + n, length: 16 }],
          nhrp: {
            networkId: 1,
            holdingTime: 90,
            registrationTimeout: 30,
            ...(n === 0 ? {} : { servers: [{ protocol: overlay, nbma }], maps: [{ protocol: overlay, nbma }] }),
          },
        },
      ],
    })
    return simulation.router(`R${n}`, settings, { at: seconds(n * 7) })
  })
  const cloud = simulation.cloud(stations, { delay: milliseconds(20) })
  simulation.at(seconds(95), () => cloud.connect(stations[2]!, false))
  simulation.at(seconds(140), () => cloud.connect(stations[2]!, true))
  simulation.at(seconds(150), () => stations[3]!.perform({ order: 'ping', destination: overlay + 4, count: 3 }))
  const frames: string[] = []
  const steps: string[] = []
  simulation.tapInto(cloud, ({ at, bytes }) => frames.push(`${at} ${Buffer.from(bytes).toString('hex')}`))
  simulation.run({ until: from })
  simulation.watch(({ step }, at, { name }) => steps.push(`${at} ${name} ${step}`))
  simulation.run({ until })
  return { frames, steps }
}

test.each(['ios15', 'frr'] as const)('%s: who is not woken for what nothing comes of does the same', profile => {
  const watched = play(profile, 0)
  expect(watched.frames.length).toBeGreaterThan(100)
  for (const from of [until, seconds(61), seconds(203), seconds(240) - 1]) {
    const { frames, steps } = play(profile, from)
    expect(frames).toEqual(watched.frames)
    expect(steps).toEqual(watched.steps.filter(step => Number.parseInt(step, 10) > from))
  }
})

test('of one instant, first comes what was asked for, then wakings by the order of stations, then arrivals', () => {
  const simulation = new Simulation()
  const stations = [2, 1].map(n => {
    const settings = settingsOf({
      profile: 'ios15',
      interfaces: [
        { kind: 'physical', name: 'nbma', addresses: [{ address: nbma + n, length: 12 }] },
        { kind: 'tunnel', name: 'Tunnel0', source: { kind: 'interface', name: 'nbma' }, nhrp: { networkId: 1 } },
      ],
    })
    return simulation.router(`R${n}`, settings)
  })
  simulation.cloud(stations, { delay: milliseconds(20) })
  const seen: string[] = []
  simulation.watch(({ step }, at, { name }) => at === seconds(60) && seen.push(`${name} ${step}`))
  simulation.at(seconds(60) - milliseconds(20), () => stations[0]!.perform({ order: 'ping', destination: nbma + 1 }))
  simulation.run({ until: seconds(59.99) })
  simulation.at(seconds(60), () => seen.push('asked'))
  simulation.run({ until: seconds(60) })
  expect(seen.slice(0, 4)).toEqual(['asked', 'R2 scanned', 'R1 scanned', 'R1 packet'])
})
