/**
 * NHRP transactions: which reply answers which request on which link, what was sent again, what was passed on, which
 * indication led to which resolution, and what an error is about. Bounded in memory and in age.
 *
 * A capture may hold a packet several times: as every station passed it on (one hop less), and as every interface saw
 * it. Files of several interfaces are not in time order, so every relation is looked for from both of its ends.
 */
import type { Frame, Layer, Nhrp, PacketCursor } from '@dmvpn/protocols'
import type { FrameRecord } from '../frame-record.ts'
import { Ends } from './ends.ts'
import {
  type Exchange,
  errorKind,
  isReply,
  isRequest,
  keyOf,
  markOf,
  resolutionKind,
  type Sighting,
  trafficKind,
} from './exchange.ts'
import type { ExchangeForesight, Relation } from './exchange-foresight.ts'
import { identityOf } from './exchange-identity.ts'
import { type Message, messageOf, quoteOf } from './exchange-message.ts'
import { showSighting } from './exchange-show.ts'
import { ExchangeTable } from './exchange-table.ts'
import { Indications } from './indications.ts'
import type { MessagePlaces } from './message-places.ts'
import {
  duplicateIn,
  firstOpenIn,
  isOpen,
  predecessorIn,
  requestOf,
  type SightingList,
  sameSide,
  successorIn,
} from './sightings.ts'

export interface ExchangeLimits {
  /** Exchanges held. */
  readonly exchanges: number
  /** Packets held of one exchange. */
  readonly sightings: number
  /** Nanoseconds after the latest packet of an exchange: the longest interval of Cisco's back-off is 64 s. */
  readonly age: number
}

const usualLimits: ExchangeLimits = { exchanges: 16384, sightings: 64, age: 90e9 }

/** How long after a packet an error about it may come: an error storm knows no pause, a busy router some. */
const errorAge = 10e9

/** NHRP's fixed part: where the checksum and the size stand. */
const sizeAt = 10

export class Exchanges {
  private readonly table: ExchangeTable
  private readonly indications: Indications
  /** Packets held of one exchange. */
  private readonly most: number
  private readonly kept: ExchangeForesight | undefined
  private readonly ends = new Ends()
  /** The present frame's packets, and how many of them the present walk has passed. */
  private readonly found: Sighting[] = []
  private passed = 0
  private frame = 0
  private count = 0
  /** The interface that saw the present frame. */
  private seenBy = 0

  /** What is learnt of each packet goes into `kept`, for a second pass. */
  constructor(kept?: ExchangeForesight, limits: Partial<ExchangeLimits> = {}) {
    const { exchanges, sightings, age } = { ...usualLimits, ...limits }
    this.table = new ExchangeTable(exchanges, age)
    this.indications = new Indications(exchanges)
    this.most = sightings
    this.kept = kept
  }

  /** Told of every exchange when it is let go. */
  set settled(told: ((exchange: Exchange) => void) | undefined) {
    this.table.settled = told
  }

  /** The present frame's packets, outermost first. */
  get present(): readonly Sighting[] {
    return this.found
  }

  /** A walk of a frame begins: the same frame again changes nothing. */
  begin(frame: number, seenBy: number): void {
    this.passed = 0
    this.seenBy = seenBy
    if (frame === this.frame) return
    this.frame = frame
    if (this.found.length > 0) this.found.length = 0
  }

  /** Takes in a packet that was read to its end; `shows` what is known of it. */
  take(c: PacketCursor, layer: Layer, frame: Frame, now: number, shows: boolean): void {
    let sighting = this.found[this.passed++]
    if (sighting === undefined) {
      const { bytes, view, origin } = c
      const enclosed = this.ends.read(frame, frame.layers.length - 1)
      const message = messageOf(layer.packet as Nhrp)
      sighting = this.see(bytes, view, layer.at + origin, layer.end + origin, message, enclosed, now)
      this.found.push(sighting)
    }
    if (shows && c.witness !== undefined) showSighting(c, sighting)
  }

  /** Takes in the packet of a frame that is not walked, because it is known where everything is. */
  takeKnown({ buffer, view, start }: FrameRecord, places: MessagePlaces, now: number): void {
    const enclosed = places.readEnds(this.ends, view, start)
    const message = places.read(view, start)
    this.found.push(this.see(buffer, view, start + places.at, start + places.end, message, enclosed, now))
  }

  /** Lets go of the exchanges, oldest first, that nothing can belong to any more. `now` is in nanoseconds. */
  expire(now: number): void {
    this.table.expire(now)
  }

  /** Lets go of every exchange: the capture is over. */
  finish(): void {
    this.table.finish()
  }

  /** A packet in `[at, end)`; `enclosed` tells whether it has an IP header around it, with these `ends`. */
  private see(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    message: Message,
    enclosed: boolean,
    now: number,
  ): Sighting {
    const { ends } = this
    const sighting: Sighting = {
      ordinal: this.count++,
      frame: this.frame,
      time: now,
      type: message.type,
      hopCount: message.hopCount,
      print: view.getUint32(at + sizeAt),
      source: enclosed ? ends.source : undefined,
      destination: enclosed ? ends.destination : undefined,
      // Systems that number nothing send 0.
      identification: ends.identification > 0 ? ends.identification : -1,
      interface: this.seenBy,
      quote: quoteOf(message),
      code: message.code,
      wantsReply: message.wantsReply,
      duplicateOf: undefined,
      retransmissionOf: undefined,
      responseIn: undefined,
      responseTo: undefined,
      forwardedFrom: undefined,
      forwardedAs: undefined,
      indicationIn: undefined,
      resolutionIn: undefined,
      errorTo: undefined,
      errorIn: undefined,
    }
    const exchange = this.table.of(identityOf(bytes, at, end), message, now)
    this.relate(sighting, message, exchange)
    const { sightings, keys, times } = exchange
    if (sightings.length >= this.most) {
      sightings.shift()
      keys.shift()
      times.shift()
      if (exchange.firstOpen > 0) exchange.firstOpen--
    }
    sightings.push(sighting)
    times.push(now)
    const key = keyOf(sighting.type, sighting.hopCount)
    keys.push(key)
    exchange.marks |= markOf(key)
    if (isReply(sighting.type) && sighting.responseTo === undefined) exchange.hasOpenReply = true
    if (now > exchange.latest) exchange.latest = now
    return sighting
  }

  private relate(sighting: Sighting, message: Message, exchange: Exchange): void {
    const original = duplicateIn(exchange, sighting)
    if (original !== undefined) {
      sighting.duplicateOf = original
      this.kept?.keepDuplicate(sighting, original)
      return
    }
    const predecessor = predecessorIn(exchange, sighting)
    if (predecessor !== undefined) this.link(sighting, predecessor, 'forwardedFrom', 'forwardedAs')
    const successor = successorIn(exchange, sighting)
    if (successor !== undefined) this.link(successor, sighting, 'forwardedFrom', 'forwardedAs')
    const { type, quote } = message
    if (isRequest(type)) this.relateRequest(sighting, message, exchange)
    else if (isReply(type)) this.answer(sighting, exchange)
    else if (exchange.kind === errorKind) this.relateError(sighting, quote)
    else if (exchange.kind === trafficKind) this.indications.add(sighting, quote)
  }

  private relateRequest(sighting: Sighting, message: Message, exchange: Exchange): void {
    const { sightings } = exchange
    for (let i = 0; i < sightings.length; i++) {
      const other = sightings[i]!
      if (other.duplicateOf !== undefined) continue
      if (isRequest(other.type) && sameSide(other, sighting) && other.time < sighting.time) {
        this.set(sighting, 'retransmissionOf', other.retransmissionOf ?? other)
        break
      }
    }
    if (exchange.hasOpenReply) this.answerOpen(sighting, exchange)
    if (exchange.kind !== resolutionKind || sighting.forwardedFrom !== undefined) return
    const indication = this.indications.before(sighting, message.destinationProtocol)
    if (indication !== undefined) this.link(sighting, indication, 'indicationIn', 'resolutionIn')
  }

  /** Replies that the file has before their request. */
  private answerOpen(request: Sighting, exchange: Exchange): void {
    const sightings = [...exchange.sightings, request]
    const keys = [...exchange.keys, keyOf(request.type, request.hopCount)]
    const times = [...exchange.times, request.time]
    const list: SightingList = { sightings, keys, times, firstOpen: exchange.firstOpen }
    exchange.hasOpenReply = false
    for (const other of exchange.sightings) {
      if (!isReply(other.type) || other.duplicateOf !== undefined || other.responseTo !== undefined) continue
      this.answer(other, list)
      if (other.responseTo === undefined) exchange.hasOpenReply = true
    }
  }

  /** Finds what a reply answers: every copy that the same station sent on the same way before is answered by it. */
  private answer(reply: Sighting, list: SightingList): void {
    const { sightings } = list
    const request = requestOf(reply, list)
    if (request === undefined) return
    this.set(reply, 'responseTo', request)
    for (let i = firstOpenIn(list); i < sightings.length; i++) {
      const other = sightings[i]!
      if (!isOpen(other)) continue
      if (other === request || (sameSide(other, request) && other.time <= reply.time)) {
        this.set(other, 'responseIn', reply)
      }
    }
  }

  /** RFC 2332 §5.2.7: the quote begins with the offending packet's fixed part, and has its addresses. */
  private relateError(error: Sighting, quote: Uint8Array): void {
    const about = this.table.find(identityOf(quote, 0, quote.length))
    if (about === undefined) return
    let found: Sighting | undefined
    const type = quote[17]!
    for (let i = about.sightings.length - 1; i >= 0; i--) {
      const other = about.sightings[i]!
      if (other === error || other.type !== type || other.duplicateOf !== undefined) continue
      if (other.time > error.time || error.time - other.time > errorAge) continue
      // The error goes back to who sent the packet.
      if (error.destination !== undefined && other.source !== undefined && error.destination !== other.source) continue
      found = other
      break
    }
    if (found === undefined) return
    this.set(error, 'errorTo', found)
    for (const other of about.sightings) {
      if (other.duplicateOf !== undefined || other.errorIn !== undefined || other.responseIn !== undefined) continue
      if (other === found || (isRequest(type) && sameSide(other, found) && other.time <= found.time)) {
        this.set(other, 'errorIn', error)
      }
    }
  }

  private link(a: Sighting, b: Sighting, forth: Relation, back: Relation): void {
    this.set(a, forth, b)
    if (b[back] === undefined) this.set(b, back, a)
  }

  private set(sighting: Sighting, relation: Relation, other: Sighting): void {
    sighting[relation] = other
    this.kept?.keep(sighting, relation, other)
  }
}
