/** The NHRP exchanges that packets may still belong to, bounded in number and in age. */
import { type Exchange, exchangeKind } from './exchange.ts'
import type { Message } from './exchange-message.ts'

export class ExchangeTable {
  /** Told of every exchange when it is let go. */
  settled: ((exchange: Exchange) => void) | undefined = undefined
  /** By identity, in the order of their beginning. */
  private readonly exchanges = new Map<number, Exchange>()
  private readonly most: number
  private readonly age: number

  /** At most so many are held, and each for so many nanoseconds behind its latest packet. */
  constructor(most: number, age: number) {
    this.most = most
    this.age = age
  }

  /** The exchange of this identity, as long as it is held. */
  find(identity: number): Exchange | undefined {
    return this.exchanges.get(identity)
  }

  /** The exchange that a message belongs to: one of this identity that is not too old, or a new one. */
  of(identity: number, message: Message, now: number): Exchange {
    const { exchanges } = this
    const known = exchanges.get(identity)
    if (known !== undefined) {
      if (now - known.latest <= this.age) return known
      this.release(identity, known)
    }
    if (exchanges.size >= this.most) this.releaseOldest()
    const exchange = begun(message, now)
    exchanges.set(identity, exchange)
    return exchange
  }

  /** Lets go of the exchanges, oldest first, that nothing can belong to any more. */
  expire(now: number): void {
    for (const [identity, exchange] of this.exchanges) {
      if (now - exchange.latest <= this.age) return
      this.release(identity, exchange)
    }
  }

  /** Lets go of every exchange. */
  finish(): void {
    for (const exchange of this.exchanges.values()) this.settled?.(exchange)
    this.exchanges.clear()
  }

  private releaseOldest(): void {
    for (const [identity, exchange] of this.exchanges) {
      this.release(identity, exchange)
      return
    }
  }

  private release(identity: number, exchange: Exchange): void {
    this.exchanges.delete(identity)
    this.settled?.(exchange)
  }
}

function begun({ type, requestId, sourceNbma, sourceProtocol, destinationProtocol }: Message, now: number): Exchange {
  return {
    kind: exchangeKind(type),
    requestId,
    sourceNbma,
    sourceProtocol,
    destinationProtocol,
    sightings: [],
    keys: [],
    times: [],
    firstOpen: 0,
    hasOpenReply: false,
    latest: now,
    marks: 0,
  }
}
