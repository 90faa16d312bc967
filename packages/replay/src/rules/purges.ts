/** N65, N66: what a purge ends, and who must have it, RFC 2332 §5.2.5. */

import type { Ip } from '../observation.ts'
import { most } from './bounds.ts'
import type { Network } from './network.ts'
import { PairMap } from './pair-map.ts'
import {
  addressText,
  covers,
  entriesOf,
  ipIn,
  isExchange,
  isPositive,
  isRelayed,
  meantPrefix,
  second,
  widthOf,
} from './parts.ts'
import type { Rule } from './rule.ts'
import { changed, directData, goesByConfiguration, isLive } from './shortcuts.ts'

const notAfterPurge: Rule = {
  id: 'N65',
  statement: 'After a purge no data goes directly to what was purged, until there is a new answer.',
  source: 'RFC 2332 §5.2.5',
  severity: 'error',
  profiles: [],
  check: bench => {
    /** By station and frame of the purge. */
    const said = new PairMap<string>(most)
    const byConfiguration = new PairMap<true>(most)
    return {
      observation(seen) {
        if (seen.kind !== 'data' || seen.source === undefined || seen.destination === undefined) return
        const { network } = bench
        const from = network.stationOf(seen.source)
        const direct = directData(network, seen)
        if (direct !== undefined && goesByConfiguration(byConfiguration, network, from, direct.to)) return
        const purge = network.purges
          .get(from)
          ?.findLast(
            each =>
              covers(each.network, each.prefixLength, seen.innerDestination) ||
              purgedNetwork(network, from, each.network, seen.innerDestination),
          )
        if (purge === undefined || seen.time - purge.time < second) return
        const frames = [seen.frame, purge.frame]
        const target = addressText(seen.innerDestination)
        if (direct === undefined) {
          if (changed(said, from, purge.frame, 'server'))
            bench.pass(() => ({
              frames,
              station: from,
              because: `data for ${target} goes by the server after the purge`,
            }))
          return
        }
        const live = network.mappingsTo(from, direct.to).filter(each => isLive(each, seen.time))
        const answer = live.find(each => each.learned > purge.time)
        if (!changed(said, from, purge.frame, `${direct.to} ${answer?.frame} ${live.length}`)) return
        const because = `data for ${target} still goes to ${addressText(direct.to)} after the purge of frame ${purge.frame}`
        if (answer !== undefined)
          bench.pass(() => ({
            frames: [...frames, answer.frame],
            station: from,
            because: `data for ${target} goes by the new mapping of frame ${answer.frame}`,
          }))
        // By a route over a next hop that is still mapped: whether there is one, the configuration knows.
        else if (live.length > 0) bench.cannotJudge({ frames, station: from, because }, 'not-configured')
        else bench.fail({ frames, station: from, because, needs: [from] })
      },
    }
  },
}

/** Whether a network that was told, and then purged by one of its hosts, covers an address. */
function purgedNetwork(network: Network, holder: Ip, host: Ip, address: Ip): boolean {
  for (const list of network.mappings.of(holder)) {
    if (
      list.some(
        ({ purged, ...each }) =>
          purged !== undefined &&
          covers(each.network, each.prefixLength, host) &&
          covers(each.network, each.prefixLength, address),
      )
    )
      return true
  }
  return false
}

/** Who was told what, by whom. */
interface Told {
  readonly requester: Ip
  readonly network: Ip
  readonly prefixLength: number
  readonly expires: number
  readonly frame: number
}

/** A purge and who must have it yet. */
interface Purging {
  readonly by: Ip
  readonly frame: number
  readonly until: number
  readonly missing: Map<Ip, Told>
}

/** A station tells everybody at once; a purge that waits for IKE takes longer. */
const purgeTime = 30 * second

const everybodyPurged: Rule = {
  id: 'N66',
  statement: 'A purge goes to everybody who was told, while what they were told is valid.',
  source: 'RFC 2332 §5.2.5',
  severity: 'warning',
  profiles: ['frr', 'opennhrp'],
  check: bench => {
    const told = new Map<Ip, Told[]>()
    let purging: Purging[] = []
    const judge = (each: Purging, over: boolean): void => {
      const matter = { frames: [each.frame, ...[...each.missing.values()].map(({ frame }) => frame)], station: each.by }
      const names = [...each.missing.keys()].map(addressText).join(', ')
      if (each.missing.size === 0) bench.pass(() => ({ ...matter, because: 'everybody who was told has the purge' }))
      else if (over)
        bench.fail({
          ...matter,
          because: `${names} was told and has no purge`,
          habitOf: ['frr', 'opennhrp'],
          needs: [each.by],
        })
      else
        bench.cannotJudge(
          { ...matter, because: `the capture ends before ${names} has the purge` },
          'ended-after-capture',
        )
    }
    return {
      message(seen) {
        const { packet, source, frame, time } = seen
        for (const each of purging) if (each.until < time) judge(each, true)
        if (purging.length > 0) purging = purging.filter(({ until }) => until >= time)
        if (source === undefined || isRelayed(packet) || !isExchange(packet)) return
        const by = bench.network.stationOf(source)
        if (packet.kind === 'resolution-reply' && isPositive(packet)) {
          const requester = ipIn(packet.sourceNbma)
          const network = ipIn(packet.destinationProtocol)
          const [entry] = packet.entries
          if (requester === undefined || network === undefined || entry === undefined) return
          const list = (told.get(by) ?? []).filter(
            each => each.expires > time && (each.requester !== requester || each.network !== network),
          )
          if (told.size < most) told.set(by, list)
          if (list.length >= 256) list.shift()
          const prefixLength = meantPrefix(entry.prefixLength, widthOf(packet))
          list.push({ requester, network, prefixLength, expires: time + entry.holdingTime * second, frame })
        } else if (packet.kind === 'purge-request' && ipIn(packet.sourceNbma) === by) {
          // OpenNHRP tells its server first; who was told about the same is awaited once.
          const receiver = seen.destination === undefined ? undefined : bench.network.stationOf(seen.destination)
          const running = purging.find(each => each.by === by)
          for (const { protocol, prefixLength } of packet.entries) {
            const network = ipIn(protocol)
            if (network === undefined) continue
            const length = meantPrefix(prefixLength, widthOf(packet))
            const hit = (told.get(by) ?? []).filter(
              each =>
                each.expires > time &&
                (covers(network, length, each.network) || covers(each.network, each.prefixLength, network)),
            )
            if (running === undefined && hit.length > 0) {
              purging.push({
                by,
                frame,
                until: time + purgeTime,
                missing: new Map(hit.map(each => [each.requester, each])),
              })
            }
            const others = told.get(by)?.filter(each => !hit.includes(each))
            if (others !== undefined) told.set(by, others)
          }
          if (receiver !== undefined) for (const each of purging) if (each.by === by) each.missing.delete(receiver)
          const passed = (entriesOf(packet, 'forward-transit')?.length ?? 0) > 0
          if (passed) return
          // By way of a server, to whom its addressee is known by the tunnel address alone.
          const named = ipIn(packet.destinationProtocol)
          for (const each of purging) {
            for (const requester of each.missing.keys()) {
              if (named !== undefined && bench.network.known(requester)?.protocols.has(named))
                each.missing.delete(requester)
            }
          }
        }
      },
      end() {
        for (const each of purging) judge(each, each.missing.size === 0)
      },
    }
  },
}

export const purgeRules: readonly Rule[] = [notAfterPurge, everybodyPurged]
