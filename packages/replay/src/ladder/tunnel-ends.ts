/** Which frames belong to a tunnel, and between whom they went: the outermost addresses count. */
import { esp, type Frame, gre, isakmp, nhrp } from '@dmvpn/protocols'
import { addressText } from './station-table.ts'

export interface TunnelEnds {
  readonly from: string
  /** A capture taken on a tunnel interface of Linux's names the sender alone. */
  readonly to: string | undefined
}

const tunnelProtocols: ReadonlySet<unknown> = new Set([gre, esp, isakmp, nhrp])

/** The ends of a frame of the tunnel; undefined for every other frame. */
export function tunnelEndsOf(frame: Frame): TunnelEnds | undefined {
  const { layers, stoppedIn } = frame
  let ends: TunnelEnds | undefined
  let inTunnel = stoppedIn !== undefined && tunnelProtocols.has(stoppedIn)
  for (let i = 0; i < layers.length; i++) {
    const { protocol, packet } = layers[i]!
    if (tunnelProtocols.has(protocol)) inTunnel = true
    if (ends !== undefined) continue
    const found = protocol.endpoints?.(packet)
    if (found === undefined || found.kind === 'mac' || found.kind === 'none' || found.source === undefined) continue
    ends = { from: addressText(found.source)!, to: addressText(found.destination) }
    // No IP header, and yet an IP address: a tunnel interface.
    if (found.destination === undefined) inTunnel = true
  }
  return inTunnel ? ends : undefined
}
