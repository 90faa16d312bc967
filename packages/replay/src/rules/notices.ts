/** N27–N31: what purges, errors, indications and records say, RFC 2332 §5.2.5–§5.3 and draft-detienne-dmvpn-01. */

import { quotedPacket } from '@dmvpn/protocols'
import { sizeOfAddress } from '@dmvpn/wire'
import { addressText, entriesOf, isIndication } from './parts.ts'
import type { Rule } from './rule.ts'
import { type Answer, difference, messageRule, type Problem } from './shapes.ts'

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
    const { version, source: quoted } = quotedPacket(quote)
    if (version !== (six ? 6 : 4)) problems.push({ because: 'what is quoted is no IP packet of the protocol' })
    else if (quoted !== undefined && quoted !== destinationProtocol) {
      const differences = [
        difference(seen, 'nhrp.dst.prot.addr', addressText(destinationProtocol), addressText(quoted)),
      ]
      problems.push({
        because: `it is addressed to ${addressText(destinationProtocol)}, the packet quoted is of ${addressText(quoted)}`,
        differences,
      })
    }
    return problems
  },
)

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

export const noticeRules: readonly Rule[] = [purgeEntries, errorQuote, errorCode, indication, records]
