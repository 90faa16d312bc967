/**
 * Clouds for an hour of their own time, in two kinds: spokes that register every 30 s and nothing else; and the same, each
 * of which talks to five others besides, one packet a second for a minute. Figures are printed, nothing is asserted.
 * `SPOKES=100,1000` says how large the clouds are, `MINUTES` how much of the hour is played: without it all of it, and of
 * the largest with traffic six minutes, with as many conversations.
 */
import { milliseconds, type Settings, seconds, settingsOf } from '@dmvpn/core'
import { Simulation, type Station } from '@dmvpn/sim'
import { ipv4Of } from '@dmvpn/wire'
import { bench, describe } from 'vitest'

const nbma = ipv4Of('172.16.0.1')
const overlay = ipv4Of('10.0.0.1')

/** Router 0 is the hub. */
function routerOf(n: number): Settings {
  return settingsOf({
    hostname: `R${n}`,
    profile: 'ios15',
    interfaces: [
      { kind: 'physical', name: 'eth0', addresses: [{ address: nbma + n, length: 12 }] },
      {
        kind: 'tunnel',
        name: 'Tunnel0',
        mode: 'multipoint',
        source: { kind: 'interface', name: 'eth0' },
        key: 123,
        addresses: [{ address: overlay + n, length: 16 }],
        nhrp: {
          networkId: 1,
          authentication: 'cisco',
          holdingTime: 90,
          registrationTimeout: 30,
          ...(n === 0 ? {} : { servers: [{ protocol: overlay, nbma }], maps: [{ protocol: overlay, nbma }] }),
        },
      },
    ],
  })
}

/** Has every spoke ping five others for a minute, one spoke after the other. */
function converse(simulation: Simulation, stations: readonly Station[], minutes: number): void {
  const spokes = stations.length - 1
  for (let n = 1; n <= spokes; n++) {
    const at = seconds(60) + Math.floor((seconds(60 * minutes - 150) * n) / spokes)
    simulation.at(at, () => {
      for (let other = 1; other <= 5; other++) {
        const destination = overlay + 1 + ((n + other * 7 - 1) % spokes)
        stations[n]!.perform({ order: 'ping', destination, count: 60, interval: seconds(1) })
      }
    })
  }
}

function play(spokes: number, minutes: number, withTraffic: boolean): void {
  const simulation = new Simulation({ seed: 1 })
  const stations = Array.from({ length: spokes + 1 }, (_, n) =>
    // Switched on one after the other: within a registration's time.
    simulation.router(`R${n}`, routerOf(n), { at: n === 0 ? 0 : Math.floor((seconds(30) * n) / spokes) }),
  )
  simulation.cloud(stations, { delay: milliseconds(20) })
  if (withTraffic) converse(simulation, stations, minutes)
  const began = process.cpuUsage()
  let peak = 0
  for (let minute = 1; minute <= minutes; minute++) {
    simulation.run({ until: seconds(60 * minute), atMost: Number.MAX_SAFE_INTEGER })
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const spent = process.cpuUsage(began).user / 1e6
  const figures = [
    `${simulation.events} events`,
    `${spent.toFixed(1)} s of processor`,
    `${Math.round((60 * minutes) / spent)} x real time`,
    `${Math.round(simulation.events / spent)} events/s`,
    `${((spent * 1e6) / simulation.events).toFixed(1)} µs/event`,
    `${Math.round(peak / 2 ** 20)} MiB resident at most`,
  ]
  const what = withTraffic ? 'registering and talking' : 'registering'
  process.stdout.write(`${spokes} spokes ${what}, ${minutes} minutes: ${figures.join(', ')}\n`)
}

const sizes = (process.env['SPOKES'] ?? '100,1000,10000').split(',').map(Number)
// A plain function would be called once more, to see whether it is one.
const once = { iterations: 1, warmupIterations: 0, warmupTime: 0, time: 0 }

function minutesOf(otherwise: number): number {
  return Number(process.env['MINUTES'] ?? otherwise)
}

describe('a simulated hour of registrations', () => {
  for (const spokes of sizes) bench(`${spokes} spokes`, async () => play(spokes, minutesOf(60), false), once)
})

describe('a simulated hour of registrations and traffic', () => {
  for (const spokes of sizes) {
    bench(`${spokes} spokes`, async () => play(spokes, minutesOf(spokes > 1000 ? 6 : 60), true), once)
  }
})
