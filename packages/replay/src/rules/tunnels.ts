/** N73–N76: GRE, RFC 2784 and RFC 2890. */
import type { GreSeen, Ip, Observation } from '../observation.ts'
import { most } from './bounds.ts'
import { PairMap } from './pair-map.ts'
import { addressText, ipIn, isRelayed } from './parts.ts'
import type { Rule } from './rule.ts'

/** Pairs of inner addresses remembered of one pair of stations. */
const mostInside = 64

/** The GRE header around what was seen. */
function greOf(seen: Observation): GreSeen | undefined {
  return seen.kind === 'nhrp' || seen.kind === 'data' || seen.kind === 'gre' ? seen.gre : undefined
}

const header: Rule = {
  id: 'N73',
  statement: 'GRE has version 0, its reserved bits zero, and a checksum that is right where there is one.',
  source: 'RFC 2784 §2, RFC 2890 §2',
  severity: 'error',
  profiles: [],
  check: bench => ({
    observation(seen) {
      const gre = greOf(seen)
      // Version 1 is PPTP's, and no tunnel of ours.
      if (gre === undefined || gre.packet.callId !== undefined) return
      const { version, reserved, recursion, routing, strictSourceRoute } = gre.packet
      const matter = { frames: [seen.frame], station: seen.source }
      const place = [gre.at, gre.at + 2] as const
      const show = (field: string, observed: string | number, expected: string | number) => [
        { field, observed: String(observed), expected: String(expected), range: place },
      ]
      if (version !== 0)
        bench.fail({ ...matter, because: `GRE version ${version}`, differences: show('gre.flags.version', version, 0) })
      else if (reserved !== 0)
        bench.fail({
          ...matter,
          because: `reserved bits ${reserved} of GRE are set`,
          differences: show('gre.flags.reserved', reserved, 0),
        })
      else if (routing !== undefined || strictSourceRoute || recursion !== 0) {
        bench.fail({
          ...matter,
          because: 'RFC 1701’s routing, or its recursion control',
          differences: show('gre.flags_and_version', 'routing', 'none'),
        })
      } else if (gre.checksumRight === false)
        bench.fail({
          ...matter,
          because: 'the checksum of GRE is wrong',
          differences: [{ field: 'gre.checksum', observed: 'wrong', range: [gre.at + 4, gre.at + 6] }],
        })
      else bench.pass(() => ({ ...matter, because: 'the GRE header is right' }))
    },
  }),
}

const oneKey: Rule = {
  id: 'N74',
  statement: 'Between two stations a tunnel has one key, or none.',
  source: 'RFC 2890 §2.1; captures',
  severity: 'warning',
  profiles: [],
  check: bench => {
    /** The key of a client's tunnel to somebody, by its protocol address; the keys NHRP was seen with; flows. */
    const clients = new Map<string, { readonly key: number | undefined; readonly frame: number }>()
    const tunnels = new Map<Ip, Set<number | undefined>>()
    /** By outer, then by inner addresses. */
    const flows = new PairMap<PairMap<{ readonly key: number | undefined; readonly frame: number }>>(most)
    const word = (key: number | undefined): string => (key === undefined ? 'no key' : `key ${key}`)
    const note = <V>(map: Map<string, V>, name: string, value: V): void => {
      if (map.size >= most) map.delete(map.keys().next().value!)
      map.set(name, value)
    }
    const noteKey = (end: Ip, key: number | undefined): void => {
      const keys = tunnels.get(end)
      if (keys !== undefined) {
        if (keys.size < most) keys.add(key)
      } else if (tunnels.size < most) tunnels.set(end, new Set([key]))
    }
    return {
      observation(seen) {
        const gre = greOf(seen)
        if (gre === undefined || seen.source === undefined || seen.destination === undefined) return
        const { key } = gre.packet
        const { source, destination, frame } = seen
        if (seen.kind === 'nhrp') {
          noteKey(source, key)
          noteKey(destination, key)
          const client = ipIn(seen.packet?.sourceProtocol)
          if (seen.packet === undefined || client === undefined || isRelayed(seen.packet)) return
          const name =
            source < destination ? `${client} ${source} ${destination}` : `${client} ${destination} ${source}`
          const before = clients.get(name)
          if (before === undefined) note(clients, name, { key, frame })
          else if (before.key === key)
            bench.pass(() => ({ frames: [frame, before.frame], station: source, because: `${word(key)} as before` }))
          else
            bench.fail({
              frames: [frame, before.frame],
              station: source,
              because: `${word(key)}, and ${word(before.key)} before, for the tunnel of ${addressText(client)}`,
            })
        } else if (seen.kind === 'data') {
          let inside = flows.get(source, destination)
          if (inside === undefined) {
            inside = new PairMap(mostInside)
            flows.set(source, destination, inside)
          }
          const before = inside.get(seen.innerSource, seen.innerDestination)
          const known = tunnels.get(source)
          if (before === undefined) inside.set(seen.innerSource, seen.innerDestination, { key, frame })
          else if (before.key === key)
            bench.pass(() => ({ frames: [frame, before.frame], station: source, because: `${word(key)} as before` }))
          // A second tunnel between the same two is known by its NHRP.
          else if (known !== undefined && !known.has(key))
            bench.fail({
              frames: [frame, before.frame],
              station: source,
              because: `${word(key)}, and ${word(before.key)} before, on the way to ${addressText(seen.innerDestination)}`,
            })
        }
      },
    }
  },
}

const carried: Rule = {
  id: 'N75',
  statement: 'NHRP is GRE type 0x2001; a keepalive is empty and its packet inside goes the way back.',
  source: 'RFC 2332 §5; Cisco',
  severity: 'warning',
  profiles: [],
  check: bench => ({
    observation(seen) {
      const matter = { frames: [seen.frame], station: seen.source }
      if (seen.kind === 'nhrp') bench.pass(() => ({ ...matter, because: 'NHRP is where it is looked for' }))
      else if (seen.kind === 'gre') {
        const { protocol } = seen.gre.packet
        const hidden = looksLikeNhrp(seen.head, seen.gre.payload)
        const differences = [
          {
            field: 'gre.proto',
            observed: `0x${protocol.toString(16).padStart(4, '0')}`,
            expected: '0x2001',
            range: [seen.gre.at + 2, seen.gre.at + 4] as const,
          },
        ]
        if (hidden)
          bench.fail({ ...matter, because: 'what GRE carries is NHRP by its octets, and not by its type', differences })
        else if (protocol === 0 && seen.gre.payload > 0)
          bench.fail({ ...matter, because: `a keepalive with ${seen.gre.payload} octets in it` })
        else if (protocol === 0) bench.pass(() => ({ ...matter, because: 'the keepalive is empty' }))
      } else if (seen.kind === 'data' && seen.innerProtocol === 47 && seen.gre !== undefined) {
        const { source, destination, innerSource, innerDestination } = seen
        if (innerSource === destination && innerDestination === source)
          bench.pass(() => ({ ...matter, because: 'the keepalive’s packet goes the way back' }))
        else if (innerSource === source && innerDestination === destination)
          bench.fail({ ...matter, because: 'the tunnel’s own packet is inside the tunnel, the same way' })
      }
    },
  }),
}

/** A fixed part for IPv4 NBMA addresses, version 1, a type that exists and the size that there is (RFC 2332 §5.2.1). */
function looksLikeNhrp(head: Uint8Array, payload: number): boolean {
  if (head.length < 28 || head[0] !== 0 || head[1] !== 1 || head[16] !== 1) return false
  const type = head[17]!
  return type >= 1 && type <= 8 && head[10]! * 256 + head[11]! === payload
}

const sequence: Rule = {
  id: 'N76',
  statement: 'GRE sequence numbers rise.',
  source: 'RFC 2890 §2.2',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const latest = new Map<string, { readonly sequence: number; readonly frame: number }>()
    return {
      observation(seen) {
        const gre = greOf(seen)
        const number = gre?.packet.sequence
        if (gre === undefined || number === undefined || gre.packet.callId !== undefined) return
        const name = `${seen.source} ${seen.destination} ${gre.packet.key}`
        const before = latest.get(name)
        if (before !== undefined) {
          const matter = {
            frames: [seen.frame, before.frame],
            station: seen.source,
            because: `sequence number ${number} after ${before.sequence}`,
          }
          // Numbers wrap at 2^32.
          const step = (number - before.sequence) | 0
          if (step > 0) bench.pass(() => matter)
          else bench.fail(matter)
        }
        if (latest.size >= most) latest.delete(latest.keys().next().value!)
        latest.set(name, { sequence: number, frame: seen.frame })
      },
    }
  },
}

export const tunnelRules: readonly Rule[] = [header, oneKey, carried, sequence]
