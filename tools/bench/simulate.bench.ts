/**
 * A cloud for an hour of its own time: spokes that register every 30 s and talk to five others each, one packet a second
 * for a minute. Figures are printed, nothing is asserted. `SPOKES=100,1000` says how large the clouds are, `MINUTES` how
 * much of the hour is played: without it all of it, and six minutes, with as many conversations, of the largest.
 */
import { milliseconds, type Settings, seconds, settingsOf } from '@dmvpn/core'
import { Simulation } from '@dmvpn/sim'
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

function play(spokes: number, minutes: number): void {
  const simulation = new Simulation({ seed: 1 })
  const stations = Array.from({ length: spokes + 1 }, (_, n) =>
    // Switched on one after the other: within a registration's time.
    simulation.router(`R${n}`, routerOf(n), { at: n === 0 ? 0 : Math.floor((seconds(30) * n) / spokes) }),
  )
  simulation.cloud(stations, { delay: milliseconds(20) })
  for (let n = 1; n <= spokes; n++) {
    const at = seconds(60) + Math.floor((seconds(60 * minutes - 150) * n) / spokes)
    simulation.at(at, () => {
      for (let other = 1; other <= 5; other++) {
        const destination = overlay + 1 + ((n + other * 7 - 1) % spokes)
        stations[n]!.perform({ order: 'ping', destination, count: 60, interval: seconds(1) })
      }
    })
  }
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
    `${Math.round(simulation.events / spent)} events/s`,
    `${((spent * 1e6) / simulation.events).toFixed(1)} µs/event`,
    `${Math.round(peak / 2 ** 20)} MiB resident at most`,
  ]
  process.stdout.write(`${spokes} spokes, ${minutes} minutes: ${figures.join(', ')}\n`)
}

describe('a simulated hour', () => {
  for (const spokes of (process.env['SPOKES'] ?? '100,1000,10000').split(',').map(Number)) {
    const minutes = Number(process.env['MINUTES'] ?? (spokes > 1000 ? 6 : 60))
    // A plain function would be called once more, to see whether it is one.
    bench(`${spokes} spokes`, async () => play(spokes, minutes), {
      iterations: 1,
      warmupIterations: 0,
      warmupTime: 0,
      time: 0,
    })
  }
})
