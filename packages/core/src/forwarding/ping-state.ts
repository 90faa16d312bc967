/** A ping that is under way. */
import type { Instant, Span } from '../instant.ts'
import type { Ip } from '../settings.ts'

export interface PingState {
  readonly id: number
  readonly destination: Ip
  readonly source: Ip | undefined
  readonly count: number
  readonly size: number
  readonly timeout: Span
  readonly interval: Span | undefined
  /** The sequence number of the next request. */
  sequence: number
  /** When each request left. */
  readonly sentAt: Instant[]
  /** Undefined while neither answered nor given up. */
  readonly answered: (boolean | undefined)[]
  readonly roundTrips: number[]
}
