/** N49, N52, N86: who a message says it is from, and who sends it, RFC 2332 §5.2.7 and §5.3.2. */

import type { Ip } from '../observation.ts'
import { type Episode, type Part, predecessorOf } from './episode.ts'
import { addressText, entriesOf, ipIn, isError, isRelayed, isReply, nameOf, sameAddress } from './parts.ts'
import type { Bench, Rule } from './rule.ts'
import { authorOf, difference, messageRule, type Problem } from './shapes.ts'

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
        if (source === own) bench.pass(() => ({ ...matter, because: `${name} comes from its Source NBMA address` }))
        else if (bench.network.stationOf(source) === own)
          bench.pass(() => ({ ...matter, because: `${name} comes from behind NAT` }))
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
    if (told) bench.pass(() => matter)
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
    const because = `the error is reported by ${addressText(source)} and names ${addressText(own)}`
    // Whose address NAT made the other, a registration would tell.
    if (bench.network.known(source) === undefined) {
      bench.cannotJudge({ frames: [seen.frame], station: source, because }, 'began-before-capture')
      return 'not-asked'
    }
    return {
      because,
      differences,
      habitOf: ['frr'],
      station: authorOf(seen),
    }
  },
)

export const senderRules: readonly Rule[] = [noLoop, outsideAddress, errorSource]
