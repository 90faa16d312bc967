/** N77–N83: ESP and what it protects, RFC 4303 and RFC 3948. */
import { type EspSeen, type Ip, isMulticast } from '../observation.ts'
import { addressText, hex, ipIn, isExchange, isPositive, second } from './parts.ts'
import type { Rule } from './rule.ts'

/** Associations, and packets of each, remembered. */
const most = 4096
const mostPackets = 1024

const numbers: Rule = {
  id: 'N77',
  statement: 'An SPI is 256 or more, a sequence number 1 or more, and no number is used for two packets.',
  source: 'RFC 4303 §2.1, §2.2',
  severity: 'error',
  profiles: [],
  check: bench => {
    const packets = new Map<string, Map<number, { readonly print: number; readonly frame: number }>>()
    return {
      observation(seen) {
        if (seen.kind !== 'esp') return
        const { spi, sequence, print, frame, source, destination } = seen
        const matter = { frames: [frame], station: source }
        if (spi < 256) {
          bench.fail({
            ...matter,
            because: `SPI ${spi} is reserved`,
            differences: [{ field: 'esp.spi', observed: String(spi), expected: '256 or more' }],
          })
          return
        }
        if (sequence === 0) {
          bench.fail({
            ...matter,
            because: 'sequence number 0',
            differences: [{ field: 'esp.sequence', observed: '0', expected: '1 or more' }],
          })
          return
        }
        const name = `${destination} ${spi}`
        let known = packets.get(name)
        if (known === undefined) {
          known = new Map()
          if (packets.size >= most) packets.delete(packets.keys().next().value!)
          packets.set(name, known)
        }
        const before = known.get(sequence)
        if (before === undefined || before.print === print)
          bench.pass({ ...matter, because: `number ${sequence} of SPI ${hex(spi, 8)}` })
        else
          bench.fail({
            ...matter,
            frames: [frame, before.frame],
            because: `number ${sequence} of SPI ${hex(spi, 8)} for a second packet`,
          })
        if (known.size >= mostPackets) known.delete(known.keys().next().value!)
        known.set(sequence, { print, frame })
      },
    }
  },
}

/** SPI, sequence number and the two octets of the trailer. */
const leastOctets = 10

/** Once per association: what cannot be judged of a million packets is one thing. */
function once(said: Set<string>, { spi, destination }: EspSeen): boolean {
  const name = `${destination} ${spi}`
  if (said.has(name) || said.size >= most) return false
  said.add(name)
  return true
}

const intact: Rule = {
  id: 'N78',
  statement: 'ESP has a whole number of blocks, padding that is right, and an ICV that verifies.',
  source: 'RFC 4303 §2.4, §2.8',
  severity: 'error',
  profiles: [],
  check: bench => {
    const said = new Set<string>()
    return {
      observation(seen) {
        if (seen.kind !== 'esp') return
        const { finding, frame, source, octets, spi } = seen
        const matter = { frames: [frame], station: source }
        if (seen.cut) bench.cannotJudge({ ...matter, because: 'the packet is not whole' }, 'cut-short')
        else if (octets < leastOctets) bench.fail({ ...matter, because: `${octets} octets are no ESP packet` })
        else if (finding === undefined || finding.verdict === 'no-association') {
          if (once(said, seen)) bench.cannotJudge({ ...matter, because: `no key for SPI ${hex(spi, 8)}` }, 'encrypted')
        } else if (finding.verdict === 'icv-good') bench.pass({ ...matter, because: 'the ICV verifies' })
        else if (finding.verdict === 'unchecked')
          bench.pass({ ...matter, because: 'it opens; there is nothing to check' })
        else if (finding.verdict === 'cut-short')
          bench.cannotJudge({ ...matter, because: finding.because }, 'cut-short')
        else bench.fail({ ...matter, because: `${finding.verdict}: ${finding.because}` })
      },
    }
  },
}

const pairOf = (a: Ip, b: Ip): string => [String(a), String(b)].sort().join(' ')

/** Linux shows what it has decrypted on the interface it came by. */
const decrypted = 0.01 * second

const noCleartext: Rule = {
  id: 'N79',
  statement: 'Once two stations have a security association, nothing of their tunnel goes in the clear.',
  source: 'captures',
  severity: 'error',
  profiles: [],
  check: bench => {
    const secured = new Map<string, { readonly frame: number; readonly time: number }>()
    return {
      observation(seen) {
        const { source, destination, frame, time } = seen
        if (source === undefined || destination === undefined || seen.device) return
        const way = `${source} ${destination}`
        if (seen.kind === 'esp') {
          if (secured.size >= most) secured.delete(secured.keys().next().value!)
          secured.set(way, { frame, time })
          bench.pass({ frames: [frame], station: source, because: 'the tunnel is protected' })
          return
        }
        if (seen.kind === 'key-exchange' || seen.opened !== undefined || isMulticast(destination)) return
        const latest = secured.get(way)
        if (latest === undefined) return
        const because = `cleartext after ESP of the same way in frame ${latest.frame}`
        if (time - latest.time < decrypted)
          bench.cannotJudge(
            { frames: [frame, latest.frame], station: source, because: `${because}; it may be what was in it` },
            'encrypted',
          )
        else bench.fail({ frames: [frame, latest.frame], station: source, because })
      },
    }
  },
}

const greInside: Rule = {
  id: 'N80',
  statement: 'What is in ESP is GRE, of the same two stations.',
  source: 'captures',
  severity: 'error',
  profiles: [],
  check: bench => {
    const said = new Set<string>()
    return {
      observation(seen) {
        if (seen.kind !== 'esp') return
        const { inner, finding, frame, source, destination } = seen
        const matter = { frames: [frame], station: source }
        if (inner === undefined) {
          if (finding?.verdict !== 'icv-bad' && finding?.verdict !== 'padding-wrong' && once(said, seen)) {
            bench.cannotJudge({ ...matter, because: 'what is in it cannot be read' }, 'encrypted')
          }
          return
        }
        if (inner.nextHeader !== 47) {
          bench.fail({
            ...matter,
            because: `protocol ${inner.nextHeader} is in ESP`,
            differences: [{ field: 'esp.protocol', observed: String(inner.nextHeader), expected: '47' }],
          })
          return
        }
        const { network } = bench
        const same = (a: Ip | undefined, b: Ip | undefined): boolean =>
          a === undefined || b === undefined || network.stationOf(a) === network.stationOf(b)
        // Behind NAT the inside of a tunnel mode packet has the claimed address; whose it is its registration tells.
        if (same(inner.source, source) && same(inner.destination, destination))
          bench.pass({ ...matter, because: 'GRE of the same two stations is in ESP' })
        else if (seen.inUdp)
          bench.cannotJudge({ ...matter, because: 'behind NAT the addresses inside are others' }, 'not-configured')
        else
          bench.fail({
            ...matter,
            because: `GRE of ${addressText(inner.source)} and ${addressText(inner.destination)} is in ESP of others`,
          })
      },
    }
  },
}

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
        bench.pass({ frames: [seen.frame], station: seen.source, because: 'it is ESP' })
        return
      }
      if (seen.kind !== 'key-exchange' || seen.port !== 4500) return
      const { octets, frame, source } = seen
      const matter = { frames: [frame], station: source }
      if (octets.length === 1 && octets[0] === 0xff) bench.pass({ ...matter, because: 'it is a keepalive' })
      else if (octets.length < 4 + ikeHeader.size || octets.subarray(0, 4).some(octet => octet !== 0))
        bench.fail({ ...matter, because: `${octets.length} octets that are neither ESP nor IKE nor a keepalive` })
      else {
        const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
        const major = octets[4 + ikeHeader.version]! >>> 4
        const length = view.getUint32(4 + ikeHeader.length)
        if ((major === 1 || major === 2) && (length === octets.length - 4 || seen.cut))
          bench.pass({ ...matter, because: 'it is IKE' })
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
        const { network } = bench
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
        for (const each of waiting.splice(0)) {
          if (each.frame === frame) waiting.push(each)
          else judge(each)
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
      met.add(name)
      const before = named.get(name)
      const because = `ESP between ${addressText(source)} and ${addressText(destination)}`
      const matter = { frames: before === undefined ? [frame] : [frame, before], station: source, because }
      if (before !== undefined) bench.pass({ ...matter, because: `${because} after frame ${before}` })
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
    const said = new Map<string, number>()
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
        const name = `${source} ${destination} ${over > afterlife}`
        if (said.get(name) === latest.frame) return
        if (said.size >= most) said.delete(said.keys().next().value!)
        said.set(name, latest.frame)
        const matter = { frames: [frame, latest.frame], station: network.stationOf(source) }
        if (over <= afterlife)
          bench.pass({
            ...matter,
            because: `ESP to ${addressText(destination)} by the mapping of frame ${latest.frame}`,
          })
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

export const securityRules: readonly Rule[] = [
  numbers,
  intact,
  noCleartext,
  greInside,
  encapsulation,
  announced,
  notOutliving,
]
