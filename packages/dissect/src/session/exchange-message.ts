/** What of an NHRP packet tells which others it belongs to. */
import type { Nhrp } from '@dmvpn/protocols'
import type { Address } from '@dmvpn/wire'
import { isReply } from './exchange.ts'
import { printOf } from './exchange-identity.ts'

export interface Message {
  readonly type: number
  readonly hopCount: number
  readonly requestId: number | undefined
  readonly sourceNbma: Address | undefined
  readonly sourceProtocol: Address | undefined
  readonly destinationProtocol: Address | undefined
  /** The quoted packet of an indication; empty otherwise. */
  readonly quote: Uint8Array
  /** The code of a client information entry that is no success, or an Error Indication's; 0 otherwise. */
  readonly code: number
  /** Whether its sender waits for a reply. */
  readonly wantsReply: boolean
}

export const nothingQuoted: Uint8Array = new Uint8Array(0)

/** RFC 2332 §5.2.5: no purge reply is wanted. */
const noReply = 0x8000

/** The message of a packet. */
export function messageOf(packet: Nhrp): Message {
  return {
    type: packet.type,
    hopCount: packet.hopCount,
    requestId: 'requestId' in packet ? packet.requestId : undefined,
    sourceNbma: packet.sourceNbma,
    sourceProtocol: packet.sourceProtocol,
    destinationProtocol: packet.destinationProtocol,
    quote: 'quote' in packet ? packet.quote : nothingQuoted,
    code: codeOf(packet),
    wantsReply: wantsReply(packet),
  }
}

/** Whether the sender of a packet waits for a reply. */
export function wantsReply(packet: Nhrp): boolean {
  return packet.kind !== 'purge-request' || (packet.flags & noReply) === 0
}

function codeOf(packet: Nhrp): number {
  if (packet.kind === 'error-indication') return packet.errorCode
  if (!('entries' in packet) || !isReply(packet.type)) return 0
  for (const { code } of packet.entries) if (code !== 0) return code
  return 0
}

/** 32 bits of what a message quotes; 0 where it quotes nothing. */
export function quoteOf({ quote }: Message): number {
  return quote === nothingQuoted ? 0 : printOf(quote, 0, quote.length)
}
