/** N81–N83: when there is ESP, and what is beside it on its port, RFC 3948. */
import type { EspSeen, Ip } from '../observation.ts'
import { most } from './bounds.ts'
import { PairMap } from './pair-map.ts'
import { addressText, ipIn, isExchange, isPositive, second } from './parts.ts'
import type { Rule } from './rule.ts'

const pairOf = (a: Ip, b: Ip): string => [String(a), String(b)].sort().join(' ')

/** ISAKMP's header, and where its version and length stand (RFC 7296 §3.1). */
const ikeHeader = { size: 28, version: 17, length: 24 }

const encapsulation: Rule = {
  id: 'N81',
  statement: 'What is on UDP port 4500 is ESP, IKE behind four zero octets, or a keepalive of one octet 0xff.',
  source: 'RFC 3948 §2',
  severity: 'error',
  profiles: [],
  check: bench => ({
    observation(seen) {
      if (seen.kind === 'esp' && seen.inUdp) {
        bench.pass(() => ({ frames: [seen.frame], station: seen.source, because: 'it is ESP' }))
        return
      }
      if (seen.kind !== 'key-exchange' || seen.port !== 4500) return
      const { octets, frame, source } = seen
      const matter = { frames: [frame], station: source }
      if (octets.length === 1 && octets[0] === 0xff) bench.pass(() => ({ ...matter, because: 'it is a keepalive' }))
      else if (octets.length < 4 + ikeHeader.size || octets.subarray(0, 4).some(octet => octet !== 0))
        bench.fail({ ...matter, because: `${octets.length} octets that are neither ESP nor IKE nor a keepalive` })
      else {
        const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
        const major = octets[4 + ikeHeader.version]! >>> 4
        const length = view.getUint32(4 + ikeHeader.length)
        if ((major === 1 || major === 2) && (length === octets.length - 4 || seen.cut))
          bench.pass(() => ({ ...matter, because: 'it is IKE' }))
        else
          bench.fail({
            ...matter,
            because: `the marker of IKE, and version ${major}, length ${length} of ${octets.length - 4} octets behind it`,
          })
      }
    },
  }),
}

/** A first packet of an association has such a number. */
const young = 3

const announced: Rule = {
  id: 'N82',
  statement:
    'ESP between two stations, neither a server, begins after an answer that names one to the other, or their IKE.',
  source: 'captures',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const named = new Map<string, number>()
    const met = new Set<string>()
    // What is in a packet tells whose it is: it is judged with the frame behind it.
    const waiting: EspSeen[] = []
    const note = (a: Ip | undefined, b: Ip | undefined, frame: number): void => {
      if (a === undefined || b === undefined || named.size >= most) return
      const name = pairOf(bench.network.stationOf(a), bench.network.stationOf(b))
      if (!named.has(name)) named.set(name, frame)
    }
    return {
      observation(seen) {
        const { source, destination, frame } = seen
        if (seen.kind === 'key-exchange') note(source, destination, frame)
        if (
          seen.kind === 'nhrp' &&
          isExchange(seen.packet) &&
          seen.packet.kind === 'resolution-reply' &&
          isPositive(seen.packet)
        ) {
          for (const { nbma } of seen.packet.entries) note(ipIn(seen.packet.sourceNbma), ipIn(nbma), frame)
        }
        if (waiting.length > 0 && waiting[0]!.frame !== frame) {
          for (const each of waiting) judge(each)
          waiting.length = 0
        }
        if (seen.kind === 'esp' && source !== undefined && destination !== undefined) waiting.push(seen)
      },
      end() {
        for (const each of waiting) judge(each)
      },
    }
    function judge(seen: EspSeen): void {
      const { network } = bench
      const { frame } = seen
      const source = seen.source!
      const destination = seen.destination!
      const name = pairOf(network.stationOf(source), network.stationOf(destination))
      if (met.has(name) || met.size >= most) return
      if (network.isServer(source) || network.isServer(destination)) return
      // ESP between hosts that are no stations is somebody else's.
      if (network.servers.size > 0 && (network.known(source) === undefined || network.known(destination) === undefined))
        return
      met.add(name)
      const before = named.get(name)
      const because = `ESP between ${addressText(source)} and ${addressText(destination)}`
      const matter = { frames: before === undefined ? [frame] : [frame, before], station: source, because }
      if (before !== undefined) bench.pass(() => ({ ...matter, because: `${because} after frame ${before}` }))
      else if (network.servers.size === 0)
        bench.cannotJudge({ ...matter, because: `${because}: who is a server cannot be read` }, 'encrypted')
      else if (seen.sequence > young) bench.cannotJudge(matter, 'began-before-capture')
      else bench.fail({ ...matter, because: `${because}, and nothing named one to the other`, needs: [source] })
    }
  },
}

/** Seconds an association may outlive the mapping it was made for. */
const afterlife = 120 * second

const notOutliving: Rule = {
  id: 'N83',
  statement: 'When a mapping is over, so is the ESP it was used for, within 120 s.',
  source: 'captures',
  severity: 'information',
  profiles: [],
  check: bench => {
    /** By the mapping's frame; less than 0 when it is over. */
    const said = new PairMap<number>(most)
    return {
      observation(seen) {
        if (seen.kind !== 'esp' || seen.source === undefined || seen.destination === undefined) return
        const { network } = bench
        const { source, destination, frame, time } = seen
        if (network.isServer(source) || network.isServer(destination)) return
        const known = network.mappingsTo(source, destination)
        if (known.length === 0) return
        const latest = known.reduce((a, b) => (b.expires > a.expires ? b : a))
        const over = time - (latest.purged ?? latest.expires)
        const word = over <= afterlife ? latest.frame : -latest.frame
        if (said.get(source, destination) === word) return
        said.set(source, destination, word)
        const matter = { frames: [frame, latest.frame], station: network.stationOf(source) }
        if (over <= afterlife)
          bench.pass(() => ({
            ...matter,
            because: `ESP to ${addressText(destination)} by the mapping of frame ${latest.frame}`,
          }))
        else
          bench.fail({
            ...matter,
            because: `ESP to ${addressText(destination)} ${(over / second).toFixed(1)} s after its mapping was over`,
            needs: [source],
          })
      },
    }
  },
}

export const associationRules: readonly Rule[] = [encapsulation, announced, notOutliving]
