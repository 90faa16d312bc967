/** Whether a message has the tunnel's key: clear text, octet for octet. */
import { type Nhrp, spells } from '@dmvpn/protocols'
import type { RouterState } from '../router-state.ts'
import type { TunnelState } from '../tunnel/tunnel-state.ts'

/** A tunnel without key takes messages with one; error indications of most carry none (RFC 2332 §5.2.7). */
export function hasRightKey(router: RouterState, tunnel: TunnelState, message: Nhrp): boolean {
  const { authentication } = tunnel.nhrp
  if (authentication === undefined) return true
  const given = message.extensions.find(each => each.kind === 'authentication')
  if (given === undefined) return message.kind === 'error-indication' && !router.profile.error.needsKey
  return given.form === 'cleartext' && spells(given.key, authentication)
}
