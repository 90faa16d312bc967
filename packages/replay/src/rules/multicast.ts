/** N71: multicast, replicated to every registered client. */
import { type DataSeen, type Ip, isMulticast } from '../observation.ts'
import { most } from './bounds.ts'
import type { Registration } from './network-facts.ts'
import { addressText, second } from './parts.ts'
import type { Rule } from './rule.ts'

/** Copies of one multicast packet leave within so long. */
const burst = second

/** One multicast packet and who has had it. */
interface Replication {
  readonly frame: number
  readonly time: number
  readonly to: Set<Ip>
  readonly server: Ip
  /** The server and the key of its tunnel. */
  readonly tunnel: string
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
    /** Clients that have had multicast from a server's tunnel before. */
    const fed = new Map<string, Set<Ip>>()
    const settle = (each: Replication): void => {
      const { network } = bench
      const expected = fed.get(each.tunnel) ?? new Set<Ip>()
      const missing = [...expected].filter(
        client => !each.to.has(client) && isRegistered(client, each.server, each.time),
      )
      const matter = { frames: [each.frame], station: each.server }
      const client = missing.map(addressText).join(', ')
      if (missing.length === 0)
        bench.pass(() => ({ ...matter, because: `multicast goes to ${each.to.size} clients, once each` }))
      else if (network.now - each.time < burst)
        bench.cannotJudge(
          { ...matter, because: `the capture ends before multicast goes to ${client}` },
          'ended-after-capture',
        )
      else bench.fail({ ...matter, because: `multicast does not go to ${client}`, needs: [each.server] })
      for (const client of each.to)
        if (expected.size < most && registration(client, each.server) !== undefined) expected.add(client)
      if (fed.size < most) fed.set(each.tunnel, expected)
    }
    const registration = (client: Ip, server: Ip): Registration | undefined => {
      for (const each of bench.network.registrations.of(server)) if (each.nbma === client) return each
      return undefined
    }
    const isRegistered = (client: Ip, server: Ip, time: number): boolean => {
      const held = registration(client, server)
      // Not in its first and last moments: what is sent then may be on its way.
      return held !== undefined && held.accepted + 5 * second < time && held.expires > time + 5 * second
    }
    const take = (seen: DataSeen, server: Ip, client: Ip): void => {
      const tunnel = `${server} ${seen.gre?.packet.key}`
      const key = `${tunnel} ${seen.innerPrint}`
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
      running.set(key, { frame: seen.frame, time: seen.time, to: new Set([client]), server, tunnel })
    }
    return {
      observation(seen) {
        for (const [key, each] of running) {
          if (seen.time - each.time <= burst) break
          running.delete(key)
          settle(each)
        }
        if (seen.kind !== 'data' || !isOfLink(seen.innerDestination)) return
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

/** What nobody joins and every router hears: 224.0.0.0/24 and ff02::/16. */
function isOfLink(address: Ip): boolean {
  return typeof address === 'number' ? address >>> 8 === 0xe00000 : address >> 112n === 0xff02n
}

export const multicastRules: readonly Rule[] = [replicated]
