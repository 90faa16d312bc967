/** N45–N52, N86: what a station makes of messages it passes on, and whose addresses are outside, RFC 2332 §5.1, §5.3. */
import { type Extension, encode, type Nhrp, nhrp } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import { type Episode, type Part, predecessorOf } from './episode.ts'
import { addressText, type Cie, entriesOf, ipIn, isError, isRelayed, isReply, nameOf, sameAddress } from './parts.ts'
import type { Bench, Rule } from './rule.ts'
import { authorOf, difference, type Facts, messageRule, type Problem } from './shapes.ts'

/** A rule about a message and the same as it came to who passed it on. */
function hopRule(
  facts: Facts,
  ask: (copy: Part, before: Part, bench: Bench, episode: Episode) => 'not-asked' | readonly Problem[],
): Rule {
  return {
    profiles: [],
    ...facts,
    check: bench => ({
      episode(episode) {
        for (const copy of episode.parts) {
          const before = predecessorOf(copy, episode)
          if (before === undefined) continue
          const problems = ask(copy, before, bench, episode)
          if (problems === 'not-asked') continue
          const matter = { frames: [copy.seen.frame, before.seen.frame], station: copy.seen.source }
          if (problems.length === 0)
            bench.pass({ ...matter, because: `${nameOf(copy.seen.packet)}: ${facts.statement}` })
          for (const problem of problems) bench.fail({ ...matter, ...problem })
        }
      },
    }),
  }
}

const oneHopLess = hopRule(
  { id: 'N45', statement: 'A message that is passed on has one hop less.', source: 'RFC 2332 §5.1', severity: 'error' },
  ({ seen }, before) => {
    const expected = before.seen.packet.hopCount - 1
    if (seen.packet.hopCount === expected) return []
    const differences = [difference(seen, 'nhrp.hdr.hopcnt', seen.packet.hopCount, expected, [9, 1])]
    return [
      {
        because: `${nameOf(seen.packet)} came with hop count ${before.seen.packet.hopCount} and leaves with ${seen.packet.hopCount}`,
        differences,
      },
    ]
  },
)

const transitOf = (packet: Nhrp): Extension['kind'] => (isReply(packet) ? 'reverse-transit' : 'forward-transit')

/** The message without what may change on the way. */
function lasting(packet: Nhrp, other: Nhrp): string {
  const kind = transitOf(packet)
  const filled =
    (entriesOf(other, 'nat-address')?.length ?? 0) === 0 || (entriesOf(packet, 'nat-address')?.length ?? 0) === 0
  const extensions = packet.extensions
    .filter(each => each.kind !== 'authentication')
    .map(each => {
      if (each.kind === kind && 'entries' in each) return { ...each, entries: [] }
      return each.kind === 'nat-address' && filled ? { ...each, entries: [] } : each
    })
    // Their order is N51's.
    .sort((a, b) => (a.kind < b.kind ? -1 : 1))
  return formatHex(encode(nhrp, { ...packet, hopCount: 0, extensions } as Nhrp))
}

const otherwiseSame = hopRule(
  {
    id: 'N46',
    statement:
      'A message that is passed on changes in hop count, transit record, authentication and an empty NAT extension alone.',
    source: 'RFC 2332 §5.3',
    severity: 'error',
  },
  ({ seen }, before) => {
    const a = lasting(before.seen.packet, seen.packet)
    const b = lasting(seen.packet, before.seen.packet)
    // Size and checksum, octets 10 to 13, follow from the rest.
    const rest = (text: string): string => text.slice(0, 20) + text.slice(28)
    if (rest(a) === rest(b)) return []
    return [
      {
        because: `${nameOf(seen.packet)} is changed on the way`,
        differences: changes(seen, before.seen.packet, seen.packet),
      },
    ]
  },
)

function changes(seen: Part['seen'], a: Nhrp, b: Nhrp): ReturnType<typeof difference>[] {
  const found: ReturnType<typeof difference>[] = []
  const look = (
    field: string,
    before: string | number,
    after: string | number,
    place?: readonly [number, number],
  ): void => {
    if (before !== after) found.push(difference(seen, field, after, before, place))
  }
  look('nhrp.src.nbma.addr', addressText(a.sourceNbma), addressText(b.sourceNbma), [28, 4])
  look('nhrp.src.prot.addr', addressText(a.sourceProtocol), addressText(b.sourceProtocol))
  look('nhrp.dst.prot.addr', addressText(a.destinationProtocol), addressText(b.destinationProtocol))
  if ('flags' in a && 'flags' in b) {
    look('nhrp.flags', a.flags, b.flags, [22, 2])
    look('nhrp.reqid', a.requestId, b.requestId, [24, 4])
    look('nhrp.cie', JSON.stringify(a.entries.map(shown)), JSON.stringify(b.entries.map(shown)))
  }
  return found
}

const shown = ({ nbma, protocol, subaddress, ...rest }: Cie): object => ({
  ...rest,
  nbma: addressText(nbma),
  protocol: addressText(protocol),
  subaddress: addressText(subaddress),
})

const recorded = hopRule(
  {
    id: 'N47',
    statement: 'Who passes a message on adds one record of its own, where the extension is there.',
    source: 'RFC 2332 §5.3.2',
    severity: 'error',
  },
  ({ seen }, before, { network }) => {
    const kind = transitOf(seen.packet)
    const was = entriesOf(before.seen.packet, kind)
    const is = entriesOf(seen.packet, kind)
    if (was === undefined || is === undefined) return 'not-asked'
    if (is.length !== was.length + 1) {
      const differences = [difference(seen, `nhrp.ext.${kind}`, `${is.length} records`, `${was.length + 1}`)]
      return [
        { because: `${nameOf(seen.packet)} came with ${was.length} records and leaves with ${is.length}`, differences },
      ]
    }
    const { nbma } = is[is.length - 1]!
    const real = ipIn(nbma)
    if (seen.source === undefined || (real !== undefined && network.stationOf(real) === network.stationOf(seen.source)))
      return []
    const differences = [difference(seen, 'nhrp.client.nbma.addr', addressText(nbma), addressText(seen.source))]
    return [
      {
        because: `the record added names ${addressText(nbma)}, it was passed on by ${addressText(seen.source)}`,
        differences,
      },
    ]
  },
)

const lastHop: Rule = {
  id: 'N48',
  statement: 'A message without a hop left is not passed on.',
  source: 'RFC 2332 §5.1',
  severity: 'error',
  profiles: [],
  check: bench => ({
    episode(episode) {
      for (const part of episode.parts) {
        const { packet, frame, destination } = part.seen
        if (packet.hopCount !== 0) continue
        const copy = episode.parts.find(each => predecessorOf(each, episode) === part)
        if (copy === undefined)
          bench.pass({
            frames: [frame],
            station: destination,
            because: `${nameOf(packet)} has no hop left, and goes no further`,
          })
        else
          bench.fail({
            frames: [copy.seen.frame, frame],
            station: copy.seen.source,
            because: `${nameOf(packet)} came without a hop left, and is passed on`,
          })
      }
    },
  }),
}

const noLoop = messageRule(
  {
    id: 'N49',
    statement: 'No station appears twice in a transit record.',
    source: 'RFC 2332 §5.3.2',
    severity: 'error',
  },
  seen => {
    const problems: Problem[] = []
    let asked = false
    for (const kind of ['forward-transit', 'reverse-transit'] as const) {
      const stations = (entriesOf(seen.packet, kind) ?? []).map(
        ({ protocol, nbma }) => `${addressText(protocol)} at ${addressText(nbma)}`,
      )
      if (stations.length > 0) asked = true
      const twice = stations.find((each, index) => stations.indexOf(each) < index)
      if (twice === undefined) continue
      const differences = [difference(seen, `nhrp.ext.${kind}`, stations.join(', '))]
      problems.push({ because: `${twice} stands twice in the ${kind} record`, differences, station: seen.source })
    }
    return asked ? problems : 'not-asked'
  },
)

const notBack = hopRule(
  {
    id: 'N50',
    statement: 'A message is not passed back to where it came from.',
    source: 'RFC 2332 §5.3.2',
    severity: 'warning',
  },
  ({ seen }, before, { network }) => {
    const from = before.seen.source
    if (from === undefined || seen.destination === undefined) return 'not-asked'
    if (seen.destination !== from) return []
    // Two clients behind one address: who it is for is not to be told from outside.
    const clients = [...network.registrations.values()].filter(({ real, nbma }) => real === from || nbma === from)
    if (new Set(clients.map(({ nbma }) => nbma)).size > 1) return 'not-asked'
    return [{ because: `${nameOf(seen.packet)} came from ${addressText(from)} and is passed back there` }]
  },
)

const orderKept = hopRule(
  {
    id: 'N51',
    statement: 'Extensions keep their order on the way.',
    source: 'RFC 2332 §5.3',
    severity: 'information',
    profiles: ['frr', 'opennhrp'],
  },
  ({ seen }, before) => {
    const order = ({ extensions }: Nhrp): string => extensions.map(({ kind }) => kind).join(' ')
    const was = order(before.seen.packet)
    const is = order(seen.packet)
    if (was.split(' ').sort().join() !== is.split(' ').sort().join()) return 'not-asked'
    if (was === is) return []
    // FRR writes the password anew, at the end.
    const moved = (text: string): string => text.replace('authentication ', '')
    const habitOf = moved(was) === moved(is) ? (['frr', 'opennhrp'] as const) : []
    return [{ because: `the extensions came as ${was} and leave as ${is}`, habitOf }]
  },
)

const outsideAddress: Rule = {
  id: 'N52',
  statement:
    'Who sends a message of its own has the Source NBMA address outside, unless NAT was seen at its registration.',
  source: 'captures',
  severity: 'error',
  profiles: [],
  check: bench => ({
    episode(episode) {
      for (const part of episode.parts) {
        const { packet, source, frame } = part.seen
        const own = ipIn(packet.sourceNbma)
        if (isReply(packet) || isError(packet) || isRelayed(packet) || source === undefined || own === undefined)
          continue
        if (predecessorOf(part, episode) !== undefined) continue
        const matter = { frames: [frame], station: own }
        const name = nameOf(packet)
        if (source === own) bench.pass({ ...matter, because: `${name} comes from its Source NBMA address` })
        else if (bench.network.stationOf(source) === own)
          bench.pass({ ...matter, because: `${name} comes from behind NAT` })
        else judgeOther(bench, episode, part, own, source)
      }
    },
  }),
}

/** Somebody else's address: NAT of which the server has not told yet, a copy whose original was elsewhere, or a lie. */
function judgeOther(bench: Bench, episode: Episode, { seen }: Part, own: Ip, source: Ip): void {
  const name = nameOf(seen.packet)
  const differences = [difference(seen, 'nhrp.src.nbma.addr', addressText(own), addressText(source), [28, 4])]
  const because = `${name} of ${addressText(own)} comes from ${addressText(source)}`
  const matter = { frames: [seen.frame], station: own, because, differences }
  const hasRecord = entriesOf(seen.packet, 'forward-transit') !== undefined
  if (seen.packet.kind === 'registration-request') {
    const told = episode.replies.some(({ seen: { packet } }) =>
      (entriesOf(packet, 'nat-address') ?? []).slice(1).some(({ nbma }) => sameAddress(nbma, source)),
    )
    if (told) bench.pass(matter)
    else if (episode.replies.length === 0) bench.cannotJudge(matter, 'ended-after-capture')
    else bench.fail(matter)
  } else if (!hasRecord) bench.cannotJudge(matter, 'one-side-only')
  // The registration that would tell of NAT may lie before the capture.
  else if (
    bench.network.known(own)?.firstId === undefined ||
    ![...bench.network.registrations.values()].some(({ nbma }) => nbma === own)
  ) {
    bench.cannotJudge(matter, 'began-before-capture')
  } else bench.fail(matter)
}

const errorSource = messageRule(
  {
    id: 'N86',
    statement: 'The Source NBMA of an Error Indication is the station’s that reports it.',
    source: 'RFC 2332 §5.2.7',
    severity: 'warning',
    profiles: ['frr'],
    types: [7],
  },
  (seen, bench) => {
    const { packet, source } = seen
    if (!isError(packet) || source === undefined || isRelayed(packet)) return 'not-asked'
    const own = ipIn(packet.sourceNbma)
    if (own !== undefined && bench.network.stationOf(source) === bench.network.stationOf(own)) return 'right'
    const differences = [difference(seen, 'nhrp.src.nbma.addr', addressText(own), addressText(source), [28, 4])]
    // FRR has an error's own hop count at 0; one that was passed on has another sender.
    return {
      because: `the error is reported by ${addressText(source)} and names ${addressText(own)}`,
      differences,
      habitOf: ['frr'],
      station: authorOf(seen),
    }
  },
)

export const forwardingRules: readonly Rule[] = [
  oneHopLess,
  otherwiseSame,
  recorded,
  lastHop,
  noLoop,
  notBack,
  orderKept,
  outsideAddress,
  errorSource,
]
