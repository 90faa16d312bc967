/** Purge Request and Reply, RFC 2332 §5.2.5 and §5.2.6, as implementations write them. */
import { type NhrpExchange, purgeFlag } from '@dmvpn/protocols'
import { type Ip, ipOf, type Spelled, widthOf } from '../addresses.ts'
import { extensionsOf } from '../extensions.ts'
import { entryOf, type Manner, mtuOf, profileOf, recordOfStation, type Station } from '../station.ts'
import { reply, request } from './exchange.ts'

export interface PurgeOptions extends Manner {
  /** Who takes back what was told. */
  readonly from: Station
  /** The tunnel address of who was told. */
  readonly to: Spelled<Ip>
  /** What is no longer reached. */
  readonly address: Spelled<Ip>
  /** Written where the manner writes one; the whole address where left out. */
  readonly prefixLength?: number | undefined
  readonly requestId?: number | undefined
  /** Whether a reply is wanted: yes where left out. */
  readonly wantsReply?: boolean | undefined
}

/** A station takes back a mapping. Throws RangeError where a fact does not fit. */
export function purgeRequest(options: PurgeOptions): NhrpExchange {
  const { from, requestId = 1, wantsReply = true } = options
  const { purge, hopCount } = profileOf(options)
  const address = ipOf(options.address)
  return request('purge-request', from, ipOf(options.to), {
    hopCount: hopCount.purge,
    flags: wantsReply ? 0 : purgeFlag.noReply,
    requestId,
    entries: [
      entryOf({
        prefixLength: purge.prefix === 'zero' ? 0 : (options.prefixLength ?? widthOf(address)),
        mtu: purge.mtu === 'zero' ? 0 : mtuOf(options),
        protocol: address,
      }),
    ],
    extensions: extensionsOf(options, purge.extensions),
  })
}

export interface PurgeAnswer extends Manner {
  /** Who was told, and has forgotten now. */
  readonly by: Station
}

/** The confirmation of a purge: the request once more, with the responder's record where it was asked for. */
export function purgeReply(to: NhrpExchange, answer: PurgeAnswer): NhrpExchange {
  return reply(to, 'purge-reply', {
    hopCount: profileOf(answer).hopCount.reply,
    extensions: to.extensions.map(each =>
      each.kind === 'responder-address' ? { ...each, entries: [recordOfStation(answer.by, answer)] } : each,
    ),
  })
}
