/** A hub and two spokes in two clouds at once: scenarios that differ in what tells the two tunnels apart. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface DualClouds {
  /** By the keys of their tunnels, on one address; or by the addresses alone. */
  readonly apart: 'keys' | 'addresses'
  /** Routes as configured; or by EIGRP, with the first cloud before the second. */
  readonly routing: 'static' | 'eigrp'
  readonly until: string
  readonly events: readonly string[]
}

const hub = 1
const spokes = [2, 3]
const clouds = [0, 1]

/** Writes the scenario: a configuration for each router, and the story. */
export function writeDualClouds(folder: string, clouds: DualClouds): void {
  for (const host of [hub, ...spokes]) writeFileSync(join(folder, `R${host}.cfg`), configuration(host, clouds))
  const events = clouds.events.map(each => `  - ${each}\n`).join('')
  const story = `about: Two clouds.\nuntil: ${clouds.until}\nseed: 7\ncloud: { delay: 20ms }\nrouters: { R1: {}, R2: {}, R3: {} }\n`
  writeFileSync(join(folder, 'story.yaml'), `${story}events:\n${events}`)
}

function configuration(host: number, how: DualClouds): string {
  const loopbacks = [
    `interface Loopback0\n ip address ${nbma(host, 0)} 255.255.255.255\n`,
    how.apart === 'addresses' ? `interface Loopback5\n ip address ${nbma(host, 1)} 255.255.255.255\n` : '',
    ...clouds.map(
      cloud => `interface Loopback${cloud + 1}\n ip address 10.${cloud + 1}.${host}.${host} 255.255.255.0\n`,
    ),
  ]
  const tunnels = clouds.map(cloud => tunnel(host, cloud, how))
  return [`hostname R${host}\n`, ...loopbacks, ...tunnels, routes(host, how), 'end\n'].join('!\n')
}

function nbma(host: number, address: number): string {
  return `150.${1 + 5 * address}.${host}.${host}`
}

function tunnel(host: number, cloud: number, { apart, routing }: DualClouds): string {
  const address = apart === 'keys' ? 0 : cloud
  const server = `172.16.${cloud}.${hub}`
  const at = nbma(hub, address)
  return [
    `interface Tunnel${cloud}`,
    ` ip address 172.16.${cloud}.${host} 255.255.255.0`,
    ' no ip redirects',
    ` ip nhrp authentication ${['alpha', 'omega'][cloud]}`,
    ` ip nhrp network-id ${100 + cloud}`,
    ` ip nhrp holdtime ${[60, 90][cloud]}`,
    ...(host === hub
      ? [' ip nhrp map multicast dynamic', ' ip nhrp redirect']
      : [` ip nhrp map ${server} ${at}`, ` ip nhrp map multicast ${at}`, ` ip nhrp nhs ${server}`]),
    ...(host === hub ? [] : [' ip nhrp registration timeout 20', ' ip nhrp shortcut']),
    ...(routing === 'eigrp' ? [' no ip split-horizon eigrp 9', ` delay ${[50_000, 60_000][cloud]}`] : []),
    ` tunnel source Loopback${address * 5}`,
    ' tunnel mode gre multipoint',
    ...(apart === 'keys' ? [` tunnel key ${cloud + 1}`] : []),
    '',
  ].join('\n')
}

/** Static: the network of each cloud's number by that cloud. */
function routes(host: number, { routing }: DualClouds): string {
  if (routing === 'eigrp') return 'router eigrp 9\n no auto-summary\n network 10.0.0.0\n network 172.16.0.0\n'
  const lines = clouds.flatMap(cloud => {
    const by = `Tunnel${cloud} 172.16.${cloud}`
    if (host !== hub) return [`ip route 10.${cloud + 1}.0.0 255.255.0.0 ${by}.${hub}`]
    return spokes.map(spoke => `ip route 10.${cloud + 1}.${spoke}.0 255.255.255.0 ${by}.${spoke}`)
  })
  return `${lines.join('\n')}\n`
}
