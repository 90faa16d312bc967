/** N42–N44, N58: how a station repeats its requests and numbers them, RFC 2332 §5.2.0.1. */
import { profiles, type Retry } from '@dmvpn/core'
import type { Nhrp } from '@dmvpn/protocols'
import type { Address } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import type { Episode } from './episode.ts'
import { PairMap } from './pair-map.ts'
import { addressText, ipIn, isRelayed, isRequest, nameOf, sameAddress, second } from './parts.ts'
import type { Bench, Message, Rule } from './rule.ts'
import { difference } from './shapes.ts'

/** Clocks and schedulers: what a wait may be shorter. */
const tolerance = 0.08

function retryOf({ network }: Bench, client: Ip, type: number): Retry | undefined {
  const name = network.profileOf(client)
  if (name === undefined || name === 'rfc2332' || name === 'auto') return undefined
  const { registration, resolution } = profiles[name]
  return type === 1 ? resolution.retry : registration.retry
}

const repeated: Rule = {
  id: 'N42',
  statement: 'A request that is sent again is the same, octet for octet, and not before its back-off is over.',
  source: 'RFC 2332 §5.2.0.1; captures',
  severity: 'warning',
  profiles: [],
  check: bench => ({
    episode(episode) {
      for (const [before, again, count] of repetitions(episode)) {
        const client = ipIn(again.packet.sourceNbma)
        if (client === undefined) continue
        const matter = { frames: [again.frame, before.frame], station: client }
        const name = nameOf(again.packet)
        const at = firstDifference(before.octets, again.octets)
        if (at >= 0) {
          const differences = [difference(again, 'nhrp', hexAt(again.octets, at), hexAt(before.octets, at), [at, 1])]
          bench.fail({ ...matter, because: `${name} is sent again with other octets, from octet ${at}`, differences })
          continue
        }
        const gap = (again.time - before.time) / second
        const retry = retryOf(bench, client, again.packet.type)
        // Without a profile: nobody waits for less than the shortest of all, 0.75 s.
        const wait = retry === undefined ? 0.75 : retry.waits[Math.min(count, retry.waits.length - 1)]! * retry.jitter
        if (gap >= wait * (1 - tolerance))
          bench.pass(() => ({ ...matter, because: `${name} is sent again after ${gap.toFixed(3)} s` }))
        else {
          const what = retry === undefined ? 'nobody waits less than' : 'its back-off is'
          bench.fail({
            ...matter,
            because: `${name} is sent again after ${gap.toFixed(3)} s; ${what} ${wait.toFixed(2)} s`,
          })
        }
      }
    },
  }),
}

/** Every transmission after the first, with the one before and how many those were; on one way each. */
function* repetitions({ requests }: Episode): Generator<readonly [Message, Message, number]> {
  const last = new Map<string, readonly [Message, number]>()
  for (const { seen } of requests) {
    if (isRelayed(seen.packet)) continue
    const way = `${seen.source} ${seen.destination} ${seen.packet.hopCount}`
    const known = last.get(way)
    if (known !== undefined) yield [known[0], seen, known[1]]
    last.set(way, [seen, (known?.[1] ?? -1) + 1])
  }
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length)
  return a.findIndex((octet, index) => octet !== b[index])
}

function hexAt(octets: Uint8Array, at: number): string {
  return at < octets.length ? octets[at]!.toString(16).padStart(2, '0') : 'nothing'
}

/** OpenNHRP, told to please Cisco's, numbers every message with this. */
const opennhrpId = 1401643644
/** A station that counts from here was switched on anew. */
const smallId = 16
/** Ids remembered of one station. */
const mostIds = 1024
const mostStations = 4096

/** What a number was used for. */
interface Used {
  readonly kind: Nhrp['kind']
  readonly target: Address | undefined
  readonly frame: number
}

/** What one station has numbered since it was switched on. */
interface Numbered {
  readonly ids: Map<number, Used>
  greatest: number
  frame: number
  time: number
}

/** The station's own new requests, with those before: not repetitions, not what it passes on. */
function numbering(
  bench: Bench,
  use: (
    client: Ip,
    seen: Message & { readonly packet: { readonly requestId: number } },
    before: Numbered,
    restarts: boolean,
  ) => void,
): (seen: Message) => void {
  const stations = new PairMap<Numbered>(mostStations)
  return seen => {
    const { packet } = seen
    if (!isRequest(packet) || packet.requestId === opennhrpId || isRelayed(packet)) return
    const client = ipIn(packet.sourceNbma)
    if (client === undefined) return
    const sender = seen.source === undefined ? client : bench.network.stationOf(seen.source)
    if (sender !== client && packet.kind !== 'registration-request') return
    // Purges may have a count of their own.
    const count = packet.type === 5 ? 1 : 0
    const known = stations.get(client, count)
    const { kind, destinationProtocol: target } = packet
    if (known === undefined) {
      if (stations.size >= mostStations) return
      const ids = new Map([[packet.requestId, { kind, target, frame: seen.frame }]])
      stations.set(client, count, { ids, greatest: packet.requestId, frame: seen.frame, time: seen.time })
      return
    }
    const same = known.ids.get(packet.requestId)
    const restarts =
      packet.requestId < known.greatest && packet.requestId <= smallId && !(same !== undefined && isAbout(same, packet))
    use(client, seen as never, known, restarts)
    if (restarts) {
      known.ids.clear()
      known.greatest = -1
    }
    if (known.ids.size >= mostIds) known.ids.delete(known.ids.keys().next().value!)
    known.ids.set(packet.requestId, { kind, target, frame: seen.frame })
    if (packet.requestId <= known.greatest) return
    known.greatest = packet.requestId
    known.frame = seen.frame
    known.time = seen.time
  }
}

function isAbout({ kind, target }: Used, packet: Nhrp): boolean {
  return kind === packet.kind && sameAddress(target, packet.destinationProtocol)
}

/** Packets overtake each other by as much. */
const overtaking = 2 * second

const rising: Rule = {
  id: 'N43',
  statement: 'A station numbers its requests upwards; after a restart from a small number.',
  source: 'RFC 2332 §5.2.0.1',
  severity: 'information',
  profiles: [],
  check: bench => ({
    message: numbering(bench, (client, seen, before, restarts) => {
      const { requestId } = seen.packet
      if (before.ids.has(requestId) && !restarts) return
      const matter = { frames: [seen.frame, before.frame], station: client }
      const name = nameOf(seen.packet)
      if (restarts)
        bench.pass(() => ({ ...matter, because: `${name} after ${before.greatest}: the station was restarted` }))
      else if (requestId > before.greatest || seen.time - before.time < overtaking)
        bench.pass(() => ({ ...matter, because: `${name} after ${before.greatest}` }))
      else
        bench.fail({
          ...matter,
          because: `${name} after ${before.greatest}`,
          differences: [difference(seen, 'nhrp.reqid', requestId, `more than ${before.greatest}`, [24, 4])],
        })
    }),
  }),
}

const notReused: Rule = {
  id: 'N44',
  statement: 'A request id is not used again for another kind of request or another target.',
  source: 'RFC 2332 §5.2.0.1',
  severity: 'warning',
  profiles: [],
  check: bench => ({
    message: numbering(bench, (client, seen, before, restarts) => {
      const { packet } = seen
      const same = before.ids.get(packet.requestId)
      const matter = { frames: [seen.frame, same?.frame ?? before.frame], station: client }
      if (restarts || same === undefined)
        bench.pass(() => ({ ...matter, frames: [seen.frame], because: `${nameOf(packet)} has a number of its own` }))
      else if (!isAbout(same, packet))
        bench.fail({
          ...matter,
          because: `${nameOf(packet)} for ${addressText(packet.destinationProtocol)} was ${same.kind} for ${addressText(same.target)} in frame ${same.frame}`,
        })
    }),
  }),
}

/** Targets remembered. */
const mostPending = 4096
/** Ways that one of them is asked on. */
const mostWays = 64

/** One request that waits for its answer. */
interface Pending {
  readonly requestId: number
  readonly frame: number
  readonly time: number
}

const onePerTarget: Rule = {
  id: 'N58',
  statement: 'While a Resolution Request waits for its answer, no other asks for the same target.',
  source: 'RFC 2332 §5.1',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const pending = new PairMap<Map<Ip | undefined, Pending>>(mostPending)
    return {
      message(seen) {
        const { packet, frame, time } = seen
        const client = ipIn(packet.sourceNbma)
        const target = ipIn(packet.destinationProtocol)
        if (client === undefined || target === undefined) return
        if (packet.kind === 'resolution-reply') {
          const asked = pending.get(client, target)
          if (asked === undefined) return
          for (const [to, { requestId }] of asked) if (requestId === packet.requestId) asked.delete(to)
          if (asked.size === 0) pending.delete(client, target)
          return
        }
        if (packet.kind === 'error-indication') {
          pending.deleteOf(bench.network.stationOf(seen.destination ?? -1))
          return
        }
        if (packet.kind !== 'resolution-request' || isRelayed(packet)) return
        if (seen.source !== undefined && bench.network.stationOf(seen.source) !== client) return
        const asked = pending.get(client, target) ?? new Map<Ip | undefined, Pending>()
        const before = asked.get(seen.destination)
        const retry = retryOf(bench, client, 1)
        const wait = (retry === undefined ? 0.75 : retry.waits[0]! * retry.jitter) * (1 - tolerance) * second
        if (before === undefined || before.requestId === packet.requestId || time - before.time >= wait) {
          if (before === undefined || before.requestId !== packet.requestId) {
            bench.pass(() => ({
              frames: [frame],
              station: client,
              because: `${nameOf(packet)} is the only one for ${addressText(target)}`,
            }))
          }
        } else {
          bench.fail({
            frames: [frame, before.frame],
            station: client,
            because: `${nameOf(packet)} asks for ${addressText(target)} while number ${before.requestId} waits for its answer`,
            needs: [client],
          })
        }
        if (asked.size >= mostWays) asked.clear()
        asked.set(seen.destination, { requestId: packet.requestId, frame, time })
        pending.set(client, target, asked)
      },
    }
  },
}

export const requestIdRules: readonly Rule[] = [repeated, rising, notReused, onePerTarget]
