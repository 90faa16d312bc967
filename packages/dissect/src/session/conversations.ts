/** Conversations between two ports of two addresses, whichever sends, numbered as they appear: tshark's stream numbers. */
import type { Ipv4, Ipv6 } from '@dmvpn/wire'
import { type Ends, foldAddress, spread } from './ends.ts'

export interface Conversation {
  readonly source: Ipv4 | Ipv6
  readonly destination: Ipv4 | Ipv6
  readonly sourcePort: number
  readonly destinationPort: number
  /** Which conversation of its protocol this is, from 0. */
  readonly index: number
  /** Nanoseconds since the capture's beginning: of its first frame, of the present one and the one before that. */
  readonly first: number
  last: number
  previous: number
  /** The present frame, so that walking it again changes nothing. */
  frame: number
  /** The first sequence numbers of both directions, -1 before they are known. */
  base: number
  baseBack: number
  /** Which connection with a segment of its own this is, from 0; -1 before one was seen. */
  ordinal: number
  /** Bits of `tcp.completeness`, now and before the present frame; -1 where its beginning was not seen. */
  events: number
  eventsBefore: number
  /** An older one of the same place in the table. */
  readonly older: Conversation | undefined
}

/** Conversations remembered at most; the oldest places are forgotten first. */
const most = 1 << 17

export class Conversations {
  /** How many there were. */
  count = 0
  private readonly table = new Map<number, Conversation>()

  /** The latest conversation between two ends; undefined where there is none. */
  find(ends: Ends, sourcePort: number, destinationPort: number): Conversation | undefined {
    const { source, destination } = ends
    let found = this.table.get(placeOf(ends, sourcePort, destinationPort))
    for (; found !== undefined; found = found.older) {
      if (isForward(found, source, sourcePort) && isBackward(found, destination, destinationPort)) return found
      if (isForward(found, destination, destinationPort) && isBackward(found, source, sourcePort)) return found
    }
    return undefined
  }

  /** Begins a conversation, also where there was one between these ends already. */
  begin(ends: Ends, sourcePort: number, destinationPort: number, now: number, frame: number): Conversation {
    const place = placeOf(ends, sourcePort, destinationPort)
    const conversation: Conversation = {
      source: ends.source,
      destination: ends.destination,
      sourcePort,
      destinationPort,
      index: this.count++,
      first: now,
      last: now,
      previous: now,
      frame,
      base: -1,
      baseBack: -1,
      ordinal: -1,
      events: -1,
      eventsBefore: -1,
      older: this.table.get(place),
    }
    if (conversation.older === undefined && this.table.size >= most) {
      for (const oldest of this.table.keys()) {
        this.table.delete(oldest)
        break
      }
    }
    this.table.set(place, conversation)
    return conversation
  }
}

/** Takes a frame into a conversation: once, however often it is walked. */
export function enter(conversation: Conversation, now: number, frame: number): void {
  if (conversation.frame === frame) return
  conversation.frame = frame
  conversation.previous = conversation.last
  conversation.last = now
  conversation.eventsBefore = conversation.events
}

/** Whether what comes from this end goes the way the conversation's first packet went. */
export function isForward(conversation: Conversation, source: Ipv4 | Ipv6, sourcePort: number): boolean {
  return conversation.source === source && conversation.sourcePort === sourcePort
}

function isBackward(conversation: Conversation, destination: Ipv4 | Ipv6, destinationPort: number): boolean {
  return conversation.destination === destination && conversation.destinationPort === destinationPort
}

/** The same for both directions. */
function placeOf({ source, destination }: Ends, sourcePort: number, destinationPort: number): number {
  const here = spread(foldAddress(source) ^ Math.imul(sourcePort, 0x9e3779b1))
  const there = spread(foldAddress(destination) ^ Math.imul(destinationPort, 0x9e3779b1))
  return (here + there) >>> 0
}
