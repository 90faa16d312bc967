/** Under ESP or AH: a frame whose IP packet a station's associations protect. */
import { type Sealer } from '@dmvpn/ipsec'
import { dmvpn, ipv4, ipv6, raw } from '@dmvpn/protocols'
import type { SynthFrame } from './compose.ts'
import { linkTypeOf } from './encapsulate.ts'

/**
 * The frame with its outermost IP packet sealed; what stands behind that packet, as Ethernet's padding does, is left out.
 * Throws RangeError where there is no IP packet, or none of the sealer's associations can take it.
 */
export function sealed<F extends SynthFrame>(frame: F, sealer: Sealer): F {
  const { bytes, linkType } = frame
  const packet = dmvpn.decode(bytes, linkType).layers.find(({ protocol }) => protocol === ipv4 || protocol === ipv6)
  if (packet === undefined) throw new RangeError('no IP packet to seal')
  const carrying = sealer.seal(bytes.subarray(packet.at, packet.end))
  // LINKTYPE_RAW says nothing of the version: the packet's first octet does.
  if (carrying[0]! >>> 4 !== bytes[packet.at]! >>> 4 && linkType !== linkTypeOf(raw))
    throw new RangeError('the link’s header says another version of IP than the sealed packet has')
  const whole = new Uint8Array(packet.at + carrying.length)
  whole.set(bytes.subarray(0, packet.at))
  whole.set(carrying, packet.at)
  return { ...frame, bytes: whole }
}
