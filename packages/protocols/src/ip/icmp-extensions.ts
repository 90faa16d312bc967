/**
 * The extensions of ICMP messages, RFC 4884 §7: label stacks (RFC 4950), interfaces (RFC 5837, RFC 8335).
 * They are shown to a witness; the message keeps them as octets.
 *
 *  |Version|      (Reserved)       |           Checksum            |
 *  |            Length             |   Class-Num   |    C-Type     |  object …
 */
import {
  bits,
  checksumWithout,
  expert,
  type Field,
  field,
  flag,
  type Layout,
  layout,
  names,
  type Outline,
  u8,
  u16,
} from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { interfaceObjectFields, showIdentity, showInterface } from './icmp-interface-objects.ts'

const extension: Field = field('icmp.ext', 'ICMP Extensions', 'none')
const header: Layout<{ readonly version: number; readonly reserved: number }> = layout('icmp.ext', 'ICMP Extensions', {
  version: bits(4, 'icmp.ext.version', 'Version'),
  reserved: bits(12, 'icmp.ext.res', 'Reserved', { base: 'hex' }),
})
const checksumWord: Layout<{ readonly checksum: number }> = layout('icmp.ext', 'ICMP Extensions', {
  checksum: u16('icmp.ext.checksum', 'Checksum', { base: 'hex' }),
})
const status: Field = statusField('icmp.ext.checksum')
const badChecksum: Field = expert('icmp.ext.checksum_bad', 'Bad checksum', 'warning')

interface ObjectHeader {
  readonly length: number
  readonly class: number
  readonly type: number
}
const objectHeader: Layout<ObjectHeader> = layout<ObjectHeader>('icmp.ext', 'Object', {
  length: u16('icmp.ext.length', 'Length'),
  class: u8('icmp.ext.class', 'Class', {
    names: names({
      1: 'MPLS Label Stack Class',
      2: 'Interface Information Object',
      3: 'Interface Identification Object',
    }),
  }),
  type: u8('icmp.ext.ctype', 'C-Type'),
})
const data: Field = field('icmp.ext.data', 'Data', 'bytes')

interface LabelEntry {
  readonly label: number
  readonly experimental: number
  readonly bottom: boolean
  readonly ttl: number
}
const set = { truth: ['Set', 'Not set'] } as const
const labelEntry: Layout<LabelEntry> = layout<LabelEntry>('icmp.mpls', 'Label', {
  label: bits(20, 'icmp.mpls.label', 'Label'),
  experimental: bits(3, 'icmp.mpls.exp', 'Experimental', { type: 'uint24' }),
  bottom: flag('icmp.mpls.s', 'Stack bit', set),
  ttl: u8('icmp.mpls.ttl', 'Time to live'),
})
const labelRest: Field = field('icmp.mpls.data', 'Data', 'bytes')

export const icmpExtensionFields: readonly (Outline | Field)[] = [
  extension,
  header,
  checksumWord,
  status,
  badChecksum,
  objectHeader,
  data,
  labelEntry,
  labelRest,
  ...interfaceObjectFields,
]

/** Shows the extensions between the cursor and `end`. Odd ones are shown as octets; none stops the walk. */
export function showIcmpExtensions(c: PacketCursor, end: number): void {
  const start = c.at
  c.openField(extension, undefined)
  if (end - start >= header.size + checksumWord.size) {
    c.take(header)
    const { checksum } = c.take(checksumWord)
    showChecksumStatus(c, checksum, start, end)
  }
  while (end - c.at >= objectHeader.size) showObject(c, end)
  if (end > c.at) c.takeBytes(data, end - c.at)
  c.close('ICMP Multi-Part Extensions')
}

function showChecksumStatus(c: PacketCursor, checksum: number, start: number, end: number): void {
  const at = start + 2
  if (checksum === 0) return c.show(status, checksumStatus.notPresent, at, 2)
  const right = checksumWithout(c.view, start, end, at)
  if (right !== checksum) {
    c.note(badChecksum, `Bad checksum [should be 0x${right.toString(16).padStart(4, '0')}]`, at, 2)
  }
  c.show(status, right === checksum ? checksumStatus.good : checksumStatus.bad, at)
}

function showObject(c: PacketCursor, end: number): void {
  const start = c.at
  c.open('Object')
  const object = c.take(objectHeader)
  const objectEnd = Math.min(Math.max(start + object.length, c.at), end)
  const known = titles[object.class]
  if (object.class === 1 && object.type === 1) showLabels(c, objectEnd)
  else if (object.class === 2) showInterface(c, objectEnd)
  else if (object.class === 3) showIdentity(c, object.type, objectEnd)
  c.takeBytes(object.class === 1 && object.type === 1 ? labelRest : data, objectEnd - c.at)
  const bad = object.length < objectHeader.size
  const title = bad ? 'Object with bad length' : (known ?? `Unknown object (${object.class}/${object.type})`)
  c.close(start + object.length > end ? `${title} (truncated)` : title)
}

const titles: Readonly<Record<number, string>> = {
  1: 'MPLS Stack Entry',
  2: 'Interface Information Object',
  3: 'Interface Identification Object',
}

function showLabels(c: PacketCursor, end: number): void {
  while (end - c.at >= labelEntry.size) {
    c.open('Label')
    const { label, experimental, bottom, ttl } = c.take(labelEntry)
    c.close(`Label: ${label}, Exp: ${experimental}, S: ${bottom ? 1 : 0}, TTL: ${ttl}`)
  }
}
