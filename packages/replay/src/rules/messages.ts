/** N18–N31: what a message of each type says, RFC 2332 §5.2.1–§5.2.7 and draft-detienne-dmvpn-01. */
import { type NhrpExchange, registrationFlag, resolutionFlag } from '@dmvpn/protocols'
import { sizeOfAddress } from '@dmvpn/wire'
import { addressText, entriesOf, hex, isExchange, isIndication, isPositive, widthOf } from './parts.ts'
import type { Message, Rule } from './rule.ts'
import { type Answer, difference, messageRule, type Problem } from './shapes.ts'

/** Where the entries begin. */
function entriesAt({ packet, octets }: Message): number {
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

const purgeEntries = messageRule(
  {
    id: 'N27',
    types: [5, 6],
    statement: 'Purge entries name a protocol address, with code 0, holding time 0, MTU 0 and preference 0.',
    source: 'RFC 2332 §5.2.5',
    severity: 'error',
    profiles: ['ios12', 'ios124t', 'ios15'],
  },
  (seen): Answer => {
    const { packet } = seen
    if (packet.kind !== 'purge-request' && packet.kind !== 'purge-reply') return 'not-asked'
    const problems: Problem[] = []
    for (const { protocol, code, holdingTime, mtu, preference } of packet.entries) {
      if (protocol === undefined) problems.push({ because: 'a purge of no address' })
      if (code !== 0)
        problems.push({
          because: `a purge entry of code ${code}`,
          differences: [difference(seen, 'nhrp.code', code, 0)],
        })
      if (holdingTime !== 0)
        problems.push({
          because: `a purge entry of holding time ${holdingTime}`,
          severity: 'information',
          differences: [difference(seen, 'nhrp.htime', holdingTime, 0)],
        })
      if (mtu !== 0)
        problems.push({
          because: `a purge entry of MTU ${mtu}`,
          severity: 'information',
          differences: [difference(seen, 'nhrp.mtu', mtu, 0)],
          habitOf: ['ios12', 'ios124t', 'ios15'],
        })
      if (preference !== 0)
        problems.push({
          because: `a purge entry of preference ${preference}`,
          severity: 'information',
          differences: [difference(seen, 'nhrp.pref', preference, 0)],
        })
    }
    return packet.entries.length === 0 ? { because: 'a purge without an entry' } : problems
  },
)

const errorQuote = messageRule(
  {
    id: 'N28',
    types: [7],
    statement: 'An Error Indication has no extensions, quotes an NHRP packet, and its offset lies in that packet.',
    source: 'RFC 2332 §5.2.7',
    severity: 'warning',
    profiles: ['opennhrp'],
  },
  (seen): Answer => {
    const { packet } = seen
    if (packet.kind !== 'error-indication') return 'not-asked'
    const { quote, errorOffset, extensions, afterEnd } = packet
    const problems: Problem[] = []
    if (extensions.length > 0 || afterEnd.length > 0) {
      problems.push({
        because: 'the Error Indication has extensions',
        differences: [difference(seen, 'nhrp.hdr.extoff', seen.octets[14]! * 256 + seen.octets[15]!, 0, [14, 2])],
        habitOf: ['opennhrp'],
      })
    }
    const size = quote.length < 20 ? 0 : quote[10]! * 256 + quote[11]!
    const plausible = quote.length >= 20 && quote[16] === 1 && quote[17]! >= 1 && quote[17]! <= 8 && size >= 28
    if (!plausible) problems.push({ because: 'what is quoted does not begin with an NHRP header' })
    else if (errorOffset >= size)
      problems.push({
        because: `the error offset ${errorOffset} is not within the ${size} octets quoted`,
        differences: [difference(seen, 'nhrp.err_offset', errorOffset, `less than ${size}`, [26, 2])],
      })
    return problems
  },
)

/** RFC 2332 §5.2.7, RFC 2735. */
const errorCodes: ReadonlySet<number> = new Set([1, 3, 6, 7, 8, 9, 10, 11, 15, 16, 17])

const errorCode = messageRule(
  {
    id: 'N29',
    types: [7],
    statement: 'The code of an Error Indication is a known one.',
    source: 'RFC 2332 §5.2.7',
    severity: 'warning',
    profiles: ['frr', 'opennhrp'],
  },
  seen => {
    const { packet } = seen
    if (packet.kind !== 'error-indication') return 'not-asked'
    const { errorCode: code } = packet
    if (errorCodes.has(code)) return 'right'
    const differences = [difference(seen, 'nhrp.err_code', code, undefined, [24, 2])]
    return {
      because: `error code ${code}`,
      differences,
      ...(code === 2 ? { habitOf: ['frr', 'opennhrp'] as const } : {}),
    }
  },
)

const indication = messageRule(
  {
    id: 'N30',
    types: [8],
    statement: 'A Traffic Indication has code 0, quotes an IP packet, and is addressed to that packet’s source.',
    source: 'draft-detienne-dmvpn-01; captures',
    severity: 'error',
  },
  (seen): Answer => {
    const { packet } = seen
    if (!isIndication(packet)) return 'not-asked'
    const { quote, trafficCode, protocolType, destinationProtocol } = packet
    const problems: Problem[] = []
    if (trafficCode !== 0)
      problems.push({
        because: `traffic code ${trafficCode}`,
        differences: [difference(seen, 'nhrp.traffic_code', trafficCode, 0, [24, 2])],
      })
    const six = protocolType === 0x86dd
    const least = six ? 48 : 28
    if (quote.length < least) problems.push({ because: `${quote.length} octets are quoted, fewer than ${least}` })
    if (quote.length === 0 || quote[0]! >>> 4 !== (six ? 6 : 4))
      problems.push({ because: 'what is quoted is no IP packet of the protocol' })
    else {
      const quoted = quotedAddress(quote, six ? 8 : 12)
      if (quoted !== undefined && quoted !== destinationProtocol) {
        const differences = [
          difference(seen, 'nhrp.dst.prot.addr', addressText(destinationProtocol), addressText(quoted)),
        ]
        problems.push({
          because: `it is addressed to ${addressText(destinationProtocol)}, the packet quoted is of ${addressText(quoted)}`,
          differences,
        })
      }
    }
    return problems
  },
)

/** An address of a quoted IP header, by its offset. */
export function quotedAddress(quote: Uint8Array, at: number): number | bigint | undefined {
  const six = quote.length > 0 && quote[0]! >>> 4 === 6
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength)
  if (!six) return quote.length < at + 4 ? undefined : view.getUint32(at)
  return quote.length < at + 16 ? undefined : (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8)
}

const recordKinds = ['responder-address', 'forward-transit', 'reverse-transit', 'nat-address'] as const

const records = messageRule(
  {
    id: 'N31',
    statement: 'Records of stations have code 0 or 5, and no prefix length.',
    source: 'RFC 2332 §5.3.1–§5.3.3',
    severity: 'information',
    profiles: ['ios124t', 'ios15', 'frr', 'opennhrp'],
  },
  (seen): Answer => {
    const { packet } = seen
    const problems: Problem[] = []
    let asked = false
    for (const kind of recordKinds) {
      for (const { code, prefixLength, protocol } of entriesOf(packet, kind) ?? []) {
        asked = true
        if (code !== 0 && code !== 5)
          problems.push({
            because: `a record of code ${code} in ${kind}`,
            severity: 'warning',
            differences: [difference(seen, 'nhrp.code', code, 0)],
          })
        if (prefixLength === 0) continue
        const host = prefixLength === 8 * sizeOfAddress(protocol)
        const habitOf = host
          ? kind === 'nat-address'
            ? (['ios15', 'ios124t', 'frr', 'opennhrp'] as const)
            : (['ios15'] as const)
          : []
        problems.push({
          because: `a record of prefix length ${prefixLength} in ${kind}`,
          differences: [difference(seen, 'nhrp.prefix', prefixLength, 0)],
          habitOf,
        })
      }
    }
    return asked ? problems : 'not-asked'
  },
)

export const messageRules: readonly Rule[] = [
  registrationEntries,
  requestCode,
  requestHold,
  requestStable,
  requestEntries,
  positiveReply,
  negativeReply,
  registrationRefused,
  uniqueReply,
  purgeEntries,
  errorQuote,
  errorCode,
  indication,
  records,
]
