/** One router of a log, while its lines go by. */
import type { LogLine } from './log-line.ts'
import type { PrintedPacket } from './printed-packet.ts'

/** A line that may go on in the next one. */
export interface Unfinished {
  readonly line: LogLine
  readonly expected: string
  /** How the pieces may have been together: with a space where they were cut, or without. */
  readonly candidates: readonly string[]
  readonly pieces: number
}

/** What is known while one router's lines go by. */
export interface Speaker {
  open: PrintedPacket | undefined
  /** The last packet, whose fate the next lines tell. */
  last: PrintedPacket | undefined
  unfinished: Unfinished | undefined
  /** The last line of the packet, which a cut may have left readable. */
  previous: string
  /** Where the next packet that is sent goes to. */
  nbma: number | undefined
  /** The server that data were sent to while their way is asked for. */
  server: number | bigint | undefined
  attempted: { readonly via: 'DEST' | 'NHS'; readonly address: number | bigint } | undefined
}

/** A router that has said nothing yet. */
export function silent(): Speaker {
  return {
    open: undefined,
    last: undefined,
    unfinished: undefined,
    previous: '',
    nbma: undefined,
    server: undefined,
    attempted: undefined,
  }
}
