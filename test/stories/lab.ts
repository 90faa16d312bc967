/** Plays an article's lab and reads off what crossed the cloud. */
import { type Instant, milliseconds, type Settings, type Step, seconds } from '@dmvpn/core'
import { dmvpn, type Nhrp, nhrp } from '@dmvpn/protocols'
import { type Cloud, Simulation, type Station } from '@dmvpn/sim'
import { type Address, formatIp } from '@dmvpn/wire'

export interface Player {
  readonly name: string
  readonly settings: Settings
  readonly start?: number
  readonly firstRequestId?: number
}

export interface Lab {
  readonly simulation: Simulation
  readonly cloud: Cloud
  readonly frames: { readonly at: Instant; readonly bytes: Uint8Array }[]
  readonly steps: { readonly at: Instant; readonly router: string; readonly step: Step }[]
  station(name: string): Station
}

const ipv4Link = 228

/** Routers on one cloud, 20 ms from each to each; times are in seconds. */
export function lab(players: readonly Player[], { seed = 7, loss = 0 }: { seed?: number; loss?: number } = {}): Lab {
  const simulation = new Simulation({ seed })
  const stations = players.map(({ name, settings, start = 0, firstRequestId }) =>
    simulation.router(name, settings, {
      at: seconds(start),
      ...(firstRequestId === undefined ? {} : { firstRequestId }),
    }),
  )
  const cloud = simulation.cloud(stations, { delay: milliseconds(20), loss })
  const steps: Lab['steps'] = []
  simulation.watch((step, at, { name }) => steps.push({ at, router: name, step }))
  return { simulation, cloud, frames: simulation.tap(cloud), steps, station: name => simulation.stations.get(name)! }
}

export function decoded(bytes: Uint8Array): ReturnType<typeof dmvpn.decode> {
  return dmvpn.decode(bytes, ipv4Link)
}

/** The NHRP messages that crossed the cloud, in order. */
export function messagesOf({ frames }: Pick<Lab, 'frames'>): { readonly at: Instant; readonly message: Nhrp }[] {
  return frames.flatMap(({ at, bytes }) => {
    const message = decoded(bytes).find(nhrp)
    return message === undefined ? [] : [{ at, message }]
  })
}

const text = (address: Address | undefined): string =>
  address === undefined ? '–' : typeof address === 'object' ? String(address) : formatIp(address)

/** One message as the articles' traces print it: size, id, hop, flags, source NBMA, protocols, then per entry prefix, MTU, hold and client. */
export function traceOf(message: Nhrp): string {
  const head = [message.kind, nhrp.size(message)]
  const addresses = `${text(message.sourceNbma)} ${text(message.sourceProtocol)} > ${text(message.destinationProtocol)}`
  if (!('entries' in message)) return [...head, message.hopCount, addresses].join(' ')
  const entries = message.entries.map(
    ({ code, prefixLength, mtu, holdingTime, nbma, protocol }) =>
      `[${code} /${prefixLength} ${mtu} ${holdingTime} ${text(nbma)} ${text(protocol)}]`,
  )
  return [
    ...head,
    message.requestId,
    message.hopCount,
    message.flags.toString(16).padStart(4, '0'),
    addresses,
    ...entries,
  ].join(' ')
}

/** What a run's routers decided, without the objects that steps carry along. */
export function stepsOf({ steps }: Pick<Lab, 'steps'>, router: string, ...kinds: Step['step'][]): Step[] {
  return steps
    .filter(each => each.router === router && (kinds.length === 0 || kinds.includes(each.step.step)))
    .map(({ step }) => step)
}
