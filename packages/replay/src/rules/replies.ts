/** N23–N26: what replies say, RFC 2332 §5.2.2 and §5.2.4. */

import { type NhrpExchange, resolutionFlag } from '@dmvpn/protocols'
import { isPositive, widthOf } from './parts.ts'
import { entriesAt } from './requests.ts'
import type { Rule } from './rule.ts'
import { type Answer, difference, messageRule, type Problem } from './shapes.ts'

const positiveReply = messageRule(
  {
    id: 'N23',
    types: [2],
    statement: 'A positive Resolution Reply has an NBMA address, a holding time, and a prefix length of the address.',
    source: 'RFC 2332 §5.2.2',
    severity: 'error',
  },
  seen => {
    const { packet } = seen
    if (packet.kind !== 'resolution-reply' || !isPositive(packet)) return 'not-asked'
    const width = widthOf(packet)
    const problems: Problem[] = []
    for (const { holdingTime, nbma, prefixLength } of packet.entries) {
      if (holdingTime === 0)
        problems.push({
          because: 'a positive answer of holding time 0',
          differences: [difference(seen, 'nhrp.htime', 0, 'more than 0')],
        })
      if (nbma === undefined)
        problems.push({
          because: 'a positive answer without an NBMA address',
          differences: [difference(seen, 'nhrp.cli.addr_tl', 0)],
        })
      if (prefixLength === 0 || (prefixLength > width && prefixLength !== 255)) {
        problems.push({
          because: `a positive answer of prefix length ${prefixLength}`,
          differences: [difference(seen, 'nhrp.prefix', prefixLength, `1 to ${width}`)],
        })
      }
    }
    return problems
  },
)

function isRefusal(packet: NhrpExchange): boolean {
  return packet.entries.some(({ code }) => code !== 0) || packet.entries.length === 0
}

const negativeReply = messageRule(
  {
    id: 'N24',
    types: [2],
    statement: 'A negative Resolution Reply has one entry, of code 4, 5, 12 or 13 and holding time 0.',
    source: 'RFC 2332 §5.2.2',
    severity: 'error',
    profiles: ['frr', 'opennhrp'],
  },
  (seen): Answer => {
    const { packet } = seen
    if (packet.kind !== 'resolution-reply' || !isRefusal(packet)) return 'not-asked'
    if (packet.entries.length !== 1) return { because: `a refusal with ${packet.entries.length} entries` }
    const { code, holdingTime } = packet.entries[0]!
    const problems: Problem[] = []
    if (![4, 5, 12, 13].includes(code)) {
      const differences = [difference(seen, 'nhrp.code', code, '4, 5, 12 or 13', [entriesAt(seen), 1])]
      problems.push({
        because: `a refusal of code ${code}`,
        differences,
        ...(code === 11 ? { habitOf: ['frr', 'opennhrp'] as const } : {}),
      })
    }
    if (holdingTime !== 0)
      problems.push({
        because: `a refusal of holding time ${holdingTime}`,
        differences: [difference(seen, 'nhrp.htime', holdingTime, 0)],
      })
    return problems
  },
)

const registrationRefused = messageRule(
  {
    id: 'N25',
    types: [4],
    statement: 'A refused registration has code 4, 5 or 14 and holding time 0.',
    source: 'RFC 2332 §5.2.4',
    severity: 'error',
    profiles: ['frr'],
  },
  (seen): Answer => {
    const { packet } = seen
    if (packet.kind !== 'registration-reply') return 'not-asked'
    const refused = packet.entries.find(({ code }) => code !== 0)
    if (refused === undefined) return 'not-asked'
    const { code, holdingTime } = refused
    const problems: Problem[] = []
    if (![4, 5, 14].includes(code)) {
      problems.push({
        because: `a refused registration of code ${code}`,
        differences: [difference(seen, 'nhrp.code', code, '4, 5 or 14')],
        ...(code === 13 ? { habitOf: ['frr'] as const } : {}),
      })
    }
    if (holdingTime !== 0) {
      problems.push({
        because: `a refused registration of holding time ${holdingTime}`,
        differences: [difference(seen, 'nhrp.htime', holdingTime, 0)],
        habitOf: ['frr'],
      })
    }
    return problems
  },
)

const uniqueReply = messageRule(
  {
    id: 'N26',
    types: [2],
    statement: 'A Resolution Reply with U set has one entry.',
    source: 'RFC 2332 §5.2.2',
    severity: 'warning',
  },
  ({ packet }) => {
    if (packet.kind !== 'resolution-reply' || (packet.flags & resolutionFlag.unique) === 0) return 'not-asked'
    return packet.entries.length === 1
      ? 'right'
      : { because: `U is set and there are ${packet.entries.length} entries` }
  },
)

export const replyRules: readonly Rule[] = [positiveReply, negativeReply, registrationRefused, uniqueReply]
