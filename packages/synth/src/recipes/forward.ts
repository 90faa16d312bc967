/** What a next hop server makes of a message it passes on, RFC 2332 §5.3.2 and §5.3.3. */
import type { Nhrp } from '@dmvpn/protocols'
import { authenticationOf } from '../extensions.ts'
import { type Manner, recordOfStation, type Station } from '../station.ts'

/**
 * One hop less, the server's record in the transit extension of the direction where there is one, the password renewed.
 * Throws RangeError where no hop is left.
 */
export function forwarded<M extends Nhrp>(message: M, by: Station, manner: Manner): M {
  if (message.hopCount === 0) throw new RangeError('no hop is left: the message cannot be forwarded')
  const transit = message.kind.endsWith('-reply') ? 'reverse-transit' : 'forward-transit'
  const record = recordOfStation(by, manner)
  return {
    ...message,
    hopCount: message.hopCount - 1,
    extensions: message.extensions.map(each => {
      if (each.kind === transit) return { ...each, entries: [...each.entries, record] }
      return each.kind === 'authentication' ? (authenticationOf(manner) ?? each) : each
    }),
  }
}
