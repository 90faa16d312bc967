/** N61–N64: data from station to station, and the mappings it goes by, RFC 2332 §5.1. */

import { profiles } from '@dmvpn/core'
import { type DataSeen, type Ip, isMulticast } from '../observation.ts'
import { most } from './bounds.ts'
import type { Mapping, Network } from './network.ts'
import { PairMap } from './pair-map.ts'
import { addressText, ipIn, isExchange, isRelayed, nameOf, second } from './parts.ts'
import type { Rule } from './rule.ts'

/** Timers of seconds, and what is on its way when one runs out. */
const grace = 2 * second

/** Data on the way from one station to another, neither of them a server; undefined for what needs no mapping. */
export function directData(network: Network, seen: DataSeen): { readonly from: Ip; readonly to: Ip } | undefined {
  const { source, destination, innerDestination } = seen
  if (source === undefined || destination === undefined || isMulticast(destination) || isMulticast(innerDestination))
    return undefined
  if (network.isServer(source) || network.isServer(destination)) return undefined
  // Who never said a word of NHRP has its ways configured.
  if (network.known(source) === undefined) return undefined
  return { from: network.stationOf(source), to: destination }
}

export function isLive({ expires, purged }: Mapping, time: number): boolean {
  return expires + grace >= time && purged === undefined
}

/** Remembers a little per pair, so that a million packets of one flow are one verdict. */
export function changed<W>(said: PairMap<W>, from: Ip, to: Ip, word: W): boolean {
  if (said.get(from, to) === word) return false
  said.set(from, to, word)
  return true
}

/** Whether data went from one to the other before any mapping was told: its way is configured, and does not expire. */
export function goesByConfiguration(pairs: PairMap<true>, network: Network, from: Ip, to: Ip): boolean {
  if (pairs.get(from, to) === true) return true
  if (network.mappingsTo(from, to).length > 0) return false
  if (pairs.size < most) pairs.set(from, to, true)
  return true
}

const needsMapping: Rule = {
  id: 'N61',
  statement: 'Data goes directly to another station only by a mapping its sender was given.',
  source: 'RFC 2332 §5.1; captures',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const said = new PairMap<number>(most)
    const viaServer = new PairMap<number>(most)
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
          viaServer.set(network.stationOf(source), innerDestination, frame)
          return
        }
        const direct = directData(network, seen)
        if (direct === undefined) return
        const { from, to } = direct
        const known = network.mappingsTo(from, to)
        const live = known.findLast(each => isLive(each, time))
        // By a mapping's frame, or by none of so many.
        const word = live === undefined ? -known.length : live.frame
        if (!changed(said, from, to, word)) return
        if (live !== undefined) {
          bench.pass(() => ({
            frames: [frame, live.frame],
            station: from,
            because: `data goes to ${addressText(to)} by the mapping of frame ${live.frame}`,
          }))
          return
        }
        // What once was there is N63's and N65's.
        if (known.length > 0) return
        const before = viaServer.get(from, innerDestination)
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
    const waiting = new PairMap<Waiting>(most)
    return {
      observation(seen) {
        const { network } = bench
        if (seen.kind === 'nhrp') {
          const { packet, frame } = seen
          const client = ipIn(packet?.sourceNbma)
          const target = ipIn(packet?.destinationProtocol)
          if (packet === undefined || client === undefined || target === undefined) return
          if (packet.kind === 'resolution-reply') waiting.delete(client, target)
          if (packet.kind !== 'resolution-request' || isRelayed(packet) || waiting.get(client, target) !== undefined)
            return
          waiting.set(client, target, { frame, said: false })
          return
        }
        if (seen.kind !== 'data' || seen.source === undefined || seen.destination === undefined) return
        const from = network.stationOf(seen.source)
        const pending = waiting.get(from, seen.innerDestination)
        if (pending === undefined || pending.said || network.isServer(from) || network.servers.size === 0) return
        const frames = [seen.frame, pending.frame]
        const target = addressText(seen.innerDestination)
        if (network.isServer(seen.destination))
          bench.pass(() => ({ frames, station: from, because: `data for ${target} goes by the server meanwhile` }))
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
    const said = new PairMap<number>(most)
    const byConfiguration = new PairMap<true>(most)
    return {
      observation(seen) {
        if (seen.kind !== 'data') return
        const direct = directData(bench.network, seen)
        if (direct === undefined) return
        const { from, to } = direct
        if (goesByConfiguration(byConfiguration, bench.network, from, to)) return
        const known = bench.network.mappingsTo(from, to).filter(({ purged }) => purged === undefined)
        if (known.length === 0) return
        const latest = known.reduce((a, b) => (b.expires > a.expires ? b : a))
        const late = (seen.time - latest.expires) / second
        const expired = !isLive(latest, seen.time)
        if (!changed(said, from, to, expired ? -latest.frame : latest.frame)) return
        const frames = [seen.frame, latest.frame]
        if (!expired)
          bench.pass(() => ({
            frames,
            station: from,
            because: `the mapping to ${addressText(to)} has ${(-late).toFixed(1)} s left`,
          }))
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
      const window = cisco ? ciscoThreshold : told.holdingTime / 3 + 11
      const because = `${nameOf(packet)} asks for ${addressText(target)} while the answer of frame ${told.frame} has ${left.toFixed(1)} of ${told.holdingTime} s left`
      const matter = { frames: [frame, told.frame], station: client, because }
      if (left <= window + 1) bench.pass(() => matter)
      else bench.fail(matter)
    },
  }),
}

function answersTo(network: Network, client: Ip, target: Ip): Mapping[] {
  const found: Mapping[] = []
  for (const list of network.mappings.of(client)) {
    for (const each of list)
      if (each.from === 'reply' && each.network === target && !found.includes(each)) found.push(each)
  }
  return found.sort((a, b) => a.learned - b.learned)
}

export const shortcutRules: readonly Rule[] = [needsMapping, meanwhileByServer, notAfterExpiry, refreshInTime]
