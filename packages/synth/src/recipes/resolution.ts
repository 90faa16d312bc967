/** Resolution Request and Reply, RFC 2332 §5.2.1 and §5.2.2, as implementations write them. */
import { type Cie, cieCode, type NhrpExchange, resolutionFlag } from '@dmvpn/protocols'
import { type Ip, ipOf, ipv4From, type Spelled, widthOf } from '../addresses.ts'
import { extensionsOf } from '../extensions.ts'
import {
  entryOf,
  holdingTimeOf,
  type Manner,
  mtuOf,
  prefixNumber,
  profileOf,
  recordOfStation,
  type Station,
} from '../station.ts'
import { reply, request } from './exchange.ts'

export interface ResolutionOptions extends Manner {
  readonly spoke: Station
  /** The address that is asked for. */
  readonly target: Spelled<Ip>
  readonly requestId?: number | undefined
  /** Whether the spoke registers unique addresses: yes where left out. Some say so in the prefix length. */
  readonly unique?: boolean | undefined
}

const kinds = ['responder-address', 'forward-transit', 'reverse-transit', 'authentication', 'nat-address'] as const

/** A spoke asks for the way to a target. Throws RangeError where a fact does not fit. */
export function resolutionRequest(options: ResolutionOptions): NhrpExchange {
  const { spoke, requestId = 1, unique = true } = options
  const { resolution, hopCount } = profileOf(options)
  const target = ipOf(options.target)
  return request('resolution-request', spoke, target, {
    hopCount: hopCount.request,
    flags: resolution.flags,
    requestId,
    entries: [
      entryOf({
        prefixLength: prefixNumber(unique ? resolution.prefix : resolution.sharedPrefix, target),
        mtu: mtuOf(options),
        holdingTime: holdingTimeOf(spoke, options),
      }),
    ],
    extensions: extensionsOf(options, kinds, { nat: natEntries(spoke, options) }),
  })
}

/** A station behind NAT that knows its public address tells it. */
function natEntries(station: Station, manner: Manner): Cie[] {
  if (station.publicNbma === undefined) return []
  const nbma = ipv4From(station.publicNbma)
  if (nbma === ipv4From(station.nbma)) return []
  const protocol = ipOf(station.protocol)
  const prefixLength = prefixNumber(profileOf(manner).natPrefix, protocol)
  return [entryOf({ prefixLength, mtu: mtuOf(manner), nbma, protocol })]
}

export interface ResolutionAnswer extends Manner {
  /** Who answers: the way out itself, or a server that has somebody else registered. */
  readonly responder: Station
  /** Whom a server answers for; the responder itself where left out. */
  readonly client?: Station | undefined
  /** Of the network the answer is good for; the whole target where left out. */
  readonly prefixLength?: number | undefined
  /** Seconds the answer is good for; the client's where left out. */
  readonly holdingTime?: number | undefined
  /** Other than 0: there is no answer. */
  readonly code?: number | undefined
}

/** The answer to a request: one entry, and the responder's record. */
export function resolutionReply(to: NhrpExchange, answer: ResolutionAnswer): NhrpExchange {
  const { responder, code = cieCode.success } = answer
  const { reply: habits, hopCount } = profileOf(answer)
  const refused = code !== cieCode.success
  const sets = refused ? habits.sets & ~resolutionFlag.destinationStable : habits.sets
  const nat = refused || answer.client !== undefined ? [] : natEntries(responder, answer)
  return reply(to, 'resolution-reply', {
    hopCount: hopCount.reply,
    flags: (to.flags & habits.copies) | sets,
    // RFC 2332 §5.2.2: all but the code of a refusal is zero.
    entries: [refused ? entryOf({ code }) : clientEntry(to, answer)],
    extensions: to.extensions.map(each => {
      if (each.kind === 'responder-address') return { ...each, entries: [recordOfStation(responder, answer)] }
      return each.kind === 'nat-address' ? { ...each, entries: nat } : each
    }),
  })
}

function clientEntry(to: NhrpExchange, answer: ResolutionAnswer): Cie {
  const { responder, client } = answer
  const target = to.destinationProtocol as Ip
  const station = client ?? responder
  const isOwn = client === undefined && profileOf(answer).reply.client === 'target'
  return entryOf({
    prefixLength: answer.prefixLength ?? widthOf(target),
    mtu: mtuOf(answer),
    holdingTime: answer.holdingTime ?? holdingTimeOf(station, answer),
    nbma: ipv4From(station.nbma),
    protocol: isOwn ? target : ipOf(station.protocol),
  })
}
