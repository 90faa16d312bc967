/** N18–N22: what requests say, RFC 2332 §5.2.1 and §5.2.3. */

import { registrationFlag, resolutionFlag } from '@dmvpn/protocols'
import { addressText, hex, isExchange, widthOf } from './parts.ts'
import type { Message, Rule } from './rule.ts'
import { difference, messageRule } from './shapes.ts'

/** Where the entries begin. */
export function entriesAt({ packet, octets }: Message): number {
  return packet.type <= 6 ? 28 + (octets[18]! & 63) + (octets[19]! & 63) + octets[20]! + octets[21]! : 0
}

const registrationEntries = messageRule(
  {
    id: 'N18',
    types: [3],
    statement: 'A Registration Request has an entry; with U set exactly one, of prefix length 255.',
    source: 'RFC 2332 §5.2.3',
    severity: 'error',
    profiles: ['ios15'],
  },
  seen => {
    const { packet } = seen
    if (packet.kind !== 'registration-request') return 'not-asked'
    const { entries, flags } = packet
    if (entries.length === 0) return { because: 'the request has no entry' }
    if ((flags & registrationFlag.unique) === 0) return 'right'
    if (entries.length > 1) return { because: `a unique registration with ${entries.length} entries` }
    const { prefixLength } = entries[0]!
    if (prefixLength === 255) return 'right'
    const differences = [difference(seen, 'nhrp.prefix', prefixLength, 255, [entriesAt(seen) + 1, 1])]
    const host = prefixLength === widthOf(packet)
    const because = `a unique registration with prefix length ${prefixLength}`
    return { because, differences, ...(host ? { severity: 'information' as const, habitOf: ['ios15'] as const } : {}) }
  },
)

const requestCode = messageRule(
  {
    id: 'N19',
    types: [1, 3, 5],
    statement: 'The entries of a request have code 0.',
    source: 'RFC 2332 §5.2',
    severity: 'warning',
  },
  seen => {
    const { packet } = seen
    if (!isExchange(packet) || packet.type % 2 === 0 || packet.entries.length === 0) return 'not-asked'
    const wrong = packet.entries.find(({ code }) => code !== 0)
    if (wrong === undefined) return 'right'
    const differences = [difference(seen, 'nhrp.code', wrong.code, 0)]
    return { because: `an entry of the request has code ${wrong.code}`, differences }
  },
)

const requestHold = messageRule(
  {
    id: 'N20',
    types: [1, 3],
    statement: 'A Resolution Request has a holding time only with S set, a Registration Request always.',
    source: 'RFC 2332 §5.2.1',
    severity: 'warning',
    profiles: ['opennhrp'],
  },
  seen => {
    const { packet } = seen
    if (packet.kind === 'registration-request') {
      const none = packet.entries.find(({ holdingTime }) => holdingTime === 0)
      if (none === undefined) return 'right'
      return {
        because: 'a registration with holding time 0',
        differences: [difference(seen, 'nhrp.htime', 0, 'more than 0')],
      }
    }
    if (packet.kind !== 'resolution-request') return 'not-asked'
    const held = packet.entries.find(({ holdingTime }) => holdingTime > 0)
    if (held === undefined || (packet.flags & resolutionFlag.sourceStable) !== 0) return 'right'
    const differences = [difference(seen, 'nhrp.htime', held.holdingTime, 0)]
    return { because: `holding time ${held.holdingTime}, and S is clear`, differences, habitOf: ['opennhrp'] }
  },
)

const requestStable = messageRule(
  {
    id: 'N21',
    types: [1],
    statement: 'D is clear in a Resolution Request.',
    source: 'RFC 2332 §5.2.1',
    severity: 'warning',
  },
  seen => {
    const { packet } = seen
    if (packet.kind !== 'resolution-request') return 'not-asked'
    if ((packet.flags & resolutionFlag.destinationStable) === 0) return 'right'
    const expected = hex(packet.flags & ~resolutionFlag.destinationStable)
    return {
      because: 'D is set in a request',
      differences: [difference(seen, 'nhrp.flags', hex(packet.flags), expected, [22, 2])],
    }
  },
)

const requestEntries = messageRule(
  {
    id: 'N22',
    types: [1],
    statement: 'A Resolution Request has no entry, or one without addresses.',
    source: 'RFC 2332 §5.2.1',
    severity: 'warning',
  },
  ({ packet }) => {
    if (packet.kind !== 'resolution-request') return 'not-asked'
    const { entries } = packet
    if (entries.length > 1) return { because: `the request has ${entries.length} entries` }
    const [entry] = entries
    if (entry === undefined || (entry.nbma === undefined && entry.protocol === undefined)) return 'right'
    return { because: `the request's entry has addresses: ${addressText(entry.nbma)}, ${addressText(entry.protocol)}` }
  },
)

export const requestRules: readonly Rule[] = [
  registrationEntries,
  requestCode,
  requestHold,
  requestStable,
  requestEntries,
]
