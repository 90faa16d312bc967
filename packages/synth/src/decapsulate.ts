/** Out of the tunnel: what a frame carries behind GRE, or behind opened ESP, as a frame of its own. */
import { esp, ethernet, type Frame, gre, ipv4, ipv6, type Layer, raw } from '@dmvpn/protocols'
import type { SynthFrame } from './compose.ts'
import { linkTypeOf } from './encapsulate.ts'

/** What was carried. */
export interface Decapsulated extends SynthFrame {
  /** Octets it had on the wire, those that the capture cut off included. */
  readonly originalLength: number
}

/**
 * The IP packet behind the outermost GRE header (an Ethernet frame, where GRE bridges), or the one in a security
 * association's tunnel; undefined where there is none: control messages, keepalives, what nobody opened. `missing` says
 * how many octets of the frame the capture cut off.
 */
export function decapsulated(frame: Frame, missing = 0): Decapsulated | undefined {
  const carried =
    carriedBy(frame, layer => layer.protocol === gre) ?? carriedBy(frame, ({ protocol }) => protocol === esp)
  if (carried === undefined) return undefined
  const { protocol, at, end, source } = carried
  const bytes = frame.sourceBytes(source).slice(at, end)
  const linkType = linkTypeOf(protocol === ethernet ? ethernet : raw)
  return { linkType, bytes, originalLength: bytes.length + (source === 0 ? missing : 0) }
}

function carriedBy(frame: Frame, isTunnel: (layer: Layer) => boolean): Layer | undefined {
  const index = frame.layers.findIndex(isTunnel)
  const next = index < 0 ? undefined : frame.layers[index + 1]
  const isPacket = next?.protocol === ipv4 || next?.protocol === ipv6 || next?.protocol === ethernet
  return isPacket ? next : undefined
}
