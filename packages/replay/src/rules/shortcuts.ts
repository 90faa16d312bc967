/** N61–N66: data from station to station, and the mappings it goes by, RFC 2332 §5.2.5 and §5.1. */
import { profiles } from '@dmvpn/core'
import { type DataSeen, type Ip, isMulticast } from '../observation.ts'
import type { Mapping, Network } from './network.ts'
import {
  addressText,
  covers,
  entriesOf,
  ipIn,
  isExchange,
  isPositive,
  isRelayed,
  meantPrefix,
  nameOf,
  second,
  widthOf,
} from './parts.ts'
import type { Rule } from './rule.ts'

/** Timers of seconds, and what is on its way when one runs out. */
const grace = 2 * second
/** Pairs, flows and requests remembered. */
const most = 4096

/** Data on the way from one station to another, neither of them a server; undefined for what needs no mapping. */
function directData(network: Network, seen: DataSeen): { readonly from: Ip; readonly to: Ip } | undefined {
  const { source, destination, innerDestination } = seen
  if (source === undefined || destination === undefined || isMulticast(destination) || isMulticast(innerDestination))
    return undefined
  if (network.isServer(source) || network.isServer(destination)) return undefined
  // Who never said a word of NHRP has its ways configured.
  if (network.known(source) === undefined) return undefined
  return { from: network.stationOf(source), to: destination }
}

function isLive({ expires, purged }: Mapping, time: number): boolean {
  return expires + grace >= time && purged === undefined
}

/** Remembers a little per key, so that a million packets of one flow are one verdict. */
function changed(said: Map<string, string>, key: string, word: string): boolean {
  if (said.get(key) === word) return false
  if (said.size >= most) said.delete(said.keys().next().value!)
  said.set(key, word)
  return true
}

const needsMapping: Rule = {
  id: 'N61',
  statement: 'Data goes directly to another station only by a mapping its sender was given.',
  source: 'RFC 2332 §5.1; captures',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const said = new Map<string, string>()
    const viaServer = new Map<string, number>()
    return {
      observation(seen) {
        if (seen.kind !== 'data') return
        const { network } = bench
        const { source, destination, innerDestination, frame, time } = seen
        if (
          source !== undefined &&
          destination !== undefined &&
          network.isServer(destination) &&
          !network.isServer(source)
        ) {
          if (viaServer.size >= most) viaServer.delete(viaServer.keys().next().value!)
          viaServer.set(`${network.stationOf(source)} ${innerDestination}`, frame)
          return
        }
        const direct = directData(network, seen)
        if (direct === undefined) return
        const { from, to } = direct
        const known = network.mappingsTo(from, to)
        const live = known.findLast(each => isLive(each, time))
        const word = live === undefined ? `none ${known.length}` : `by ${live.frame}`
        if (!changed(said, `${from} ${to}`, word)) return
        if (live !== undefined) {
          bench.pass({
            frames: [frame, live.frame],
            station: from,
            because: `data goes to ${addressText(to)} by the mapping of frame ${live.frame}`,
          })
          return
        }
        // What once was there is N63's and N65's.
        if (known.length > 0) return
        const before = viaServer.get(`${from} ${innerDestination}`)
        const because = `data for ${addressText(innerDestination)} goes to ${addressText(to)}, and no mapping to it was seen`
        const matter = { frames: before === undefined ? [frame] : [frame, before], station: from, because }
        if (before === undefined) bench.cannotJudge(matter, 'began-before-capture')
        else bench.fail({ ...matter, needs: [from] })
      },
    }
  },
}

/** A Resolution Request that waits. */
interface Waiting {
  readonly frame: number
  said: boolean
}

const meanwhileByServer: Rule = {
  id: 'N62',
  statement: 'While a resolution waits for its answer, data goes by the server.',
  source: 'captures',
  severity: 'information',
  profiles: [],
  check: bench => {
    const waiting = new Map<string, Waiting>()
    return {
      observation(seen) {
        const { network } = bench
        if (seen.kind === 'nhrp') {
          const { packet, frame } = seen
          const client = ipIn(packet?.sourceNbma)
          const key = `${client} ${packet === undefined ? '' : ipIn(packet.destinationProtocol)}`
          if (packet === undefined || client === undefined) return
          if (packet.kind === 'resolution-reply') waiting.delete(key)
          if (packet.kind !== 'resolution-request' || isRelayed(packet) || waiting.has(key)) return
          if (waiting.size >= most) waiting.delete(waiting.keys().next().value!)
          waiting.set(key, { frame, said: false })
          return
        }
        if (seen.kind !== 'data' || seen.source === undefined || seen.destination === undefined) return
        const from = network.stationOf(seen.source)
        const pending = waiting.get(`${from} ${seen.innerDestination}`)
        if (pending === undefined || pending.said || network.isServer(from) || network.servers.size === 0) return
        const frames = [seen.frame, pending.frame]
        const target = addressText(seen.innerDestination)
        if (network.isServer(seen.destination))
          bench.pass({ frames, station: from, because: `data for ${target} goes by the server meanwhile` })
        else if (network.mappingsTo(from, seen.destination).some(each => isLive(each, seen.time))) return
        else
          bench.fail({
            frames,
            station: from,
            because: `data for ${target} goes to ${addressText(seen.destination)} before the answer`,
            needs: [from],
          })
        pending.said = true
      },
    }
  },
}

const notAfterExpiry: Rule = {
  id: 'N63',
  statement: 'No data goes by a mapping that has expired.',
  source: 'RFC 2332 §5.2.1',
  severity: 'error',
  profiles: [],
  check: bench => {
    const said = new Map<string, string>()
    return {
      observation(seen) {
        if (seen.kind !== 'data') return
        const direct = directData(bench.network, seen)
        if (direct === undefined) return
        const { from, to } = direct
        const known = bench.network.mappingsTo(from, to).filter(({ purged }) => purged === undefined)
        if (known.length === 0) return
        const latest = known.reduce((a, b) => (b.expires > a.expires ? b : a))
        const late = (seen.time - latest.expires) / second
        const expired = !isLive(latest, seen.time)
        if (!changed(said, `${from} ${to}`, `${latest.frame} ${expired}`)) return
        const frames = [seen.frame, latest.frame]
        if (!expired)
          bench.pass({
            frames,
            station: from,
            because: `the mapping to ${addressText(to)} has ${(-late).toFixed(1)} s left`,
          })
        else
          bench.fail({
            frames,
            station: from,
            because: `data goes to ${addressText(to)} ${late.toFixed(1)} s after the mapping of frame ${latest.frame} expired`,
            needs: [from],
          })
      },
    }
  },
}

const notAfterPurge: Rule = {
  id: 'N65',
  statement: 'After a purge no data goes directly to what was purged, until there is a new answer.',
  source: 'RFC 2332 §5.2.5',
  severity: 'error',
  profiles: [],
  check: bench => {
    const said = new Map<string, string>()
    return {
      observation(seen) {
        if (seen.kind !== 'data' || seen.source === undefined || seen.destination === undefined) return
        const { network } = bench
        const from = network.stationOf(seen.source)
        const purge = network.purges
          .get(from)
          ?.findLast(
            each =>
              covers(each.network, each.prefixLength, seen.innerDestination) ||
              purgedNetwork(network, from, each.network, seen.innerDestination),
          )
        if (purge === undefined || seen.time - purge.time < second) return
        const key = `${from} ${purge.frame}`
        const frames = [seen.frame, purge.frame]
        const target = addressText(seen.innerDestination)
        const direct = directData(network, seen)
        if (direct === undefined) {
          if (changed(said, key, 'server'))
            bench.pass({ frames, station: from, because: `data for ${target} goes by the server after the purge` })
          return
        }
        const live = network.mappingsTo(from, direct.to).filter(each => isLive(each, seen.time))
        const answer = live.find(each => each.learned > purge.time)
        if (!changed(said, key, `${direct.to} ${answer?.frame} ${live.length}`)) return
        const because = `data for ${target} still goes to ${addressText(direct.to)} after the purge of frame ${purge.frame}`
        if (answer !== undefined)
          bench.pass({
            frames: [...frames, answer.frame],
            station: from,
            because: `data for ${target} goes by the new mapping of frame ${answer.frame}`,
          })
        // By a route over a next hop that is still mapped: whether there is one, the configuration knows.
        else if (live.length > 0) bench.cannotJudge({ frames, station: from, because }, 'not-configured')
        else bench.fail({ frames, station: from, because, needs: [from] })
      },
    }
  },
}

/** Whether a network that was told, and then purged by one of its hosts, covers an address. */
function purgedNetwork(network: Network, holder: Ip, host: Ip, address: Ip): boolean {
  for (const [key, list] of network.mappings) {
    if (!key.startsWith(`${holder} `)) continue
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

/** IOS looks for what expires within 120 s; FRR and OpenNHRP at two thirds. */
const ciscoThreshold = 120

const refreshInTime: Rule = {
  id: 'N64',
  statement: 'A mapping is refreshed towards its end: within the last 120 s (IOS), or the last third (FRR, OpenNHRP).',
  source: 'captures; FRR; OpenNHRP',
  severity: 'information',
  profiles: [],
  check: bench => ({
    message(seen) {
      const { packet, frame, time, source } = seen
      if (packet.kind !== 'resolution-request' || isRelayed(packet) || !isExchange(packet)) return
      const client = ipIn(packet.sourceNbma)
      const target = ipIn(packet.destinationProtocol)
      if (
        client === undefined ||
        target === undefined ||
        (source !== undefined && bench.network.stationOf(source) !== client)
      )
        return
      if (seen.sighting?.retransmissionOf !== undefined) return
      const profile = bench.network.profileOf(client)
      if (profile === undefined || profile === 'rfc2332' || profile === 'auto') return
      const told = answersTo(bench.network, client, target).findLast(
        each => each.expires > time && each.purged === undefined,
      )
      if (told === undefined) return
      const left = (told.expires - time) / second
      const cisco = profiles[profile].refresh.kind === 'scan'
      const most = cisco ? ciscoThreshold : told.holdingTime / 3 + 11
      const because = `${nameOf(packet)} asks for ${addressText(target)} while the answer of frame ${told.frame} has ${left.toFixed(1)} of ${told.holdingTime} s left`
      const matter = { frames: [frame, told.frame], station: client, because }
      if (left <= most + 1) bench.pass(matter)
      else bench.fail(matter)
    },
  }),
}

function answersTo(network: Network, client: Ip, target: Ip): Mapping[] {
  const found: Mapping[] = []
  for (const [key, list] of network.mappings) {
    if (!key.startsWith(`${client} `)) continue
    for (const each of list)
      if (each.from === 'reply' && each.network === target && !found.includes(each)) found.push(each)
  }
  return found.sort((a, b) => a.learned - b.learned)
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
      if (each.missing.size === 0) bench.pass({ ...matter, because: 'everybody who was told has the purge' })
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
        purging = purging.filter(({ until }) => until >= time)
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
            told.set(
              by,
              (told.get(by) ?? []).filter(each => !hit.includes(each)),
            )
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

export const shortcutRules: readonly Rule[] = [
  needsMapping,
  meanwhileByServer,
  notAfterExpiry,
  refreshInTime,
  notAfterPurge,
  everybodyPurged,
]
