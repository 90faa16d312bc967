/** N70, N87, N89: Error Indications, RFC 2332 §5.2.7, and the order of the capture itself. */
import { most } from './bounds.ts'
import { isError, isRelayed } from './parts.ts'
import type { Rule } from './rule.ts'
import { difference, messageRule } from './shapes.ts'

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
        if (before === undefined)
          bench.pass(() => ({ ...matter, because: 'the only Error Indication about its packet' }))
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
      if (late === 0) bench.pass(() => ({ ...matter, because: 'all are in order' }))
      else
        bench.fail({
          ...matter,
          because: `${late === 1 ? 'once' : `${late} times`} a frame is older than one before it`,
        })
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

export const errorRules: readonly Rule[] = [errorsAboutErrors, inOrder, wholeQuote]
