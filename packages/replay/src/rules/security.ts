/** N77–N80: ESP packets and what is in them, RFC 4303. */
import { type EspSeen, type Ip, isMulticast } from '../observation.ts'
import { most } from './bounds.ts'
import { PairMap } from './pair-map.ts'
import { addressText, hex, second } from './parts.ts'
import type { Rule } from './rule.ts'

/** Packets of one association remembered. */
const mostPackets = 1024

interface NumberedPacket {
  readonly print: number
  readonly frame: number
}

/** The latest packets of one association by their numbers: between half as many as are remembered at most, and all. */
class Numbered {
  private recent = new Map<number, NumberedPacket>()
  private earlier = new Map<number, NumberedPacket>()

  /** Puts a packet in the place of the one that had its number. */
  exchange(sequence: number, packet: NumberedPacket): NumberedPacket | undefined {
    const before = this.recent.get(sequence) ?? this.earlier.get(sequence)
    if (this.recent.size >= mostPackets) {
      this.earlier = this.recent
      this.recent = new Map()
    }
    this.recent.set(sequence, packet)
    return before
  }
}

/** For what was sent to nobody that was seen. */
const nowhere = -1

const numbers: Rule = {
  id: 'N77',
  statement: 'An SPI is 256 or more, a sequence number 1 or more, and no number is used for two packets.',
  source: 'RFC 4303 §2.1, §2.2',
  severity: 'error',
  profiles: [],
  check: bench => {
    const packets = new PairMap<Numbered>(most)
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
        const end = destination ?? nowhere
        let known = packets.get(end, spi)
        if (known === undefined) {
          known = new Numbered()
          packets.set(end, spi, known)
        }
        const before = known.exchange(sequence, { print, frame })
        if (before === undefined || before.print === print)
          bench.pass(() => ({ ...matter, because: `number ${sequence} of SPI ${hex(spi, 8)}` }))
        else
          bench.fail({
            ...matter,
            frames: [frame, before.frame],
            because: `number ${sequence} of SPI ${hex(spi, 8)} for a second packet`,
          })
      },
    }
  },
}

/** SPI, sequence number and the two octets of the trailer. */
const leastOctets = 10

/** Once per association: what cannot be judged of a million packets is one thing. */
function once(said: PairMap<true>, { spi, destination = nowhere }: EspSeen): boolean {
  if (said.get(destination, spi) === true || said.size >= most) return false
  said.set(destination, spi, true)
  return true
}

const intact: Rule = {
  id: 'N78',
  statement: 'ESP has a whole number of blocks, padding that is right, and an ICV that verifies.',
  source: 'RFC 4303 §2.4, §2.8',
  severity: 'error',
  profiles: [],
  check: bench => {
    const said = new PairMap<true>(most)
    return {
      observation(seen) {
        if (seen.kind !== 'esp') return
        const { finding, frame, source, octets, spi } = seen
        const matter = { frames: [frame], station: source }
        if (seen.cut) bench.cannotJudge({ ...matter, because: 'the packet is not whole' }, 'cut-short')
        else if (octets < leastOctets) bench.fail({ ...matter, because: `${octets} octets are no ESP packet` })
        else if (finding === undefined || finding.verdict === 'no-association') {
          if (once(said, seen)) bench.cannotJudge({ ...matter, because: `no key for SPI ${hex(spi, 8)}` }, 'encrypted')
        } else if (finding.verdict === 'icv-good') bench.pass(() => ({ ...matter, because: 'the ICV verifies' }))
        else if (finding.verdict === 'unchecked')
          bench.pass(() => ({ ...matter, because: 'it opens; there is nothing to check' }))
        else if (finding.verdict === 'cut-short')
          bench.cannotJudge({ ...matter, because: finding.because }, 'cut-short')
        else bench.fail({ ...matter, because: `${finding.verdict}: ${finding.because}` })
      },
    }
  },
}

/** Linux shows what it has decrypted on the interface it came by. */
const decrypted = 0.01 * second

const noCleartext: Rule = {
  id: 'N79',
  statement: 'Once two stations have a security association, nothing of their tunnel goes in the clear.',
  source: 'captures',
  severity: 'error',
  profiles: [],
  check: bench => {
    const secured = new PairMap<{ readonly frame: number; readonly time: number }>(most)
    return {
      observation(seen) {
        const { source, destination, frame, time } = seen
        if (source === undefined || destination === undefined || seen.device) return
        if (seen.kind === 'esp') {
          secured.set(source, destination, { frame, time })
          bench.pass(() => ({ frames: [frame], station: source, because: 'the tunnel is protected' }))
          return
        }
        if (seen.kind === 'key-exchange' || seen.opened !== undefined || isMulticast(destination)) return
        const latest = secured.get(source, destination)
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
    const said = new PairMap<true>(most)
    /** Pairs of stations with GRE under ESP: between others ESP is something else's. */
    const tunnels = new PairMap<true>(most)
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
        const [one = nowhere, other = nowhere] =
          (source ?? nowhere) < (destination ?? nowhere) ? [source, destination] : [destination, source]
        if (inner.nextHeader !== 47) {
          if (tunnels.get(one, other) !== true) return
          bench.fail({
            ...matter,
            because: `protocol ${inner.nextHeader} is in ESP`,
            differences: [{ field: 'esp.protocol', observed: String(inner.nextHeader), expected: '47' }],
          })
          return
        }
        if (tunnels.size < most) tunnels.set(one, other, true)
        const { network } = bench
        const same = (a: Ip | undefined, b: Ip | undefined): boolean =>
          a === undefined || b === undefined || network.stationOf(a) === network.stationOf(b)
        // Behind NAT the inside of a tunnel mode packet has the claimed address; whose it is its registration tells.
        if (same(inner.source, source) && same(inner.destination, destination))
          bench.pass(() => ({ ...matter, because: 'GRE of the same two stations is in ESP' }))
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

export const securityRules: readonly Rule[] = [numbers, intact, noCleartext, greInside]
