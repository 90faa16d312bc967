/** N09–N17: client information entries and extensions as lists, RFC 2332 §5.2.0.1 and §5.3. */

import type { NhrpSeen } from '../observation.ts'
import type { Anatomy, EntryPlace } from '../observation-anatomy.ts'
import { isPositive, isReply, isRequest, nameOf, sameAddress, second } from './parts.ts'
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
    const all = [...anatomy.entries, ...anatomy.extensions.flatMap(({ entries }) => entries)]
    if (all.length === 0) return 'not-asked'
    for (const each of all) look(each)
    return problems
  },
)

const extensionList = octetRule(
  {
    id: 'N11',
    statement: 'The extensions fill their part; the End extension closes it, once, and is empty.',
    source: 'RFC 2332 §5.3',
    severity: 'error',
    profiles: ['opennhrp'],
  },
  (seen, { extensionOffset, addressesEnd, extensions, extensionsEnd, overrun, size, type }) => {
    if (extensionOffset < addressesEnd || extensionOffset > size || seen.octets.length < size) return 'not-asked'
    if (overrun) {
      const differences = [difference(seen, 'nhrp.ext.len', 'beyond the packet', undefined, [extensionsEnd, 4])]
      return { because: 'the length of an extension leads out of the packet', differences }
    }
    const last = extensions[extensions.length - 1]
    if (last?.type !== 0) return { because: 'no End extension closes the list' }
    if (last.length > 0) {
      const differences = [difference(seen, 'nhrp.ext.len', last.length, 0, [last.at + 2, 2])]
      return { because: `the End extension has ${last.length} octets`, differences }
    }
    const behind = size - extensionsEnd
    if (behind === 0) return 'right'
    const differences = [difference(seen, 'nhrp.after_end', `${behind} octets`, 'nothing', [extensionsEnd, behind])]
    return {
      because: `${behind} octets stand behind the End extension`,
      differences,
      ...(type === 7 && behind === 16 ? { habitOf: ['opennhrp'] as const } : {}),
    }
  },
)

const extensionOnce = octetRule(
  {
    id: 'N12',
    statement: 'An extension comes at most once, vendor private ones excepted.',
    source: 'RFC 2332 §5.3',
    severity: 'warning',
  },
  (seen, { extensions }) => {
    if (extensions.length === 0) return 'not-asked'
    const problems: Problem[] = []
    const met = new Set<number>()
    for (const { type, at } of extensions) {
      if (met.has(type) && type !== 8) {
        const differences = [difference(seen, 'nhrp.ext.type', type, undefined, [at, 2])]
        problems.push({ because: `extension ${type} comes again`, differences })
      }
      met.add(type)
    }
    return problems
  },
)

/** Types that must be understood, and those that must not (RFC 2332 §5.3; Cisco's type 9). */
const compulsory: ReadonlySet<number> = new Set([0, 3, 4, 5, 7, 10])
const optional: ReadonlySet<number> = new Set([8, 9])

const extensionBits = octetRule(
  {
    id: 'N13',
    statement: 'The compulsory bit is as the type has it, and the bit beside it zero.',
    source: 'RFC 2332 §5.3',
    severity: 'warning',
  },
  (seen, { extensions }) => {
    if (extensions.length === 0) return 'not-asked'
    const problems: Problem[] = []
    for (const each of extensions) {
      const { type, at, reserved } = each
      if (each.compulsory ? optional.has(type) : compulsory.has(type)) {
        const differences = [difference(seen, 'nhrp.ext.c', Number(each.compulsory), Number(!each.compulsory), [at, 1])]
        problems.push({
          because: `extension ${type} has the compulsory bit ${each.compulsory ? 'set' : 'clear'}`,
          differences,
        })
      }
      if (reserved) {
        const differences = [difference(seen, 'nhrp.ext.u', 1, 0, [at, 1])]
        problems.push({ because: `the reserved bit of extension ${type} is set`, differences })
      }
    }
    return problems
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
    const records = extensions.filter(
      ({ type, length }) => [3, 4, 5, 9].includes(type) && !(type === 9 && length === 8),
    )
    if (records.length === 0) return 'not-asked'
    return records
      .filter(({ leftover }) => leftover > 0)
      .map(({ type, at, length, leftover }) => ({
        because: `${leftover} octets of extension ${type} are no whole entry`,
        differences: [difference(seen, 'nhrp.ext.len', length, length - leftover, [at + 2, 2])],
      }))
  },
)

const authentication = octetRule(
  {
    id: 'N15',
    statement: 'An authentication extension has 4 octets or more, and a clear-text key 1 to 8 that can be printed.',
    source: 'RFC 2332 §5.3.4, FRR',
    severity: 'warning',
  },
  (seen, { extensions }) => {
    const { octets } = seen
    const found = extensions.filter(({ type }) => type === 7)
    if (found.length === 0) return 'not-asked'
    const problems: Problem[] = []
    for (const { at, length } of found) {
      const place = [at + 4, length] as const
      if (length < 4) {
        problems.push({
          because: `the authentication extension has ${length} octets`,
          differences: [difference(seen, 'nhrp.ext.len', length, 'at least 4', [at + 2, 2])],
        })
        continue
      }
      const cleartext = octets[at + 4] === 0 && octets[at + 5] === 0 && octets[at + 6] === 0 && octets[at + 7] === 1
      // Longer values that begin so are RFC 2332's with SPI 1.
      if (!cleartext || length > 12) continue
      const key = octets.subarray(at + 8, at + 4 + length)
      if (key.length > 0 && key.every(octet => octet >= 0x20 && octet < 0x7f)) continue
      problems.push({
        because: `the key has ${key.length} octets, or some that cannot be printed`,
        differences: [difference(seen, 'nhrp.auth_ext.data', `${key.length} octets`, '1 to 8 printable', place)],
      })
    }
    return problems
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
      } else bench.pass({ ...matter, because: `the ${anatomy.size} octets are explained by the parts` })
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

/** An error comes back at once, or not at all. */
const errorTime = 10 * second

const unknownCompulsory: Rule = {
  id: 'N17',
  statement: 'A request with a compulsory extension nobody knows is answered with Error Indication 1 and nothing else.',
  source: 'RFC 2332 §5.3',
  severity: 'error',
  profiles: ['frr'],
  check: bench => ({
    episode({ requests, replies }) {
      const request = requests.find(({ seen }) =>
        seen.packet.extensions.some(each => each.kind === 'unrecognised' && each.compulsory),
      )
      if (request === undefined || !isRequest(request.seen.packet)) return
      const { seen, sighting } = request
      const responder = seen.destination
      const reply = replies.find(
        each => isReply(each.seen.packet) && sameAddress(each.seen.packet.sourceNbma, seen.packet.sourceNbma),
      )
      const name = nameOf(seen.packet)
      if (reply !== undefined) {
        const said = isPositive(reply.seen.packet as never) ? 'answered all the same' : 'refused by a reply'
        bench.fail({
          frames: [reply.seen.frame, seen.frame],
          station: reply.seen.source,
          because: `${name} has an extension that must be understood, and was ${said}`,
          habitOf: ['frr'],
        })
      } else if (sighting.errorIn?.code === 1) {
        bench.pass({
          frames: [sighting.errorIn.frame, seen.frame],
          station: responder,
          because: `${name} was answered with Error Indication 1`,
        })
      } else if (bench.network.now - seen.time < errorTime) {
        bench.cannotJudge(
          { frames: [seen.frame], station: responder, because: `the capture ends before an answer to ${name}` },
          'ended-after-capture',
        )
      } else {
        bench.fail({
          frames: [seen.frame],
          station: responder,
          because: `${name} has an extension that must be understood, and no Error Indication 1 came back`,
          habitOf: ['frr'],
          needs: [responder],
        })
      }
    },
  }),
}

export const listRules: readonly Rule[] = [
  entriesFill,
  entryFields,
  extensionList,
  extensionOnce,
  extensionBits,
  recordEntries,
  authentication,
  sizeExplained,
  unknownCompulsory,
]
