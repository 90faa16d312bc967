/** N39–N41, N84, N85: what becomes of a request in the end, RFC 2332 §5.2 and §5.2.6. */

import { purgeFlag } from '@dmvpn/protocols'
import type { Ip } from '../observation.ts'
import { type Part, predecessorOf } from './episode.ts'
import { horizon, pairOf } from './pairs.ts'
import {
  addressText,
  type Cie,
  entryText,
  ipIn,
  isPositive,
  isRelayed,
  isRequest,
  nameOf,
  second,
  wantsReply,
} from './parts.ts'
import type { Rule } from './rule.ts'
import { authorOf, difference } from './shapes.ts'

/** Replies to purges are awaited so long. */
const purgeTime = 10 * second

const purgeAnswered: Rule = {
  id: 'N39',
  statement: 'A Purge Request is answered, with its own entries, if and only if N is clear.',
  source: 'RFC 2332 §5.2.6',
  severity: 'warning',
  profiles: ['ios15', 'frr'],
  check: bench => ({
    episode(episode) {
      const request = episode.requests.find(({ seen }) => seen.packet.kind === 'purge-request')
      if (request === undefined || !isRequest(request.seen.packet)) return
      const { packet, frame, destination } = request.seen
      const name = nameOf(packet)
      const first = episode.replies[0]
      const silent = (packet.flags & purgeFlag.noReply) !== 0
      if (first === undefined) {
        const matter = {
          frames: episode.requests.map(each => each.seen.frame),
          station: destination,
          because: `${name} is not answered`,
        }
        if (silent)
          bench.pass(() => ({ frames: [frame], station: destination, because: `${name} wants no reply, and has none` }))
        else if (request.sighting.errorIn !== undefined)
          bench.pass(() => ({ ...matter, because: `${name} is answered by an error` }))
        else if (episode.requests.length < 3 && bench.network.now - request.seen.time < purgeTime)
          bench.cannotJudge(matter, 'ended-after-capture')
        else bench.fail({ ...matter, habitOf: ['ios15', 'frr'], needs: [destination] })
        return
      }
      const reply = first.seen.packet
      if (!('entries' in reply)) return
      const matter = { frames: [first.seen.frame, frame], station: first.seen.source }
      const text = (entries: readonly Cie[]): string => entries.map(each => entryText(each, true)).join('; ')
      if (silent) bench.fail({ ...matter, because: `${name} wants no reply, and has one` })
      else if (text(reply.entries) !== text(packet.entries)) {
        const differences = [difference(first.seen, 'nhrp.cie', text(reply.entries), text(packet.entries))]
        bench.fail({ ...matter, because: `the reply to ${name} has other entries`, differences })
      } else bench.pass(() => ({ ...matter, because: `${name} is answered with its entries` }))
    },
  }),
}

const oneAnswer: Rule = {
  id: 'N40',
  statement: 'A request has one answer: further ones are the same.',
  source: 'RFC 2332 §5.2.2',
  severity: 'warning',
  profiles: [],
  check: bench => ({
    episode(episode) {
      const own = episode.replies.filter(
        each => !isRelayed(each.seen.packet) && predecessorOf(each, episode) === undefined,
      )
      const [first, ...further] = own
      if (first === undefined) return
      const text = ({ seen: { packet } }: Part): string =>
        'entries' in packet
          ? packet.entries
              .map(
                ({ code, prefixLength, nbma, protocol }) =>
                  `${code} ${addressText(protocol)}/${prefixLength} ${addressText(nbma)}`,
              )
              .join('; ')
          : ''
      const other = further.find(each => text(each) !== text(first))
      const station = authorOf((other ?? first).seen)
      if (other === undefined)
        bench.pass(() => ({
          frames: [first.seen.frame],
          station,
          because: `${nameOf(first.seen.packet)} has one meaning`,
        }))
      else {
        const differences = [difference(other.seen, 'nhrp.cie', text(other), text(first))]
        bench.fail({
          frames: [other.seen.frame, first.seen.frame],
          station,
          because: `a second, different ${nameOf(other.seen.packet)}`,
          differences,
        })
      }
    },
  }),
}

const inTime: Rule = {
  id: 'N41',
  statement: 'A reply comes within 64 s of its request.',
  source: 'captures',
  severity: 'information',
  profiles: [],
  check: bench => ({
    episode(episode) {
      for (const reply of episode.replies) {
        if (predecessorOf(reply, episode) !== undefined) continue
        const pair = pairOf(reply, episode)
        if (pair === undefined) continue
        const last = episode.requests.filter(({ seen }) => seen.time <= reply.seen.time).at(-1) ?? pair.request
        const took = reply.seen.time - last.seen.time
        const matter = {
          frames: [reply.seen.frame, last.seen.frame],
          station: authorOf(reply.seen),
          because: `${nameOf(reply.seen.packet)} comes after ${(took / second).toFixed(3)} s`,
        }
        if (took <= horizon) bench.pass(() => matter)
        else bench.fail(matter)
      }
    },
  }),
}

/** What was on its way when the answer came is not sent again. */
const flight = 0.5 * second

const answerArrives: Rule = {
  id: 'N84',
  statement: 'A request that was answered positively is not sent again: its client has got the answer.',
  source: 'captures',
  severity: 'warning',
  profiles: [],
  check: bench => ({
    episode(episode) {
      const answers = episode.replies.filter(({ seen: { packet } }) => 'entries' in packet && isPositive(packet))
      for (const answer of answers) {
        const { packet, time, destination, frame } = answer.seen
        const client = ipIn(packet.sourceNbma)
        if (client === undefined) continue
        // Seen on the way to the client itself.
        if (destination !== undefined && bench.network.stationOf(destination) !== bench.network.stationOf(client))
          continue
        const again = episode.requests.find(({ seen }) => !isRelayed(seen.packet) && seen.time > time + flight)
        const matter = { station: client }
        if (again === undefined)
          bench.pass(() => ({ ...matter, frames: [frame], because: `${nameOf(packet)} is not asked for again` }))
        else {
          bench.fail({
            ...matter,
            frames: [again.seen.frame, frame],
            because: `${nameOf(again.seen.packet)} was answered in frame ${frame}, and is sent again: the client never got the answer, or refused it`,
          })
        }
        return
      }
    },
  }),
}

/** Transmissions of one request after which silence is an answer. */
const enough = 3

export const answered: Rule = {
  id: 'N85',
  statement: 'A request that wants an answer gets one, a reply or an error, from a station that is there.',
  source: 'RFC 2332 §5.2',
  severity: 'warning',
  profiles: [],
  check: bench => ({
    episode(episode) {
      const own = episode.requests.filter(({ seen }) => !isRelayed(seen.packet))
      const first = own[0]
      if (first === undefined || !isRequest(first.seen.packet) || !wantsReply(first.seen.packet)) return
      // A purge is N39's.
      if (first.seen.packet.kind === 'purge-request') return
      const last = own.at(-1)!
      const name = nameOf(first.seen.packet)
      const asked: Ip | undefined = first.seen.destination
      const matter = { frames: [last.seen.frame, ...own.slice(0, -1).map(each => each.seen.frame)], station: asked }
      const error = own.find(each => each.sighting.errorIn !== undefined)?.sighting.errorIn
      const reply = episode.replies[0]
      if (reply !== undefined)
        bench.pass(() => ({ ...matter, frames: [reply.seen.frame, first.seen.frame], because: `${name} is answered` }))
      else if (error !== undefined)
        bench.pass(() => ({
          ...matter,
          frames: [error.frame, first.seen.frame],
          because: `${name} is answered by Error Indication ${error.code}`,
        }))
      else if (
        own.length >= enough &&
        asked !== undefined &&
        bench.network.wasAway(asked, first.seen.time, last.seen.time)
      ) {
        bench.pass(() => ({
          ...matter,
          because: `${name} is sent ${own.length} times; ${addressText(asked)} was there before, and sends nothing to anybody meanwhile`,
        }))
      } else if (own.length >= enough)
        bench.fail({ ...matter, because: `${name} is sent ${own.length} times and never answered` })
      else if (bench.network.now - last.seen.time > horizon)
        bench.fail({
          ...matter,
          because: `${name} is not answered within 64 s`,
          needs: [ipIn(first.seen.packet.sourceNbma)],
        })
      else
        bench.cannotJudge({ ...matter, because: `the capture ends before an answer to ${name}` }, 'ended-after-capture')
    },
  }),
}

export const outcomeRules: readonly Rule[] = [purgeAnswered, oneAnswer, inTime, answerArrives, answered]
