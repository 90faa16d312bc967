/** N54–N56, N90: what is answered from what is held, RFC 2332 §5.2.2. */

import { resolutionFlag } from '@dmvpn/protocols'
import type { Ip } from '../observation.ts'
import { most } from './bounds.ts'
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
  sameAddress,
  second,
  widthOf,
} from './parts.ts'
import { rounding } from './registrations.ts'
import type { Message, Rule } from './rule.ts'
import { difference } from './shapes.ts'

/** A positive answer to a resolution, of whoever made it. */
function answerIn(
  seen: Message,
): { readonly requester: Ip; readonly target: Ip; readonly responder: Ip | undefined } | undefined {
  const { packet, source } = seen
  if (packet.kind !== 'resolution-reply' || !isExchange(packet) || !isPositive(packet) || isRelayed(packet))
    return undefined
  const requester = ipIn(packet.sourceNbma)
  const target = ipIn(packet.destinationProtocol)
  return requester === undefined || target === undefined ? undefined : { requester, target, responder: source }
}

const remaining: Rule = {
  id: 'N54',
  statement: 'A server that answers for a registered client gives no more than the life left of the registration.',
  source: 'RFC 2332 §5.2.2',
  severity: 'error',
  profiles: [],
  check: bench => ({
    message(seen) {
      const answer = answerIn(seen)
      if (answer?.responder === undefined || !('entries' in seen.packet)) return
      const { responder, target } = answer
      for (const { nbma, protocol, holdingTime } of seen.packet.entries) {
        const way = ipIn(nbma)
        const client = ipIn(protocol) ?? target
        if (way === undefined || bench.network.stationOf(way) === bench.network.stationOf(responder)) continue
        const held = bench.network.registrations.get(bench.network.stationOf(responder), client)
        const name = nameOf(seen.packet)
        if (held === undefined) {
          bench.cannotJudge(
            {
              frames: [seen.frame],
              station: responder,
              because: `the registration of ${addressText(client)} was not seen`,
            },
            'began-before-capture',
          )
          continue
        }
        const left = (held.expires - seen.time) / second
        const matter = {
          frames: [seen.frame, held.frame],
          station: responder,
          because: `${name} gives ${holdingTime} s, the registration has ${left.toFixed(1)} s left`,
        }
        if (holdingTime <= left + rounding) bench.pass(() => matter)
        else
          bench.fail({
            ...matter,
            differences: [difference(seen, 'nhrp.htime', holdingTime, `at most ${Math.ceil(left)}`)],
          })
      }
    },
  }),
}

const claimedAddress: Rule = {
  id: 'N55',
  statement:
    'An answer names the NBMA address that its client registered, and behind NAT the real one in the NAT extension.',
  source: 'captures',
  severity: 'error',
  profiles: [],
  check: bench => ({
    message(seen) {
      const answer = answerIn(seen)
      if (answer === undefined || !('entries' in seen.packet)) return
      for (const { nbma, protocol } of seen.packet.entries) {
        const client = ipIn(protocol)
        const held = client === undefined ? undefined : bench.network.registeredAs.get(client)
        if (held === undefined || held.expires < seen.time) continue
        const matter = { frames: [seen.frame, held.frame], station: answer.responder }
        const name = nameOf(seen.packet)
        const real = entriesOf(seen.packet, 'nat-address') ?? []
        if (!sameAddress(nbma, held.nbma)) {
          const differences = [difference(seen, 'nhrp.client.nbma.addr', addressText(nbma), addressText(held.nbma))]
          bench.fail({
            ...matter,
            because: `${name} has ${addressText(client)} at ${addressText(nbma)}; it is registered at ${addressText(held.nbma)}`,
            differences,
          })
        } else if (held.real !== held.nbma && !real.some(each => sameAddress(each.nbma, held.real))) {
          // A server on the way may still fill it in.
          const expected = addressText(held.real)
          const because = `${name} has no NAT entry for ${addressText(client)}, which is seen at ${expected}`
          const empty =
            real.length === 0 &&
            entriesOf(seen.packet, 'nat-address') !== undefined &&
            bench.network.isServer(seen.destination ?? -1)
          if (!empty)
            bench.fail({ ...matter, because, differences: [difference(seen, 'nhrp.ext.nat', 'none', expected)] })
        } else bench.pass(() => ({ ...matter, because: `${name} has ${addressText(client)} where it is registered` }))
      }
    },
  }),
}

/** Answers remembered of one responder. */
const mostAnswers = 256

const routeMask: Rule = {
  id: 'N56',
  statement: 'The prefix of an answer is the route’s: a responder gives every address of a network the same.',
  source: 'captures; RFC 2332 §5.2.2',
  severity: 'warning',
  profiles: [],
  check: bench => {
    const answers = new Map<Ip, { target: Ip; length: number; expires: number; frame: number }[]>()
    return {
      message(seen) {
        const { packet, source, frame, time } = seen
        if (packet.kind === 'purge-request' && source !== undefined) {
          answers.delete(bench.network.stationOf(source))
          return
        }
        const answer = answerIn(seen)
        if (answer?.responder === undefined || !('entries' in packet)) return
        const { responder, target } = answer
        const [entry] = packet.entries
        const width = widthOf(packet)
        const length = meantPrefix(entry!.prefixLength, width)
        const author = bench.network.stationOf(responder)
        const list = answers.get(author) ?? []
        if (answers.size < most) answers.set(author, list)
        // One host's answer says nothing of the network around it.
        const other = list.find(
          each =>
            each.length !== length &&
            each.expires > time &&
            length < width &&
            each.length < width &&
            covers(target, Math.min(length, each.length), each.target),
        )
        const matter = { frames: other === undefined ? [frame] : [frame, other.frame], station: responder }
        if (other === undefined)
          bench.pass(() => ({ ...matter, because: `${addressText(target)}/${length} contradicts no other answer` }))
        else {
          const differences = [difference(seen, 'nhrp.prefix', length, other.length)]
          bench.fail({
            ...matter,
            because: `${addressText(target)} is answered with prefix length ${length}, ${addressText(other.target)} with ${other.length}`,
            differences,
          })
        }
        if (list.length >= mostAnswers) list.shift()
        list.push({ target, length, expires: time + entry!.holdingTime * second, frame })
      },
    }
  },
}

const natBit: Rule = {
  id: 'N90',
  statement: 'A Resolution Reply keeps the NAT flag of its request.',
  source: 'captures',
  severity: 'information',
  profiles: ['frr'],
  check: bench => ({
    episode({ requests, replies }) {
      for (const { seen } of replies) {
        const { packet } = seen
        if (packet.kind !== 'resolution-reply' || isRelayed(packet)) continue
        const request = requests.find(each => each.seen.time <= seen.time)?.seen.packet
        if (request === undefined || !('flags' in request) || (request.flags & resolutionFlag.nat) === 0) continue
        const matter = { frames: [seen.frame], station: seen.source }
        if ((packet.flags & resolutionFlag.nat) !== 0)
          bench.pass(() => ({ ...matter, because: `${nameOf(packet)} keeps the NAT flag` }))
        else
          bench.fail({ ...matter, because: `${nameOf(packet)} has lost the NAT flag of its request`, habitOf: ['frr'] })
      }
    },
  }),
}

export const resolutionRules: readonly Rule[] = [remaining, claimedAddress, routeMask, natBit]
