/** A packet as `debug nhrp packet` printed it: the fields that stand in the text, and nothing that does not. */
import type { Ip } from '@dmvpn/core'
import type { Ipv4 } from '@dmvpn/wire'
import type { PrintedKind } from '../debug-words.ts'
import type { LogTime } from './log-time.ts'

/** A client information entry, as far as it was printed. */
export interface PrintedEntry {
  readonly code: number
  prefixLength?: number
  mtu?: number
  holdingTime?: number
  preference?: number
  /** Octets of the addresses. */
  nbmaLength?: number
  subaddressLength?: number
  protocolLength?: number
  nbma?: Ip
  protocol?: Ip
}

/** An extension that `debug nhrp extension` printed. */
export interface PrintedExtension {
  readonly type: number
  readonly entries: PrintedEntry[]
  /** A secret. */
  password?: string
}

export interface PrintedPacket {
  /** Where the packet begins in the text, from 1. */
  readonly line: number
  readonly router: string | undefined
  readonly time: LogTime | undefined
  readonly verb: 'Send' | 'Receive' | 'Forwarding'
  readonly kind: PrintedKind
  readonly tunnel: string
  /** Octets, as printed. */
  readonly size: number
  /** The stations of this hop, tunnel addresses: not on Receive. */
  source?: Ip
  destination?: Ip
  addressFamily?: number
  /** `ar$pro.type`. */
  protocolType?: number
  hopCount?: number
  version?: number
  nbmaLength?: number
  subaddressLength?: number
  /** Only later releases print these two. */
  ownSize?: number
  extensionOffset?: number
  flags?: number
  requestId?: number
  /** Of an error or a traffic indication. */
  code?: number
  errorOffset?: number
  sourceNbma?: Ip
  sourceProtocol?: Ip
  destinationProtocol?: Ip
  readonly entries: PrintedEntry[]
  /** The packet that an indication quotes. */
  contents?: number[]
  /** Undefined where extensions are not printed. */
  extensions?: PrintedExtension[]
  /** The outside address that the lines around the packet name: where it goes to, or came from. */
  nbma?: Ipv4
  /** What the lines behind a packet say: it left; it found no way; nothing. */
  fate: 'out' | 'no encapsulation' | 'unknown'
}

/** A line that was not understood where a packet's line was expected, or a packet that lacks one. */
export interface LineFault {
  /** From 1. */
  readonly line: number
  /** What stands there. */
  readonly text: string
  /** In words: what was expected. */
  readonly expected: string
}
