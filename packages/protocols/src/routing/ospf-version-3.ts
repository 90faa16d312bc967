/**
 * OSPF version 3 behind the common header, RFC 5340 §A.3.1: what follows is kept as octets.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |           Checksum            |  Instance ID  |      0        |
 */
import {
  type Field,
  field,
  type Ipv4,
  type Layout,
  layout,
  type Outline,
  opaque,
  rangeNames,
  u8,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import type { Surroundings } from '../protocol.ts'
import { checksumShouldBe } from './checksum-should-be.ts'
import {
  checkOspfLength,
  judgeOspfChecksum,
  type OspfSender,
  ospfBadChecksum,
  ospfChecksumOffset,
  ospfCommonSize,
  ospfKind,
  ospfSender,
} from './ospf-header.ts'

export interface OspfVersion3 {
  readonly version: 3
  readonly type: number
  readonly router: Ipv4
  readonly area: Ipv4
  readonly instance: number
  readonly reserved: number
  /** What stands behind the header. */
  readonly octets: Uint8Array
}

interface Instance {
  readonly instance: number
  readonly reserved: Uint8Array
}

const instanceNames = rangeNames([
  [0, 31, 'IPv6 unicast AF'],
  [32, 63, 'IPv6 multicast AF'],
  [64, 95, 'IPv4 unicast AF'],
  [96, 127, 'IPv4 multicast AF'],
  [128, 255, 'Reserved'],
])
const instanceWord: Layout<Instance> = layout<Instance>('ospf', 'OSPF Header', {
  instance: u8('ospf.instance_id', 'Instance ID', { names: instanceNames }),
  reserved: opaque(1, 'ospf.reserved', 'Reserved'),
})
const octets: Field = field('ospf.v3.message', 'Message', 'bytes')

export const ospfVersion3Fields: readonly (Outline | Field)[] = [instanceWord, octets]

const headerSize: number = ospfCommonSize + instanceWord.size
const protocolNumber = 89

/** Goes on behind the common header of the packet that starts at `at`. */
export function walkOspfVersion3(c: PacketCursor, at: number, type: number, sender: OspfSender): OspfVersion3 {
  const { instance, reserved } = c.take(instanceWord)
  if (c.wants(ospfBadChecksum)) {
    const end = at + sender.packetLength
    const initial = c.pseudoHeader(protocolNumber, sender.packetLength)
    if (initial !== undefined && sender.packetLength >= headerSize) {
      judgeOspfChecksum(c, at, sender.checksum, checksumShouldBe(c, at, end, at + ospfChecksumOffset, initial))
    }
  }
  c.close()
  checkOspfLength(c, at, sender.packetLength, headerSize)
  c.enter(sender.packetLength - headerSize, 'ospf.packet_length')
  const behind = c.takeRest(octets)
  c.leave()
  const { router, area } = sender
  return { version: 3, type, router, area, instance, reserved: reserved[0]!, octets: behind }
}

export function sizeOfOspfVersion3(packet: OspfVersion3): number {
  return headerSize + packet.octets.length
}

/** Writes the packet; its checksum covers the pseudo-header of what is below (RFC 5340 §A.3.1). */
export function writeOspfVersion3(w: Writer, packet: OspfVersion3, around: Surroundings): void {
  const length = sizeOfOspfVersion3(packet)
  w.put(ospfKind, packet)
  w.put(ospfSender, { packetLength: length, router: packet.router, area: packet.area, checksum: 0 })
  w.put(instanceWord, { instance: packet.instance, reserved: Uint8Array.of(packet.reserved) })
  w.putBytes(packet.octets)
  const initial = around.pseudoHeader(protocolNumber, length)
  w.view.setUint16(w.start + ospfChecksumOffset, w.checksum(w.start, w.start + length, initial))
}
