/**
 * The discovery stage of PPP over Ethernet, RFC 2516 §5: the shared header and a list of tags, closed or not by an
 * End-Of-List tag.
 *
 *  |           Tag Type            |          Tag Length           |
 *  |    Tag Value …
 */
import { type Field, field, type Layout, layout, u16 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { type Pppoe, pppoeClaims, pppoeCodes, pppoeHeader } from './pppoe.ts'

export interface PppoeTag {
  readonly type: number
  readonly value: Uint8Array
}

export interface PppoeDiscovery extends Pppoe {
  readonly tags: readonly PppoeTag[]
  /** Octets of the payload behind an End-Of-List tag. */
  readonly afterTags: Uint8Array
}

interface TagStart {
  readonly type: number
  readonly length: number
}

const tags: Field = field('pppoed.tags', 'PPPoE Tags', 'none')
const afterTags: Field = field('pppoed.tags.after', 'Octets behind the tags', 'bytes')
const value: Field = field('pppoed.tag.unknown_data', 'Unknown Data', 'bytes')

/** Wireshark shows type and length of unknown tags only; those of the others are shown under names of our own. */
const knownTag: Layout<TagStart> = layout<TagStart>('pppoed', 'PPPoE Tag', {
  type: u16('pppoed.tags.type', 'Tag', { base: 'hex' }),
  length: u16('pppoed.tags.length', 'Tag Length'),
})
const unknownTag: Layout<TagStart> = layout<TagStart>('pppoed', 'PPPoE Tag', {
  type: u16('pppoed.tag', 'Tag', { base: 'hex' }),
  length: u16('pppoed.tag_length', 'Tag Length'),
})

const endOfList = 0x0000
const accessConcentratorName = 0x0102

const text = new TextDecoder('latin1')

/** RFC 2516 appendix A; PPP-Max-Payload of RFC 4638 §2. */
const values: ReadonlyMap<number, Field> = new Map([
  [0x0101, field('pppoed.tags.service_name', 'Service-Name', 'string')],
  [accessConcentratorName, field('pppoed.tags.ac_name', 'AC-Name', 'string')],
  [0x0103, field('pppoed.tags.host_uniq', 'Host-Uniq', 'bytes')],
  [0x0104, field('pppoed.tags.ac_cookie', 'AC-Cookie', 'bytes')],
  [0x0105, field('pppoed.tags.vendor_specific', 'Vendor-Specific', 'bytes')],
  [0x0110, field('pppoed.tags.relay_session_id', 'Relay-Session-Id', 'bytes')],
  [0x0120, field('pppoed.tags.max_payload', 'PPP-Max-Payload', 'bytes')],
  [0x0201, field('pppoed.tags.service_name_error', 'Service-Name-Error', 'string')],
  [0x0202, field('pppoed.tags.ac_system_error', 'AC-System-Error', 'string')],
  [0x0203, field('pppoed.tags.generic_error', 'Generic-Error', 'string')],
])

export const pppoeDiscovery: Protocol<PppoeDiscovery> = protocol<PppoeDiscovery>({
  name: 'pppoed',
  label: 'PPP-over-Ethernet Discovery',
  short: 'PPPoED',
  over: [{ table: 'ethertype', key: 0x8863 }],
  fields: [pppoeHeader, tags, knownTag, unknownTag, value, afterTags, ...values.values()],
  defaults: { version: 1, type: 1, code: 0x09, session: 0, tags: [], afterTags: new Uint8Array(0) },
  claims: pppoeClaims,
  info: (s, packet) => {
    s.text(pppoeCodes.nameOf(packet.code) ?? 'Unknown')
    const name = packet.tags.find(({ type }) => type === accessConcentratorName)
    if (name !== undefined) s.text(` AC-Name='${text.decode(name.value)}'`)
  },

  walk(c) {
    const { version, type, code, session, length } = c.take(pppoeHeader)
    c.enter(length, 'pppoe.payload_length')
    const found: PppoeTag[] = []
    let after: Uint8Array = nothing
    if (c.left > 0) {
      c.openField(tags, undefined)
      walkTags(c, found)
      after = c.takeRest(afterTags)
      c.close()
    }
    c.leave()
    return { version, type, code, session, tags: found, afterTags: after }
  },

  size: packet => pppoeHeader.size + sizeOfTags(packet),

  write(w, packet) {
    w.put(pppoeHeader, { ...packet, length: sizeOfTags(packet) })
    for (const each of packet.tags) {
      w.put(knownTag, { type: each.type, length: each.value.length })
      w.putBytes(each.value)
    }
    w.putBytes(packet.afterTags)
  },
})

const nothing = new Uint8Array(0)

function walkTags(c: PacketCursor, found: PppoeTag[]): void {
  while (c.left > 0) {
    const type = c.left >= 2 ? c.view.getUint16(c.at) : endOfList
    const known = values.get(type)
    const { length } = c.take(known === undefined && type !== endOfList ? unknownTag : knownTag)
    found.push({ type, value: takeValue(c, known ?? value, length) })
    if (type === endOfList) return
  }
}

function takeValue(c: PacketCursor, shown: Field, length: number): Uint8Array {
  if (shown.type !== 'string') return c.takeBytes(shown, length)
  c.need(shown.name, length)
  const octets = c.bytes.subarray(c.at, c.at + length)
  if (c.witness !== undefined) c.show(shown, text.decode(octets), c.at, length)
  c.at += length
  return octets
}

function sizeOfTags(packet: PppoeDiscovery): number {
  return packet.tags.reduce((sum, each) => sum + knownTag.size + each.value.length, packet.afterTags.length)
}
