/**
 * NHRP transactions: which reply answers which request on which link, what was sent again, what was passed on, which
 * indication led to which resolution, and what an error is about. Bounded in memory and in age.
 *
 * A capture may hold a packet several times: as every station passed it on (one hop less), and as every interface saw
 * it. Files of several interfaces are not in time order, so every relation is looked for from both of its ends.
 */
import type { Frame, Layer, Nhrp, PacketCursor } from '@dmvpn/protocols'
import { Ends, foldAddress, spread } from './ends.ts'
import { type Exchange, exchangeKind, isReply, isRequest, keyOf, resolutionKind, type Sighting } from './exchange.ts'
import type { ExchangeForesight, Relation } from './exchange-foresight.ts'
import { identityOf, printOf } from './exchange-identity.ts'
import { showSighting } from './exchange-show.ts'
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

/** An indication leads to a resolution at once: nanoseconds that it may take. */
const indicationAge = 5e9
/** How long after a packet an error about it may come: an error storm knows no pause, a busy router some. */
const errorAge = 10e9

/** NHRP's fixed part: where the checksum and the size stand. */
const sizeAt = 10

export class Exchanges {
  /** Told of every exchange when it is let go. */
  settled: ((exchange: Exchange) => void) | undefined = undefined
  private readonly limits: ExchangeLimits
  private readonly kept: ExchangeForesight | undefined
  private readonly known: ExchangeForesight | undefined
  /** By identity, in the order of their beginning. */
  private readonly table = new Map<number, Exchange>()
  /** The latest indication by what it is about and whom it was sent to. */
  private readonly indications = new Map<number, Sighting>()
  private readonly ends = new Ends()
  /** The present frame's packets, and how many of them the present walk has passed. */
  private readonly found: Sighting[] = []
  private passed = 0
  private frame = 0
  private count = 0
  /** The interface that saw the present frame. */
  private seenBy = 0

  constructor(kept?: ExchangeForesight, known?: ExchangeForesight, limits: Partial<ExchangeLimits> = {}) {
    this.kept = kept
    this.known = known
    this.limits = { ...usualLimits, ...limits }
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

  /** Takes in a packet that was read to its end, and shows what is known of it. */
  take(c: PacketCursor, layer: Layer, packet: Nhrp, frame: Frame, now: number): void {
    let sighting = this.found[this.passed++]
    if (sighting === undefined) {
      sighting = this.see(c, layer, packet, frame, now)
      this.found.push(sighting)
    }
    if (c.witness !== undefined) showSighting(c, sighting, this.known)
  }

  /** Lets go of the exchanges, oldest first, that nothing can belong to any more. `now` is in nanoseconds. */
  expire(now: number): void {
    for (const [identity, exchange] of this.table) {
      if (now - exchange.latest <= this.limits.age) return
      this.table.delete(identity)
      this.settled?.(exchange)
    }
  }

  /** Lets go of every exchange: the capture is over. */
  finish(): void {
    for (const exchange of this.table.values()) this.settled?.(exchange)
    this.table.clear()
  }

  private see(c: PacketCursor, layer: Layer, packet: Nhrp, frame: Frame, now: number): Sighting {
    const { ends } = this
    const at = layer.at + c.origin
    const enclosed = ends.read(frame, frame.layers.length - 1)
    const sighting: Sighting = {
      ordinal: this.count++,
      frame: this.frame,
      time: now,
      type: packet.type,
      hopCount: packet.hopCount,
      print: c.view.getUint32(at + sizeAt),
      source: enclosed ? ends.source : undefined,
      destination: enclosed ? ends.destination : undefined,
      // Systems that number nothing send 0.
      identification: ends.identification > 0 ? ends.identification : -1,
      interface: this.seenBy,
      quote: 'quote' in packet ? printOf(packet.quote, 0, packet.quote.length) : 0,
      code: codeOf(packet),
      wantsReply: packet.kind !== 'purge-request' || (packet.flags & noReply) === 0,
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
    const exchange = this.exchangeOf(identityOf(c.bytes, at, c.end), packet, now)
    this.relate(sighting, packet, exchange)
    const { sightings, keys, times } = exchange
    if (sightings.length >= this.limits.sightings) {
      sightings.shift()
      keys.shift()
      times.shift()
      if (exchange.firstOpen > 0) exchange.firstOpen--
    }
    sightings.push(sighting)
    times.push(now)
    keys.push(keyOf(sighting.type, sighting.hopCount))
    if (isReply(sighting.type) && sighting.responseTo === undefined) exchange.hasOpenReply = true
    if (now > exchange.latest) exchange.latest = now
    return sighting
  }

  private exchangeOf(identity: number, packet: Nhrp, now: number): Exchange {
    const { table, limits } = this
    const known = table.get(identity)
    if (known !== undefined) {
      if (now - known.latest <= limits.age) return known
      table.delete(identity)
      this.settled?.(known)
    }
    if (table.size >= limits.exchanges) this.forgetOldest()
    const exchange: Exchange = {
      kind: exchangeKind(packet.type),
      requestId: 'requestId' in packet ? packet.requestId : undefined,
      sourceNbma: packet.sourceNbma,
      sourceProtocol: packet.sourceProtocol,
      destinationProtocol: packet.destinationProtocol,
      sightings: [],
      keys: [],
      times: [],
      firstOpen: 0,
      hasOpenReply: false,
      latest: now,
    }
    table.set(identity, exchange)
    return exchange
  }

  private forgetOldest(): void {
    for (const [identity, exchange] of this.table) {
      this.table.delete(identity)
      this.settled?.(exchange)
      return
    }
  }

  private relate(sighting: Sighting, packet: Nhrp, exchange: Exchange): void {
    const original = duplicateIn(exchange, sighting)
    if (original !== undefined) {
      sighting.duplicateOf = original
      return
    }
    const predecessor = predecessorIn(exchange, sighting)
    if (predecessor !== undefined) this.link(sighting, predecessor, 'forwardedFrom', 'forwardedAs')
    const successor = successorIn(exchange, sighting)
    if (successor !== undefined) this.link(successor, sighting, 'forwardedFrom', 'forwardedAs')
    if (isRequest(packet.type)) this.relateRequest(sighting, packet, exchange)
    else if (isReply(packet.type)) this.answer(sighting, exchange)
    else if (packet.kind === 'error-indication') this.relateError(sighting, packet.quote)
    else if (packet.kind === 'traffic-indication') this.noteIndication(sighting, packet.quote)
  }

  private relateRequest(sighting: Sighting, packet: Nhrp, exchange: Exchange): void {
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
    if (exchangeKind(packet.type) !== resolutionKind || sighting.forwardedFrom !== undefined) return
    const indication = this.indicationFor(sighting, packet)
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
    const about = this.table.get(identityOf(quote, 0, quote.length))
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

  private noteIndication(indication: Sighting, quote: Uint8Array): void {
    const { indications } = this
    const target = targetOf(quote)
    if (target === undefined) return
    if (indications.size >= this.limits.exchanges) {
      for (const oldest of indications.keys()) {
        indications.delete(oldest)
        break
      }
    }
    const place = target ^ (indication.destination === undefined ? 0 : spread(foldAddress(indication.destination)))
    indications.delete(place)
    indications.set(place, indication)
  }

  private indicationFor(request: Sighting, { destinationProtocol }: Nhrp): Sighting | undefined {
    if (typeof destinationProtocol !== 'number' && typeof destinationProtocol !== 'bigint') return undefined
    const target = spread(foldAddress(destinationProtocol))
    const place = target ^ (request.source === undefined ? 0 : spread(foldAddress(request.source)))
    const indication = this.indications.get(place)
    if (indication === undefined) return undefined
    const after = request.time - indication.time
    return after >= 0 && after <= indicationAge ? indication : undefined
  }

  private link(a: Sighting, b: Sighting, forth: Relation, back: Relation): void {
    this.set(a, forth, b)
    if (b[back] === undefined) this.set(b, back, a)
  }

  /** Sets a relation; what comes too late to be shown with its frame is kept for a second pass. */
  private set(sighting: Sighting, relation: Relation, other: Sighting): void {
    sighting[relation] = other
    if (sighting.frame !== this.frame) this.kept?.keep(sighting, relation, other)
  }
}

/** RFC 2332 §5.2.5: no purge reply is wanted. */
const noReply = 0x8000

function codeOf(packet: Nhrp): number {
  if (packet.kind === 'error-indication') return packet.errorCode
  if (!('entries' in packet) || !isReply(packet.type)) return 0
  for (const { code } of packet.entries) if (code !== 0) return code
  return 0
}

/** The destination of a quoted IP packet, in 32 bits. */
function targetOf(quote: Uint8Array): number | undefined {
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength)
  const version = quote.length === 0 ? 0 : quote[0]! >>> 4
  if (version === 4 && quote.length >= 20) return spread(view.getUint32(16))
  if (version !== 6 || quote.length < 40) return undefined
  return spread((view.getUint32(24) ^ view.getUint32(28) ^ view.getUint32(32) ^ view.getUint32(36)) >>> 0)
}
