/** N32–N41, N84, N85: replies and the requests they answer, RFC 2332 §5.2 and §5.3. */
import { purgeFlag, resolutionFlag } from '@dmvpn/protocols'
import type { Ip } from '../observation.ts'
import { type Episode, type Part, predecessorOf } from './episode.ts'
import {
  addressText,
  type Cie,
  entriesOf,
  hex,
  ipIn,
  isPositive,
  isRelayed,
  isRequest,
  nameOf,
  sameAddress,
  second,
  wantsReply,
} from './parts.ts'
import type { Bench, Message, Rule } from './rule.ts'
import { authorOf, difference, type Facts, type Problem } from './shapes.ts'

/** The longest interval between two transmissions, and what a capture must have before a packet for it to be alone. */
const horizon = 64 * second

/** A reply beside the request that it answers. */
interface Pair {
  readonly reply: Part
  readonly request: Part
}

/** The request a reply answers, as the exchange found it. */
function pairOf(reply: Part, { parts }: Episode): Pair | undefined {
  const { responseTo } = reply.sighting
  const request = responseTo && parts.find(({ sighting }) => sighting === responseTo)
  return request === undefined ? undefined : { reply, request }
}

/** A rule about a reply and its request; of a reply that was passed on, about the first copy alone. */
function pairRule(
  facts: Facts,
  ask: (pair: Pair, bench: Bench, episode: Episode) => 'not-asked' | readonly Problem[],
): Rule {
  return {
    profiles: [],
    ...facts,
    check: bench => ({
      episode(episode) {
        for (const reply of episode.replies) {
          if (predecessorOf(reply, episode) !== undefined) continue
          const pair = pairOf(reply, episode)
          if (pair === undefined) continue
          const problems = ask(pair, bench, episode)
          if (problems === 'not-asked') continue
          const frames = [reply.seen.frame, pair.request.seen.frame]
          const station = authorOf(reply.seen)
          if (problems.length === 0)
            bench.pass({ frames, station, because: `${nameOf(reply.seen.packet)}: ${facts.statement}` })
          for (const problem of problems) bench.fail({ frames, station, ...problem })
        }
      },
    }),
  }
}

const matched: Rule = {
  id: 'N32',
  statement: 'Every reply answers an earlier request of its id and source addresses.',
  source: 'RFC 2332 §5.2',
  severity: 'error',
  profiles: [],
  check: bench => ({
    episode(episode) {
      for (const reply of episode.replies) {
        const { seen } = reply
        const { packet, frame, time, source } = seen
        const request = reply.sighting.responseTo
        if (predecessorOf(reply, episode) !== undefined) continue
        const name = nameOf(packet)
        const station = authorOf(seen)
        if (request !== undefined) {
          bench.pass({ frames: [frame, request.frame], station, because: `${name} answers frame ${request.frame}` })
          continue
        }
        const matter = { frames: [frame], station, because: `${name} answers no request that was seen` }
        const requester = ipIn(packet.sourceNbma)
        const early =
          time < horizon &&
          (requester === undefined || !('requestId' in packet) || bench.network.mayPrecede(requester, packet.requestId))
        if (early) bench.cannotJudge(matter, 'began-before-capture')
        else bench.fail({ ...matter, needs: seen.device ? [] : [source] })
      }
    },
  }),
}

/** Requests remembered for replies whose source was changed. */
const mostOpen = 1024

const sourcePreserved: Rule = {
  id: 'N33',
  statement: 'A reply has the Source NBMA and Source Protocol addresses of its request, octet for octet.',
  source: 'RFC 2332 §5.2',
  severity: 'error',
  profiles: [],
  check: bench => {
    const open = new Map<string, Message>()
    return {
      message(seen) {
        const { packet } = seen
        if (!('requestId' in packet) || packet.type > 6) return
        if (packet.type % 2 === 1) {
          if (seen.destination === undefined) return
          const key = `${packet.type} ${packet.requestId} ${seen.source} ${seen.destination}`
          open.delete(key)
          if (open.size >= mostOpen) open.delete(open.keys().next().value!)
          open.set(key, seen)
          return
        }
        const key = `${packet.type - 1} ${packet.requestId} ${seen.destination} ${seen.source}`
        const request = open.get(key)
        if (request === undefined || seen.time - request.time > horizon) return
        const { sourceNbma, sourceProtocol } = request.packet
        const differences = [
          ...(sameAddress(sourceNbma, packet.sourceNbma)
            ? []
            : [
                difference(
                  seen,
                  'nhrp.src.nbma.addr',
                  addressText(packet.sourceNbma),
                  addressText(sourceNbma),
                  [28, 4],
                ),
              ]),
          ...(sameAddress(sourceProtocol, packet.sourceProtocol)
            ? []
            : [
                difference(seen, 'nhrp.src.prot.addr', addressText(packet.sourceProtocol), addressText(sourceProtocol)),
              ]),
        ]
        const matter = { frames: [seen.frame, request.frame], station: authorOf(seen) }
        if (differences.length === 0) bench.pass({ ...matter, because: `${nameOf(packet)} keeps the source addresses` })
        // A relayed request of another station may go the same way under the same number.
        else if (
          seen.sighting?.responseTo === undefined &&
          sameAddress(packet.destinationProtocol, request.packet.destinationProtocol)
        ) {
          bench.fail({
            ...matter,
            because: `${nameOf(packet)} has other source addresses than its request`,
            differences,
          })
        }
      },
    }
  },
}

const extensionsKept = pairRule(
  {
    id: 'N34',
    statement: 'A reply has the extensions of its request, and vendor private ones besides.',
    source: 'RFC 2332 §5.3',
    severity: 'warning',
  },
  ({ reply, request }) => {
    const kinds = ({ seen }: Part): string[] =>
      seen.packet.extensions
        .filter(({ kind }) => kind !== 'vendor-private')
        .map(each => (each.kind === 'unrecognised' ? `extension ${each.type}` : each.kind))
        .sort()
    const asked = kinds(request)
    const answered = kinds(reply)
    if (asked.join() === answered.join()) return []
    const missing = asked.filter(each => !answered.includes(each))
    const added = answered.filter(each => !asked.includes(each))
    const words = [
      missing.length > 0 ? `lacks ${missing.join(', ')}` : '',
      added.length > 0 ? `adds ${added.join(', ')}` : '',
    ]
    return [
      {
        because: `${nameOf(reply.seen.packet)} ${words.filter(each => each !== '').join(' and ') || 'repeats an extension'}`,
      },
    ]
  },
)

const responder = pairRule(
  {
    id: 'N35',
    statement: 'A reply names its responder where the request asks for it: who sends it, where it was not passed on.',
    source: 'RFC 2332 §5.3.1',
    severity: 'warning',
  },
  ({ reply, request }) => {
    if (entriesOf(request.seen.packet, 'responder-address') === undefined) return 'not-asked'
    const { packet, source } = reply.seen
    const entry = entriesOf(packet, 'responder-address')?.[0]
    const name = nameOf(packet)
    if (entry === undefined) return [{ because: `${name} does not name its responder` }]
    if (isRelayed(packet) || source === undefined || sameAddress(entry.nbma, source)) return []
    const real = entriesOf(packet, 'nat-address') ?? []
    if (real.some(({ nbma }) => sameAddress(nbma, source))) return []
    const differences = [difference(reply.seen, 'nhrp.client.nbma.addr', addressText(entry.nbma), addressText(source))]
    return [
      {
        because: `${name} comes from ${addressText(source)} and names ${addressText(entry.nbma)} as its responder`,
        differences,
      },
    ]
  },
)

const forwardRecordEchoed: Rule = {
  id: 'N36',
  statement: 'A reply has the forward record of the request as it reached the responder.',
  source: 'RFC 2332 §5.3.2',
  severity: 'error',
  profiles: [],
  check: bench => ({
    episode(episode) {
      for (const reply of episode.replies) {
        const { packet, source, frame, time } = reply.seen
        const record = entriesOf(packet, 'forward-transit')
        if (isRelayed(packet) || record === undefined) continue
        const copy = episode.requests.filter(({ seen }) => seen.destination === source && seen.time <= time).at(-1)
        const asked = copy && entriesOf(copy.seen.packet, 'forward-transit')
        if (copy === undefined || asked === undefined || source === undefined) continue
        const matter = { frames: [frame, copy.seen.frame], station: source }
        const text = (entries: readonly Cie[]): string =>
          entries.map(({ nbma, protocol }) => `${addressText(nbma)} ${addressText(protocol)}`).join(', ')
        if (text(record) === text(asked))
          bench.pass({ ...matter, because: `${nameOf(packet)} has the forward record it was asked with` })
        else {
          const differences = [
            difference(reply.seen, 'nhrp.ext.forward_transit', text(record) || 'empty', text(asked) || 'empty'),
          ]
          bench.fail({
            ...matter,
            because: `${nameOf(packet)} has another forward record than its request`,
            differences,
          })
        }
      }
    },
  }),
}

const { authoritative, destinationStable, router, sourceStable } = resolutionFlag

const flagsAnswered = pairRule(
  {
    id: 'N37',
    statement: 'A Resolution Reply has the Q and S of its request; an authoritative positive one has A and D set.',
    source: 'RFC 2332 §5.2.2',
    severity: 'warning',
  },
  ({ reply, request }) => {
    const { packet } = reply.seen
    if (packet.kind !== 'resolution-reply' || !isRequest(request.seen.packet)) return 'not-asked'
    const asked = request.seen.packet.flags
    const kept = router | sourceStable
    const problems: Problem[] = []
    const wrong = (packet.flags ^ asked) & kept
    const show = (expected: number) => [difference(reply.seen, 'nhrp.flags', hex(packet.flags), hex(expected), [22, 2])]
    if (wrong !== 0)
      problems.push({
        because: `${nameOf(packet)} has flags ${hex(packet.flags)}, its request ${hex(asked)}`,
        differences: show(packet.flags ^ wrong),
      })
    const sets = authoritative | destinationStable
    if (isPositive(packet) && (asked & authoritative) !== 0 && (packet.flags & sets) !== sets) {
      problems.push({
        because: `${nameOf(packet)} is positive, and A or D is clear`,
        differences: show(packet.flags | sets),
      })
    }
    return problems
  },
)

function entryText({ prefixLength, mtu, holdingTime, preference, nbma, protocol }: Cie, withHold: boolean): string {
  const held = withHold ? ` hold ${holdingTime}` : ''
  return `${addressText(protocol)}/${prefixLength} via ${addressText(nbma)} mtu ${mtu}${held} preference ${preference}`
}

const entriesRepeated = pairRule(
  {
    id: 'N38',
    statement: 'A Registration Reply repeats the entries of its request.',
    source: 'RFC 2332 §5.2.4',
    severity: 'warning',
    profiles: ['ios15'],
  },
  ({ reply, request }) => {
    const { packet } = reply.seen
    const asked = request.seen.packet
    if (packet.kind !== 'registration-reply' || !isRequest(asked)) return 'not-asked'
    const held = isPositive(packet)
    const text = (entries: readonly Cie[]): string => entries.map(each => entryText(each, held)).join('; ')
    const expected = text(asked.entries)
    const observed = text(packet.entries)
    if (expected === observed) return []
    const differences = [difference(reply.seen, 'nhrp.cie', observed, expected)]
    const added = observed.startsWith(`${expected}; `) && packet.protocolType === 0x86dd
    return [
      { because: `${nameOf(packet)} has other entries than its request`, differences, habitOf: added ? ['ios15'] : [] },
    ]
  },
)

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
          bench.pass({ frames: [frame], station: destination, because: `${name} wants no reply, and has none` })
        else if (request.sighting.errorIn !== undefined)
          bench.pass({ ...matter, because: `${name} is answered by an error` })
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
      } else bench.pass({ ...matter, because: `${name} is answered with its entries` })
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
        bench.pass({ frames: [first.seen.frame], station, because: `${nameOf(first.seen.packet)} has one meaning` })
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
        if (took <= horizon) bench.pass(matter)
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
          bench.pass({ ...matter, frames: [frame], because: `${nameOf(packet)} is not asked for again` })
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

const answered: Rule = {
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
        bench.pass({ ...matter, frames: [reply.seen.frame, first.seen.frame], because: `${name} is answered` })
      else if (error !== undefined)
        bench.pass({
          ...matter,
          frames: [error.frame, first.seen.frame],
          because: `${name} is answered by Error Indication ${error.code}`,
        })
      else if (
        own.length >= enough &&
        asked !== undefined &&
        bench.network.wasAway(asked, first.seen.time, last.seen.time)
      ) {
        bench.pass({
          ...matter,
          because: `${name} is sent ${own.length} times; ${addressText(asked)} was there before, and sends nothing to anybody meanwhile`,
        })
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

export const pairingRules: readonly Rule[] = [
  matched,
  sourcePreserved,
  extensionsKept,
  responder,
  forwardRecordEchoed,
  flagsAnswered,
  entriesRepeated,
  purgeAnswered,
  oneAnswer,
  inTime,
  answerArrives,
  answered,
]
