/** How long to wait for an answer before asking again. */
import { type Span, seconds } from '../instant.ts'
import type { Retry } from '../profile.ts'
import type { RouterState } from '../router-state.ts'

/** The wait behind attempt number `attempts`, with the profile's jitter. */
export function retryAfter(router: RouterState, retry: Retry, attempts: number): Span {
  const nominal = retry.waits[Math.min(attempts, retry.waits.length) - 1] ?? 1
  const factor = retry.jitter === 1 ? 1 : retry.jitter + (1 - retry.jitter) * router.random.fraction()
  return seconds(nominal * factor)
}
