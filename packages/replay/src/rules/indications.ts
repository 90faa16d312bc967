/** N59, N60, N69: what leads to a resolution, and how often, draft-detienne-dmvpn-01. */
import { quotedPacket } from '@dmvpn/protocols'
import { type Ip, isMulticast } from '../observation.ts'
import { most } from './bounds.ts'
import { addressText, covers, ipIn, isIndication, isRelayed, nameOf, second } from './parts.ts'
import type { Message, Rule } from './rule.ts'

const switchedTarget: Rule = {
  id: 'N59',
  statement: 'With CEF, in phase 2, what is asked for is a next hop on the tunnel.',
  source: 'captures; configuration',
  severity: 'warning',
  profiles: [],
  check: bench => ({
    message(seen) {
      const asked = ownRequest(seen)
      const facts = asked && bench.network.configured(asked.client)
      if (asked === undefined || facts?.phase !== 2 || facts.switching !== 'cef') return
      const { client, target } = asked
      const own = ipIn(seen.packet.sourceProtocol)
      const because = `${nameOf(seen.packet)} asks for ${addressText(target)}`
      const matter = { frames: [seen.frame], station: client, because }
      if (own !== undefined && covers(own, facts.tunnelPrefix ?? 24, target)) bench.pass(() => matter)
      else bench.fail({ ...matter, because: `${because}, which is no next hop on the tunnel` })
    },
  }),
}

/** Indications lead to a resolution at once. */
const indicationTime = 5 * second

const indicated: Rule = {
  id: 'N60',
  statement: 'In phase 3 what is asked for beyond the tunnel was indicated before.',
  source: 'draft-detienne-dmvpn-01; configuration',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const indications = new Map<string, { readonly frame: number; readonly time: number }>()
    return {
      message(seen) {
        const { packet, destination, frame, time } = seen
        if (isIndication(packet) && destination !== undefined) {
          const target = quotedPacket(packet.quote).destination
          if (indications.size >= most) indications.delete(indications.keys().next().value!)
          indications.set(`${bench.network.stationOf(destination)} ${target}`, { frame, time })
          return
        }
        const asked = ownRequest(seen)
        const facts = asked && bench.network.configured(asked.client)
        if (asked === undefined || facts?.phase !== 3 || seen.sighting?.retransmissionOf !== undefined) return
        const { client, target } = asked
        const own = ipIn(packet.sourceProtocol)
        if (own !== undefined && covers(own, facts.tunnelPrefix ?? 24, target)) return
        const before = indications.get(`${client} ${target}`)
        const name = nameOf(packet)
        const known = [...bench.network.mappings.values()].some(list =>
          list.some(
            each => each.holder === client && each.from === 'reply' && covers(each.network, each.prefixLength, target),
          ),
        )
        if (before !== undefined && time - before.time <= indicationTime)
          bench.pass(() => ({
            frames: [frame, before.frame],
            station: client,
            because: `${name} follows the indication of frame ${before.frame}`,
          }))
        else if (known)
          bench.pass(() => ({
            frames: [frame],
            station: client,
            because: `${name} refreshes what was answered before`,
          }))
        else
          bench.fail({
            frames: [frame],
            station: client,
            because: `${name} asks for ${addressText(target)}, which no indication was about`,
            needs: [client],
          })
      },
    }
  },
}

/** A Resolution Request as its own client sends it. */
function ownRequest({ packet, source }: Message): { readonly client: Ip; readonly target: Ip } | undefined {
  const client = ipIn(packet.sourceNbma)
  const target = ipIn(packet.destinationProtocol)
  if (packet.kind !== 'resolution-request' || isRelayed(packet) || client === undefined || target === undefined)
    return undefined
  return source === undefined || source === client ? { client, target } : undefined
}

/** What the shortest interval that may be configured is: seconds (IOS: `ip nhrp redirect timeout 2`; OpenNHRP). */
const leastInterval = { ios: 2, opennhrp: 4.9 }

/** OpenNHRP: indications of one pair until it was silent for 360 s. */
const opennhrpMost = 4

const opennhrpSilence = 360 * second

/** A copy passed on by another server follows at once. */
const passedOn = 0.5 * second

const indicationRate: Rule = {
  id: 'N69',
  statement: 'Traffic Indications of one pair keep their interval, and are never about NHRP or multicast.',
  source: 'captures; OpenNHRP',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const pairs = new Map<string, { frame: number; time: number; count: number; hop: number }>()
    return {
      message(seen) {
        const { packet, source, frame, time, sighting } = seen
        if (packet.kind === 'purge-request') pairs.clear()
        if (!isIndication(packet) || sighting?.forwardedFrom !== undefined || isRelayed(packet)) return
        const { quote, hopCount } = packet
        const { source: from, destination: to, carried } = quotedPacket(quote)
        if (from === undefined || to === undefined) return
        const station = source ?? ipIn(packet.sourceNbma)
        const about = `${addressText(from)} to ${addressText(to)}`
        if (isMulticast(to) || carried === 54) {
          bench.fail({
            frames: [frame],
            station,
            because: `an indication about ${carried === 54 ? 'NHRP' : 'multicast'}, ${about}`,
          })
          return
        }
        const key = `${station} ${from} ${to} ${seen.destination}`
        const before = pairs.get(key)
        const profile = bench.network.profileOf(station)
        const gap = before === undefined ? Number.POSITIVE_INFINITY : time - before.time
        if (before !== undefined && gap < passedOn && hopCount < before.hop) return
        const least =
          profile === 'opennhrp' ? leastInterval.opennhrp : profile?.startsWith('ios') ? leastInterval.ios : 0.001
        const count = before === undefined || gap > opennhrpSilence ? 1 : before.count + 1
        const matter = { frames: before === undefined ? [frame] : [frame, before.frame], station }
        if (gap < least * second)
          bench.fail({ ...matter, because: `a second indication about ${about} after ${(gap / second).toFixed(3)} s` })
        else if (profile === 'opennhrp' && count > opennhrpMost)
          bench.fail({ ...matter, because: `indication number ${count} about ${about} without 360 s of silence` })
        else bench.pass(() => ({ ...matter, because: `the indication about ${about} keeps its interval` }))
        if (pairs.size >= most) pairs.delete(pairs.keys().next().value!)
        pairs.set(key, { frame, time, count, hop: hopCount })
      },
    }
  },
}

export const indicationRules: readonly Rule[] = [switchedTarget, indicated, indicationRate]
