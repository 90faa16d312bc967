/** N09, N10, N14, N16: client information entries as lists, and the sum of all parts, RFC 2332 §5.2.0.1. */

import type { NhrpSeen } from '../observation.ts'
import { type Anatomy, type EntryPlace, recordTypes } from '../observation-anatomy.ts'
import type { Bench, Rule } from './rule.ts'
import { difference, octetRule, type Problem } from './shapes.ts'

const entriesFill = octetRule(
  {
    id: 'N09',
    statement: 'The client information entries fill the mandatory part.',
    source: 'RFC 2332 §5.2.0.1',
    severity: 'error',
  },
  (seen, { type, leftover, mandatoryEnd }) => {
    if (type < 1 || type > 6) return 'not-asked'
    if (leftover === 0) return 'right'
    const place = [Math.max(0, Math.min(mandatoryEnd, seen.octets.length) - leftover), leftover] as const
    const differences = [difference(seen, 'nhrp.leftover', leftover, 0, place)]
    return { because: `${leftover} octets are left behind the last whole entry`, differences }
  },
)

const entryFields = octetRule(
  {
    id: 'N10',
    statement: 'Entries have their unused octets zero, and a prefix no longer than the address, or 255.',
    source: 'RFC 2332 §5.2.0.1',
    severity: 'warning',
  },
  (seen, anatomy) => {
    const { octets } = seen
    const own = octets[20]!
    const problems: Problem[] = []
    const look = ({ at, protocolLength }: EntryPlace): void => {
      const unused = octets[at + 2]! * 256 + octets[at + 3]!
      if (unused !== 0) {
        const differences = [difference(seen, 'nhrp.unused', unused, 0, [at + 2, 2])]
        problems.push({ because: `the unused octets of an entry are ${unused}`, differences })
      }
      const prefix = octets[at + 1]!
      // FRR's four octets on an IPv6 overlay are judged as what they are, not as a long prefix.
      const bits = 8 * Math.max(protocolLength || own, 4)
      if (prefix > bits && prefix !== 255) {
        const differences = [difference(seen, 'nhrp.prefix', prefix, `at most ${bits}`, [at + 1, 1])]
        problems.push({ because: `a prefix of ${prefix} bits, and an address of ${bits}`, differences })
      }
    }
    let looked = anatomy.entries.length
    for (const each of anatomy.entries) look(each)
    for (const { entries } of anatomy.extensions) {
      looked += entries.length
      for (const each of entries) look(each)
    }
    return looked === 0 ? 'not-asked' : problems
  },
)

const recordEntries = octetRule(
  {
    id: 'N14',
    statement: 'Responder, transit and NAT extensions hold whole entries.',
    source: 'RFC 2332 §5.3.1–§5.3.3',
    severity: 'error',
  },
  (seen, { extensions }) => {
    const records = extensions.filter(({ type, length }) => recordTypes.has(type) && !(type === 9 && length === 8))
    if (records.length === 0) return 'not-asked'
    return records
      .filter(({ leftover }) => leftover > 0)
      .map(({ type, at, length, leftover }) => ({
        because: `${leftover} octets of extension ${type} are no whole entry`,
        differences: [difference(seen, 'nhrp.ext.len', length, length - leftover, [at + 2, 2])],
      }))
  },
)

/** Extensions of Cisco's messages, by type: those always there, and those that may be (RFC 2332 §5.3; captures). */
const ciscoExtensions: ReadonlyMap<number, readonly [always: readonly number[], perhaps: readonly number[]]> = new Map([
  [
    1,
    [
      [3, 4, 5, 0],
      [7, 9, 8],
    ],
  ],
  [
    2,
    [
      [3, 4, 5, 0],
      [7, 9, 8],
    ],
  ],
  [
    3,
    [
      [3, 4, 5, 0],
      [7, 9, 8],
    ],
  ],
  [
    4,
    [
      [3, 4, 5, 0],
      [7, 9, 8],
    ],
  ],
  [5, [[0], [7, 9]]],
  [6, [[0], [7, 9]]],
  [
    8,
    [
      [4, 5, 0],
      [7, 9],
    ],
  ],
])

function sumOf({ addressesEnd, entries, extensions }: Anatomy): number {
  const lists = entries.reduce((sum, { at, end }) => sum + end - at, 0)
  return addressesEnd + lists + extensions.reduce((sum, { length }) => sum + 4 + length, 0)
}

const sizeExplained: Rule = {
  id: 'N16',
  statement: 'The packet size is the sum of the parts; those of Cisco’s messages are the usual ones.',
  source: 'RFC 2332 §5.2; sizes in captures',
  severity: 'error',
  profiles: [],
  check: bench => ({
    octets(seen, anatomy) {
      if (anatomy === undefined || anatomy.type < 1 || anatomy.type > 8 || anatomy.type === 7) return
      if (seen.cut || seen.octets.length < anatomy.size) return
      const matter = { frames: [seen.frame], station: seen.source }
      const sum = sumOf(anatomy)
      if (anatomy.type <= 6 && sum !== anatomy.size) {
        const differences = [difference(seen, 'nhrp.hdr.pktsz', anatomy.size, sum, [10, 2])]
        bench.fail({
          ...matter,
          because: `the packet size is ${anatomy.size}, the parts have ${sum} octets`,
          differences,
        })
      } else if (!usualParts(bench, seen, anatomy)) {
        const types = anatomy.extensions.map(({ type }) => type).join(' ')
        bench.fail({
          ...matter,
          severity: 'information',
          because: `the extensions ${types} are not those of a Cisco message of type ${anatomy.type}`,
        })
      } else bench.pass(() => ({ ...matter, because: `the ${anatomy.size} octets are explained by the parts` }))
    },
  }),
}

function usualParts({ network }: Bench, { source }: NhrpSeen, { type, extensions }: Anatomy): boolean {
  if (!network.profileOf(source)?.startsWith('ios')) return true
  const [always, perhaps] = ciscoExtensions.get(type) ?? [[], []]
  const types = extensions.map(each => each.type)
  return (
    always.every(each => types.includes(each)) && types.every(each => always.includes(each) || perhaps.includes(each))
  )
}

export const entryRules: readonly Rule[] = [entriesFill, entryFields, recordEntries, sizeExplained]
