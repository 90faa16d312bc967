/**
 * Cisco's GRE keepalive: a tunnel end sends its peer a packet that the peer routes straight back, because the inner
 * addresses are reversed. The innermost GRE header carries nothing and says protocol 0.
 *
 *  | IPv4 A → B | GRE 0800 | IPv4 B → A | GRE 0000 |
 */
import { type Field, generated } from '@dmvpn/wire'
import type { Frame } from '../frame.ts'
import type { Gre } from './gre.ts'

export const keepalive: Field = generated('gre.keepalive', 'Keepalive', 'boolean')

/** Whether a GRE header without payload, about to be the frame's next layer, is a keepalive on its way to the peer. */
export function isKeepalive(frame: Frame, key: number | undefined): boolean {
  const { layers } = frame
  const inner = layers.at(-1)
  const carrier = layers.at(-2)
  const outer = layers.at(-3)
  if (inner === undefined || carrier === undefined || outer === undefined) return false
  if (carrier.protocol.name !== 'gre' || (carrier.packet as Gre).key !== key) return false
  const there = outer.protocol.endpoints?.(outer.packet)
  const back = inner.protocol.endpoints?.(inner.packet)
  if (there === undefined || back === undefined || there.kind !== back.kind) return false
  return there.kind === 'ipv4' && there.source === back.destination && there.destination === back.source
}
