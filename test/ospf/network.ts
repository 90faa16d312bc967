/** A scenario's routers on one cloud, and what OSPF makes of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatPrefix, type OspfState, type Route, type RouterState, type Settings, seconds } from '@dmvpn/core'
import { parseIos } from '@dmvpn/ios'
import { formatIp, ipv4Of as ip } from '@dmvpn/wire'
import { type Lab, lab } from '../stories/lab.ts'

const scenarios = fileURLToPath(new URL('../../samples/scenarios/', import.meta.url))

/** The configurations of a folder, by hostname or file name. */
export function configured(folder: string): Map<string, Settings> {
  const files = readdirSync(`${scenarios}${folder}`)
    .filter(name => name.endsWith('.cfg'))
    .sort()
  return new Map(
    files.map(file => [
      file.replace('.cfg', ''),
      parseIos(readFileSync(`${scenarios}${folder}/${file}`, 'utf8')).settings,
    ]),
  )
}

/** A scenario's routers, before anything has happened. */
export function labOf(folder: string, options: Parameters<typeof lab>[1] = {}): Lab {
  return labWith(configured(folder), options)
}

export function labWith(settings: ReadonlyMap<string, Settings>, options: Parameters<typeof lab>[1] = {}): Lab {
  return lab(
    [...settings].map(([name, of]) => ({ name, settings: of })),
    options,
  )
}

export function until(of: Lab, second: number): void {
  of.simulation.run({ until: seconds(second) })
}

export function stateOf(of: Lab, name: string): RouterState {
  return of.station(name).router!.state
}

export function processOf(of: Lab, name: string): OspfState {
  return stateOf(of, name).ospf[0]!
}

/** Routes of OSPF: `10.0.2.2/32 [110/11112] via 10.0.0.2 Tunnel0`, every one in use or not. */
export function routesOf(of: Lab, name: string): string[] {
  const { routes } = stateOf(of, name)
  const prefixes = [...processOf(of, name).routes.values()].map(each => each.prefix)
  return prefixes
    .flatMap(prefix => routes.candidates(prefix))
    .filter(each => each.source === 'ospf')
    .map(routeText)
    .sort()
}

function routeText({ prefix, distance, metric, nextHop, interface: by, path }: Route): string {
  const area = { 'intra-area': '', 'inter-area': ' IA', 'external-1': ' E1', 'external-2': ' E2' }[path ?? 'intra-area']
  return `${formatPrefix(prefix)} [${distance}/${metric}] via ${formatIp(nextHop ?? 0)} ${by}${area}`
}

/** Neighbors of a router: `Tunnel0 10.0.0.2 full`, with the office it holds. */
export function neighborsOf(of: Lab, name: string): string[] {
  return [...processOf(of, name).interfaces.values()].flatMap(on =>
    [...on.neighbors.values()].map(({ address, state }) => {
      const office = address === on.designated ? '/DR' : address === on.backup ? '/BDR' : ''
      return `${on.name} ${formatIp(address)} ${state}${office}`
    }),
  )
}

/** Has a router ping at a second. */
export function pingAt(of: Lab, second: number, name: string, destination: string, source: string): void {
  of.simulation.at(seconds(second), () =>
    of.station(name).perform({ order: 'ping', destination: ip(destination), source: ip(source) }),
  )
}

/** The pings that ended, `!` or `.` for each echo. */
export function pingsOf(of: Lab): string[] {
  return of.steps.flatMap(({ step }) =>
    step.step === 'ping finished' ? [step.answered.map(each => (each ? '!' : '.')).join('')] : [],
  )
}
