/** N11–N13, N15, N17: extensions as a list, RFC 2332 §5.3. */
import { isPositive, isReply, isRequest, nameOf, sameAddress, second } from './parts.ts'
import type { Rule } from './rule.ts'
import { difference, octetRule, type Problem } from './shapes.ts'

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
    for (const [index, { type, at }] of extensions.entries()) {
      if (type !== 8 && extensions.findIndex(each => each.type === type) < index) {
        const differences = [difference(seen, 'nhrp.ext.type', type, undefined, [at, 2])]
        problems.push({ because: `extension ${type} comes again`, differences })
      }
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
      const { seen } = request
      const error = request.sighting.errorIn
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
      } else if (error?.code === 1) {
        bench.pass(() => ({
          frames: [error.frame, seen.frame],
          station: responder,
          because: `${name} was answered with Error Indication 1`,
        }))
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

export const extensionRules: readonly Rule[] = [
  extensionList,
  extensionOnce,
  extensionBits,
  authentication,
  unknownCompulsory,
]
