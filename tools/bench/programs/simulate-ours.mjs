// A cloud of so many spokes that register every 30 s, so many minutes of its own time; with `talking`, each talks to five
// others besides, one packet a second for a minute. What it took, a line.
import { setFlagsFromString } from 'node:v8'
import { milliseconds, seconds, settingsOf } from '@dmvpn/core'
import { Simulation } from '@dmvpn/sim'
import { ipv4Of } from '@dmvpn/wire'

// V8 learns in a program's first second what lives long, and makes it at once where old things are. If it happens to
// collect old things just then, as it does now and then with ten thousand routers, all that there is seems to live long:
// every packet is old from then on, and what is left of it is looked for in all of the memory.
setFlagsFromString('--no-allocation-site-pretenuring')

const spokes = Number(process.argv[2])
const minutes = Number(process.argv[3])
const talking = process.argv[4] === 'talking'
const nbma = ipv4Of('172.16.0.1')
const overlay = ipv4Of('10.0.0.1')

// Router 0 is the hub.
function routerOf(n) {
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

const simulation = new Simulation({ seed: 1 })
const stations = Array.from({ length: spokes + 1 }, (_, n) =>
  // Switched on one after the other: within a registration's time.
  simulation.router(`R${n}`, routerOf(n), { at: n === 0 ? 0 : Math.floor((seconds(30) * n) / spokes) }),
)
simulation.cloud(stations, { delay: milliseconds(20) })

// Every spoke pings five others for a minute, one spoke after the other.
for (let n = 1; talking && n <= spokes; n++) {
  simulation.at(seconds(60) + Math.floor((seconds(60 * minutes - 150) * n) / spokes), () => {
    for (let other = 1; other <= 5; other++) {
      const destination = overlay + 1 + ((n + other * 7 - 1) % spokes)
      stations[n].perform({ order: 'ping', destination, count: 60, interval: seconds(1) })
    }
  })
}

let peak = 0
for (let minute = 1; minute <= minutes; minute++) {
  simulation.run({ until: seconds(60 * minute), atMost: Number.MAX_SAFE_INTEGER })
  peak = Math.max(peak, process.memoryUsage().rss)
}
const spent = process.cpuUsage().user / 1e6
const figures = [
  `${simulation.events} events`,
  `${spent.toFixed(1)} s of processor`,
  `${Math.round((60 * minutes) / spent)} x real time`,
  `${((spent * 1e6) / simulation.events).toFixed(1)} µs/event`,
  `${Math.round(peak / 2 ** 20)} MiB resident at most`,
]
console.log(`${spokes} spokes registering${talking ? ' and talking' : ''}, ${minutes} minutes: ${figures.join(', ')}`)
