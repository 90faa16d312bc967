/**
 * What both versions of OSPF begin with, RFC 2328 §A.3.1 and RFC 5340 §A.3.1.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |   Version #   |     Type      |         Packet length         |
 *  |                          Router ID                            |
 *  |                           Area ID                             |
 *  |           Checksum            |
 */
import {
  expert,
  type Field,
  field,
  formatIpv4,
  type Ipv4,
  ipv4,
  type Layout,
  type Lens,
  layout,
  type Outline,
  u8,
  u16,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { hexWord } from './checksum-should-be.ts'
import { ospfMessageNames } from './ospf-codes.ts'

export interface OspfKind {
  readonly version: number
  readonly type: number
}

export interface OspfSender {
  readonly packetLength: number
  readonly router: Ipv4
  readonly area: Ipv4
  readonly checksum: number
}

export const ospfKind: Layout<OspfKind> = layout<OspfKind>('ospf', 'OSPF Header', {
  version: u8('ospf.version', 'Version'),
  type: u8('ospf.msg', 'Message Type', { names: ospfMessageNames }),
})
export const ospfSender: Layout<OspfSender> = layout<OspfSender>('ospf', 'OSPF Header', {
  packetLength: u16('ospf.packet_length', 'Packet Length'),
  router: ipv4('ospf.srcrouter', 'Source OSPF Router'),
  area: ipv4('ospf.area_id', 'Area ID', {
    text: (area: number) => (area === 0 ? '0.0.0.0 (Backbone)' : formatIpv4(area)),
  }),
  checksum: u16('ospf.checksum', 'Checksum', { base: 'hex' }),
})

/** The subtree of the header. */
export const ospfHeaderTree: Field = field('ospf.header', 'OSPF Header', 'none')

const hidden = { hidden: true }
const messageFlags: readonly (Field | undefined)[] = [
  undefined,
  field('ospf.msg.hello', 'Hello', 'boolean', hidden),
  field('ospf.msg.dbdesc', 'Database Description', 'boolean', hidden),
  field('ospf.msg.lsreq', 'Link State Adv Request', 'boolean', hidden),
  field('ospf.msg.lsupdate', 'Link State Adv Update', 'boolean', hidden),
  field('ospf.msg.lsack', 'Link State Adv Acknowledgement', 'boolean', hidden),
]

/** The note of a checksum that does not fit. */
export const ospfBadChecksum: Field = expert('ospf.checksum.bad', 'Bad checksum', 'error')

export const ospfHeaderFields: readonly (Outline | Field)[] = [
  ospfHeaderTree,
  ospfKind,
  ospfSender,
  ...messageFlags.slice(1).map(each => each!),
  ospfBadChecksum,
]

/** Where the checksum stands. */
export const ospfChecksumOffset = 12

/** Octets of what both versions share. */
export const ospfCommonSize: number = ospfKind.size + ospfSender.size

/** Takes version and type; the header's subtree stays open. */
export function walkOspfKind(c: PacketCursor): OspfKind {
  c.openField(ospfHeaderTree, undefined)
  const taken = c.take(ospfKind)
  const shown = messageFlags[taken.type]
  if (shown !== undefined) c.show(shown, true, c.at - 1, 1)
  return taken
}

/** Notes a checksum that is not `right`; undefined where that cannot be told. */
export function judgeOspfChecksum(c: PacketCursor, at: number, checksum: number, right: number | undefined): void {
  if (right === undefined || right === checksum) return
  c.note(ospfBadChecksum, `Bad checksum [should be ${hexWord(right)}]`, at + ospfChecksumOffset, 2)
}

/** Stops the walk where the packet that starts at `at` is said to be shorter than its header. */
export function checkOspfLength(c: PacketCursor, at: number, length: number, least: number): void {
  if (length < least) c.malformed('ospf.packet_length', `is ${length}, less than ${least}`, 'RFC 2328 §A.3.1', at + 2)
}

/** The claims both versions make. */
export const ospfHeaderClaims: Readonly<Record<string, Lens<number>>> = {
  packetLength: ospfSender.lens.packetLength.after(ospfKind.size),
  checksum: ospfSender.lens.checksum.after(ospfKind.size),
}
