/** Echo requests and their replies, paired as tshark pairs them: addresses, identifier, sequence number and checksum. */
import type { EchoFields, PacketCursor } from '@dmvpn/protocols'
import type { Ipv4, Ipv6 } from '@dmvpn/wire'
import { Ends, foldAddress, spread } from './ends.ts'
import type { Ledger } from './ledger.ts'

interface Echo {
  readonly requester: Ipv4 | Ipv6
  readonly responder: Ipv4 | Ipv6
  /** Identifier and sequence number. */
  readonly word: number
  /** The checksum its reply has. */
  readonly sum: number
  readonly frame: number
  readonly time: number
  /** Which request of the capture this is, from 0. */
  readonly ordinal: number
  /** The frame of the reply; 0 before it came. */
  response: number
}

/** Requests remembered at most: the oldest are forgotten first. */
const most = 1 << 16

export class EchoPairs {
  private readonly fields: EchoFields
  /** The type of a request; a reply's is `replyType`. */
  private readonly requestType: number
  private readonly replyType: number
  private readonly table = new Map<number, Echo>()
  private readonly ends = new Ends()
  private readonly kept: Ledger | undefined
  private readonly known: Ledger | undefined
  private requests = 0

  constructor(
    fields: EchoFields,
    types: readonly [request: number, reply: number],
    kept: Ledger | undefined,
    known: Ledger | undefined,
  ) {
    this.fields = fields
    this.requestType = types[0]
    this.replyType = types[1]
    this.kept = kept
    this.known = known
  }

  /** A message at `start`: 8 octets of it are there. */
  take(c: PacketCursor, start: number, now: number, frame: number): void {
    const type = c.view.getUint8(start)
    if (type === this.requestType) this.request(c, start, now, frame)
    else if (type === this.replyType) this.reply(c, start, now, frame)
  }

  private request(c: PacketCursor, start: number, now: number, frame: number): void {
    const { table, ends, fields } = this
    ends.read(c.frame, c.frame.layers.length)
    const { source, destination } = ends
    const word = c.view.getUint32(start + 4)
    const sum = this.sumOfReply(c.view.getUint16(start + 2))
    const place = placeOf(source, destination, word, sum)
    let echo = table.get(place)
    if (echo?.frame !== frame) {
      if (echo === undefined && table.size >= most) forgetOldest(table)
      const ordinal = this.requests++
      echo = { requester: source, responder: destination, word, sum, frame, time: now, ordinal, response: 0 }
      table.set(place, echo)
    }
    if (c.witness === undefined || this.known === undefined) return
    const response = this.known.at(echo.ordinal)
    if (response > 0) c.show(fields.responseIn, response)
    else {
      c.show(fields.noResponse, undefined)
      c.below()
      c.note(fields.notFound, fields.unanswered)
      c.close()
    }
  }

  private reply(c: PacketCursor, start: number, now: number, frame: number): void {
    const { ends, fields } = this
    ends.read(c.frame, c.frame.layers.length)
    const { source, destination } = ends
    const word = c.view.getUint32(start + 4)
    const sum = canonical(c.view.getUint16(start + 2))
    const echo = this.table.get(placeOf(destination, source, word, sum))
    if (echo === undefined || echo.word !== word || echo.sum !== sum) return
    if (echo.requester !== destination || echo.responder !== source) return
    if (echo.response === 0) {
      echo.response = frame
      this.kept?.write(echo.ordinal, frame)
    }
    if (echo.response !== frame || c.witness === undefined) return
    c.show(fields.responseTo, echo.frame)
    c.show(fields.time, (now - echo.time) / 1e6)
  }

  /** The reply differs from its request by its type alone, and so does its checksum (RFC 1624). */
  private sumOfReply(sum: number): number {
    const difference = (this.requestType - this.replyType) << 8
    const changed = sum + difference
    return canonical(((changed & 0xffff) + (changed >> 16)) & 0xffff)
  }
}

/** Ones' complement has two zeros. */
function canonical(sum: number): number {
  return sum === 0xffff ? 0 : sum
}

function placeOf(requester: Ipv4 | Ipv6, responder: Ipv4 | Ipv6, word: number, sum: number): number {
  const between = spread(foldAddress(requester)) ^ Math.imul(spread(foldAddress(responder)), 0x9e3779b1)
  return (between ^ spread(word ^ Math.imul(sum, 0x85ebca6b))) >>> 0
}

function forgetOldest(table: Map<number, Echo>): void {
  for (const oldest of table.keys()) {
    table.delete(oldest)
    return
  }
}
