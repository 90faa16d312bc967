/** Requests of NHRP with what became of them: when each was answered, how often it was sent, what was refused. */
import { cieCodeNames, errorCodeNames } from '@dmvpn/protocols'
import { type Address, formatHex, hostText } from '@dmvpn/wire'
import {
  type Exchange,
  isReply,
  isRequest,
  registrationKind,
  resolutionKind,
  type Sighting,
} from '../session/exchange.ts'

/** What became of a request; `no reply wanted` is said by a purge itself. */
export type NhrpOutcome = 'answered' | 'refused' | 'unanswered' | 'no reply wanted'

/** A request with all its transmissions, for JSON. */
export interface NhrpTransaction {
  /** The capture it is in, where several were counted. */
  readonly file?: string
  readonly request: 'resolution' | 'registration' | 'purge'
  /** The frame of its first transmission. */
  readonly frame: number
  readonly requestId: number
  readonly sourceNbma: string
  readonly sourceProtocol: string
  readonly destinationProtocol: string
  /** How often its station sent it. */
  readonly tries: number
  /** Over how many further links it was seen. */
  readonly forwarded: number
  readonly outcome: NhrpOutcome
  /** The frame of the reply or Error Indication. */
  readonly responseFrame?: number
  /** Seconds from the first transmission to the response. */
  readonly latency?: number
  /** The reply's code, or the first of a client that is no success; in words. An Error Indication's where there is one. */
  readonly code?: string
}

/** Transactions listed at most, and counted beyond. */
const most = 1 << 16

const perSecond = 1e9

export class NhrpTransactions {
  /** Each with the number of its capture, from 0. */
  readonly list: { readonly capture: number; readonly transaction: NhrpTransaction }[] = []
  /** Those that are counted alone. */
  unlisted = 0
  /** Replies whose request is not in the capture. */
  unasked = 0

  /** Takes in an exchange that is over. */
  add(exchange: Exchange, capture: number): void {
    // A station that asks again after it was answered begins anew.
    const groups = new Map<Sighting, Sighting[]>()
    for (const each of exchange.sightings) {
      if (each.duplicateOf !== undefined) continue
      if (isReply(each.type) && each.responseTo === undefined) this.unasked++
      if (!isRequest(each.type) || each.forwardedFrom !== undefined) continue
      const together = each.responseIn ?? each.errorIn ?? each.retransmissionOf ?? each
      const group = groups.get(together) ?? []
      group.push(each)
      groups.set(together, group)
    }
    for (const group of groups.values()) {
      if (this.list.length < most) this.list.push({ capture, transaction: transactionOf(exchange, group) })
      else this.unlisted++
    }
  }
}

function transactionOf(exchange: Exchange, sent: readonly Sighting[]): NhrpTransaction {
  const { kind, requestId, sourceNbma, sourceProtocol, destinationProtocol } = exchange
  const [first] = sent as readonly [Sighting, ...Sighting[]]
  const error = errorOf(first)
  const response = first.responseIn ?? error
  return {
    request: kind === resolutionKind ? 'resolution' : kind === registrationKind ? 'registration' : 'purge',
    frame: first.frame,
    requestId: requestId ?? 0,
    sourceNbma: addressText(sourceNbma),
    sourceProtocol: addressText(sourceProtocol),
    destinationProtocol: addressText(destinationProtocol),
    tries: sent.length,
    forwarded: copiesOf(first),
    outcome: outcomeOf(first, response),
    ...(response === undefined
      ? {}
      : {
          responseFrame: response.frame,
          latency: Math.max(0, response.time - first.time) / perSecond,
          code: codeText(response.code, response === error),
        }),
  }
}

function outcomeOf(request: Sighting, response: Sighting | undefined): NhrpOutcome {
  if (response !== undefined) return response === request.responseIn && response.code === 0 ? 'answered' : 'refused'
  return request.wantsReply ? 'unanswered' : 'no reply wanted'
}

/** The error about a request, or about one of its copies further on. */
function errorOf(request: Sighting): Sighting | undefined {
  if (request.responseIn !== undefined) return undefined
  for (const each of way(request)) if (each.errorIn !== undefined) return each.errorIn
  return undefined
}

function copiesOf(request: Sighting): number {
  let copies = -1
  for (const _ of way(request)) copies++
  return copies
}

/** A packet and its copies on the links behind: hop counts fall, so there are at most 255. */
function* way(packet: Sighting): Generator<Sighting> {
  for (let each: Sighting | undefined = packet; each !== undefined; each = each.forwardedAs) yield each
}

function codeText(code: number, isError: boolean): string {
  return (isError ? errorCodeNames : cieCodeNames).nameOf(code) ?? `code ${code}`
}

/** An address of NHRP in words. */
export function addressText(address: Address | undefined): string {
  if (address === undefined) return 'no address'
  return address instanceof Uint8Array ? formatHex(address, ':') : hostText(address)
}
