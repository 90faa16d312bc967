/** N45–N48, N50, N51: what a station makes of messages it passes on, RFC 2332 §5.1 and §5.3. */

import { type Extension, encode, type Nhrp, nhrp } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import { type Part, predecessorOf } from './episode.ts'
import { hopRule } from './hops.ts'
import { addressText, type Cie, entriesOf, ipIn, isReply, nameOf } from './parts.ts'
import type { Rule } from './rule.ts'
import { difference } from './shapes.ts'

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
          bench.pass(() => ({
            frames: [frame],
            station: destination,
            because: `${nameOf(packet)} has no hop left, and goes no further`,
          }))
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

export const forwardingRules: readonly Rule[] = [oneHopLess, otherwiseSame, recorded, lastHop, notBack, orderKept]
