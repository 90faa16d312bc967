/** N59, N60, N67–N71, N87, N89: passwords, indications, errors, multicast, and the capture itself. */
import { type DataSeen, type Ip, isMulticast } from '../observation.ts'
import { quotedAddress } from './messages.ts'
import {
  addressText,
  covers,
  ipIn,
  isError,
  isExchange,
  isIndication,
  isPositive,
  isRelayed,
  isRequest,
  nameOf,
  passwordOf,
  second,
} from './parts.ts'
import type { Message, Rule } from './rule.ts'
import { difference, messageRule } from './shapes.ts'

/** Things remembered of each kind. */
const most = 4096

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
      if (own !== undefined && covers(own, facts.tunnelPrefix ?? 24, target)) bench.pass(matter)
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
          const target = quotedAddress(packet.quote, packet.protocolType === 0x86dd ? 24 : 16)
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
          bench.pass({
            frames: [frame, before.frame],
            station: client,
            because: `${name} follows the indication of frame ${before.frame}`,
          })
        else if (known)
          bench.pass({ frames: [frame], station: client, because: `${name} refreshes what was answered before` })
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

const passwordChecked: Rule = {
  id: 'N67',
  statement: 'A message with a wrong password, or none, is not answered positively.',
  source: 'RFC 2332 §5.3.4',
  severity: 'error',
  profiles: [],
  check: bench => ({
    episode({ requests, replies }) {
      for (const { seen, sighting } of replies) {
        if (!isExchange(seen.packet) || !isPositive(seen.packet) || isRelayed(seen.packet)) continue
        const request = requests.find(each => each.sighting === sighting.responseTo)
        if (request === undefined || !isRequest(request.seen.packet)) continue
        const asked = passwordOf(request.seen.packet)
        const own = passwordOf(seen.packet)
        if (asked === undefined || own === undefined || (asked === '' && own === '')) continue
        const matter = { frames: [seen.frame, request.seen.frame], station: seen.source }
        const name = nameOf(seen.packet)
        if (asked === own) bench.pass({ ...matter, because: `${name} answers one with the same password` })
        else
          bench.fail({
            ...matter,
            because: `${name} is positive, and its request has ${asked === '' ? 'no password' : 'another password'}`,
          })
      }
    },
  }),
}

/** What was said before a server's own password was seen. */
interface Overlay {
  readonly reference: { password: string; frame: number } | undefined
  readonly before: { readonly station: Ip | undefined; readonly password: string; readonly frame: number }[]
  readonly blamed: Set<string>
}

const onePassword: Rule = {
  id: 'N68',
  statement: 'All messages of one tunnel carry the same password.',
  source: 'captures',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const overlays = new Map<string, { -readonly [K in keyof Overlay]: Overlay[K] }>()
    const judge = (overlay: Overlay, { station, password, frame }: Overlay['before'][number]): void => {
      const { reference, blamed } = overlay
      if (reference === undefined) return
      const frames = [frame, reference.frame]
      if (password === reference.password) bench.pass({ frames, station, because: 'the password is the tunnel’s' })
      else if (!blamed.has(`${station} ${password}`) && blamed.size < most) {
        blamed.add(`${station} ${password}`)
        bench.fail({
          frames,
          station,
          because:
            password === ''
              ? `no password; in frame ${reference.frame} there is one`
              : `another password than in frame ${reference.frame}`,
        })
      }
    }
    return {
      message(seen) {
        const { packet, source, destination, frame, gre } = seen
        const password = passwordOf(packet)
        // Some leave errors without a password; what is passed on, its passer has signed.
        if (password === undefined || isError(packet) || source === undefined) return
        const { network } = bench
        const ends = [source, ...(destination === undefined ? [] : [destination])].map(each => network.stationOf(each))
        const server = ends.find(each => network.isServer(each))
        const key = `${server ?? ends.sort().join(' ')} ${gre?.packet.key} ${packet.protocolType}`
        let overlay = overlays.get(key)
        if (overlay === undefined) {
          if (overlays.size >= most) return
          overlay = { reference: undefined, before: [], blamed: new Set() }
          overlays.set(key, overlay)
        }
        const said = { station: network.stationOf(source), password, frame }
        if (overlay.reference === undefined && server === said.station) {
          overlay.reference = { password, frame }
          for (const each of overlay.before) judge(overlay, each)
          overlay.before.length = 0
        }
        if (overlay.reference !== undefined) judge(overlay, said)
        else if (overlay.before.length < most) overlay.before.push(said)
      },
      end() {
        for (const overlay of overlays.values()) {
          const [first] = overlay.before
          if (overlay.reference !== undefined || first === undefined) continue
          for (const { station, password, frame } of overlay.before) {
            const matter = { frames: [frame, first.frame], station }
            if (password === first.password) bench.pass({ ...matter, because: 'the password is everybody’s' })
            else
              bench.cannotJudge(
                { ...matter, because: `another password than in frame ${first.frame}; the server’s was not seen` },
                'one-side-only',
              )
          }
        }
      },
    }
  },
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
        const six = quote.length > 0 && quote[0]! >>> 4 === 6
        const from = quotedAddress(quote, six ? 8 : 12)
        const to = quotedAddress(quote, six ? 24 : 16)
        if (from === undefined || to === undefined) return
        const station = source ?? ipIn(packet.sourceNbma)
        const about = `${addressText(from)} to ${addressText(to)}`
        const carried = six ? quote[6] : quote[9]
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
        else bench.pass({ ...matter, because: `the indication about ${about} keeps its interval` })
        if (pairs.size >= most) pairs.delete(pairs.keys().next().value!)
        pairs.set(key, { frame, time, count, hop: hopCount })
      },
    }
  },
}

const errorsAboutErrors: Rule = {
  id: 'N70',
  statement: 'No Error Indication is about another, and a packet has one at most.',
  source: 'RFC 2332 §5.2.7',
  severity: 'error',
  profiles: ['frr'],
  check: bench => {
    const about = new Map<string, number>()
    return {
      message({ packet, frame, source, sighting }) {
        if (!isError(packet) || isRelayed(packet) || sighting?.forwardedFrom !== undefined) return
        const offending = sighting?.errorTo
        const matter = { frames: offending === undefined ? [frame] : [frame, offending.frame], station: source }
        if (packet.quote[17] === 7) {
          bench.fail({ ...matter, because: 'an Error Indication about an Error Indication', habitOf: ['frr'] })
          return
        }
        const key = `${source} ${offending?.ordinal}`
        const before = offending === undefined ? undefined : about.get(key)
        if (before === undefined) bench.pass({ ...matter, because: 'the only Error Indication about its packet' })
        else
          bench.fail({
            frames: [frame, before],
            station: source,
            because: `a second Error Indication about the packet of frame ${offending!.frame}`,
          })
        if (about.size >= most) about.delete(about.keys().next().value!)
        about.set(key, frame)
      },
    }
  },
}

/** Copies of one multicast packet leave within so long. */
const burst = second

/** One multicast packet and who has had it. */
interface Replication {
  readonly frame: number
  readonly time: number
  readonly to: Set<Ip>
  readonly server: Ip
}

const replicated: Rule = {
  id: 'N71',
  statement:
    'A server sends a multicast packet once to every registered client, and not to one whose registration is over.',
  source: 'captures',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const running = new Map<string, Replication>()
    /** Clients that have had multicast from a server before. */
    const fed = new Map<Ip, Set<Ip>>()
    const settle = (each: Replication): void => {
      const { network } = bench
      const expected = fed.get(each.server) ?? new Set<Ip>()
      const missing = [...expected].filter(
        client => !each.to.has(client) && isRegistered(client, each.server, each.time),
      )
      const matter = { frames: [each.frame], station: each.server }
      const client = missing.map(addressText).join(', ')
      if (missing.length === 0)
        bench.pass({ ...matter, because: `multicast goes to ${each.to.size} clients, once each` })
      else if (network.now - each.time < burst)
        bench.cannotJudge(
          { ...matter, because: `the capture ends before multicast goes to ${client}` },
          'ended-after-capture',
        )
      else bench.fail({ ...matter, because: `multicast does not go to ${client}`, needs: [each.server] })
      for (const client of each.to)
        if (expected.size < most && registration(client, each.server) !== undefined) expected.add(client)
      if (fed.size < most) fed.set(network.stationOf(each.server), expected)
    }
    const registration = (client: Ip, server: Ip) =>
      [...bench.network.registrations.values()].find(
        each => bench.network.stationOf(each.server) === server && each.nbma === client,
      )
    const isRegistered = (client: Ip, server: Ip, time: number): boolean => {
      const held = registration(client, server)
      // Not in its first and last moments: what is sent then may be on its way.
      return held !== undefined && held.accepted + 5 * second < time && held.expires > time + 5 * second
    }
    const take = (seen: DataSeen, server: Ip, client: Ip): void => {
      const key = `${server} ${seen.gre?.packet.key} ${seen.innerPrint}`
      const known = running.get(key)
      if (known !== undefined && seen.time - known.time < burst) {
        // Without an identification a second packet may be the same, octet for octet.
        if (known.to.has(client) && seen.innerIdentification >= 0)
          bench.fail({
            frames: [seen.frame, known.frame],
            station: server,
            because: `multicast goes to ${addressText(client)} twice`,
          })
        known.to.add(client)
        return
      }
      if (known !== undefined) settle(known)
      if (running.size >= most) {
        const [oldest, each] = running.entries().next().value!
        running.delete(oldest)
        settle(each)
      }
      running.delete(key)
      running.set(key, { frame: seen.frame, time: seen.time, to: new Set([client]), server })
    }
    return {
      observation(seen) {
        for (const [key, each] of running) {
          if (seen.time - each.time <= burst) break
          running.delete(key)
          settle(each)
        }
        if (seen.kind !== 'data' || !isMulticast(seen.innerDestination)) return
        const { source, destination, frame, time } = seen
        if (source === undefined || destination === undefined || isMulticast(destination)) return
        const { network } = bench
        const server = network.stationOf(source)
        const client = network.stationOf(destination)
        if (!network.isServer(server)) return
        const held = registration(client, server)
        if (held === undefined) return
        const over = (time - held.expires) / second
        if (over > 2)
          bench.fail({
            frames: [frame, held.frame],
            station: server,
            because: `multicast goes to ${addressText(client)} ${over.toFixed(1)} s after its registration was over`,
            needs: [server],
          })
        take(seen, server, client)
      },
      end() {
        for (const each of running.values()) settle(each)
      },
    }
  },
}

const inOrder: Rule = {
  id: 'N87',
  statement: 'The frames of a capture are in the order of their times.',
  source: 'captures',
  severity: 'information',
  profiles: [],
  check: bench => ({
    end() {
      const { late, firstLate, frames } = bench.network.disorder
      if (frames === 0) return
      const matter = { frames: [firstLate ?? 1], station: undefined }
      if (late === 0) bench.pass({ ...matter, because: 'all are in order' })
      else bench.fail({ ...matter, because: `${late} times a frame is older than one before it` })
    },
  }),
}

/** What fits in an error: the smallest MTU a tunnel has, less its headers. */
const roomForQuote = 500

const wholeQuote = messageRule(
  {
    id: 'N89',
    statement: 'An Error Indication quotes the offending packet as far as it fits.',
    source: 'RFC 2332 §5.2.7',
    severity: 'warning',
    profiles: ['frr'],
    types: [7],
  },
  seen => {
    const { packet } = seen
    if (!isError(packet) || packet.quote.length < 20) return 'not-asked'
    const { quote } = packet
    const size = quote[10]! * 256 + quote[11]!
    if (quote.length >= Math.min(size, roomForQuote)) return 'right'
    const because = `${quote.length} octets are quoted of a packet of ${size}`
    return {
      because,
      differences: [difference(seen, 'nhrp.err_pkt', `${quote.length} octets`, `${size} octets`)],
      habitOf: ['frr'],
    }
  },
)

export const conductRules: readonly Rule[] = [
  switchedTarget,
  indicated,
  passwordChecked,
  onePassword,
  indicationRate,
  errorsAboutErrors,
  replicated,
  inOrder,
  wholeQuote,
]
