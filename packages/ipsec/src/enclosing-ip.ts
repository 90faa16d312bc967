/** The IP packet around an ESP or AH layer of a frame. */
import type { Frame, Layer, PacketCursor } from '@dmvpn/protocols'
import { type Datagram, datagramIn } from './datagram.ts'

/** The IP packet an ESP or AH belongs to. */
export interface EnclosingIp {
  readonly bytes: Uint8Array
  readonly at: number
  readonly datagram: Datagram
  /** Whether it lies in the same source, not in the frame that a reassembled packet came from. */
  readonly here: boolean
}

/** The innermost IP packet around a layer; undefined where there is none. */
export function enclosingIp(c: PacketCursor, layer: Layer, frame: Frame, until?: number): EnclosingIp | undefined {
  for (let i = frame.layers.length - 1; i >= 0; i--) {
    const each = frame.layers[i]!
    if (each.protocol.name !== 'ip' && each.protocol.name !== 'ipv6') continue
    const here = each.source === layer.source
    const bytes = here ? c.bytes : frame.sourceBytes(each.source)
    const origin = here ? c.origin : 0
    const at = each.at + origin
    const view = here ? c.view : viewOf(bytes)
    const datagram = datagramIn(view, at, here ? layer.at + origin : bytes.length, until)
    return datagram === undefined ? undefined : { bytes, at, datagram, here }
  }
  return undefined
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** How many octets of the IP packet the capture did not keep. */
export function missingOctets(c: PacketCursor, frame: Frame, { at, datagram, here, bytes }: EnclosingIp): number {
  if (!here) return 0
  const end = c.source === 0 ? frame.end : bytes.length
  return Math.max(0, at + datagram.length - end)
}
