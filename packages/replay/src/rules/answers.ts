/** N34, N35, N37, N38: what a reply repeats of its request, and what it adds, RFC 2332 §5.2.2, §5.2.4, §5.3. */

import { resolutionFlag } from '@dmvpn/protocols'
import type { Part } from './episode.ts'
import { pairRule } from './pairs.ts'
import {
  addressText,
  type Cie,
  entriesOf,
  entryText,
  hex,
  ipIn,
  isPositive,
  isRelayed,
  isRequest,
  nameOf,
  sameAddress,
} from './parts.ts'
import type { Rule } from './rule.ts'
import { difference, type Problem } from './shapes.ts'

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
  ({ reply, request }, { network }) => {
    if (entriesOf(request.seen.packet, 'responder-address') === undefined) return 'not-asked'
    const { packet, source } = reply.seen
    const entry = entriesOf(packet, 'responder-address')?.[0]
    const name = nameOf(packet)
    if (entry === undefined) return [{ because: `${name} does not name its responder` }]
    if (isRelayed(packet) || source === undefined || sameAddress(entry.nbma, source)) return []
    const named = ipIn(entry.nbma)
    if (named !== undefined && network.stationOf(named) === network.stationOf(source)) return []
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

export const answerRules: readonly Rule[] = [extensionsKept, responder, flagsAnswered, entriesRepeated]
