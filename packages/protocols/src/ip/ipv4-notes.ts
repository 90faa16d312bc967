/** What a witness is told of an IPv4 header beyond its fields: the checksum's worth, odd lengths and TTLs. */
import { checksumWithout, expert, type Field, generated, type Ipv4 } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Ipv4Front, ipv4Header } from './ipv4-header.ts'
import { sentLength } from './promised.ts'

const status: Field = statusField('ip.checksum', 'Header checksum status')
const calculated: Field = generated('ip.checksum_calculated', 'Calculated Checksum', 'uint16', { base: 'hex' })
const badChecksum: Field = expert('ip.checksum_bad.expert', 'Bad checksum', 'error')
/** Also raised where the walk stops at it. */
export const badLength: Field = expert('ip.bogus_ip_length', 'Bogus IP length', 'error')
const smallTtl: Field = expert('ip.ttl.too_small', 'Time To Live', 'note')
const localTtl: Field = expert('ip.ttl.lncb', 'Time To Live', 'note')

export const ipv4NoteFields: readonly Field[] = [status, calculated, badChecksum, badLength, smallTtl, localTtl]

/** Wireshark leaves the header's checksum alone unless asked. */
export function showStatus(c: PacketCursor, { checksum }: Ipv4Front, start: number, octets: number): void {
  if (!c.wants(status)) return
  const at = start + 10
  if (!c.verify || start + octets > c.end) {
    c.show(status, checksumStatus.unverified, at)
    return
  }
  const right = checksumWithout(c.view, start, start + octets, at)
  const good = right === checksum
  if (!good) c.note(badChecksum, `Bad checksum [should be 0x${right.toString(16).padStart(4, '0')}]`, at, 2)
  c.show(status, good ? checksumStatus.good : checksumStatus.bad, at)
  c.show(calculated, right, at, 2)
}

/** Notes a total length beyond what was sent; `behind` is what it promises behind the fixed part. */
export function noteLength(c: PacketCursor, behind: number, at: number): void {
  const sent = sentLength(c)
  if (behind <= sent || c.quoted) return
  c.note(badLength, `IPv4 total length exceeds packet length (${ipv4Header.size + sent} bytes)`, at, 2)
}

/** The first three octets of the local network control block. */
const localBlock = 0xe00000
/** Its multicasts are sent with TTL 1 (RFC 5771 §4), but for these; 0 means any. */
const localTtls: Readonly<Record<number, number>> = { 0xe0000012: 255, 0xe0000066: 255, 0xe00000fb: 255, 0xe00000fc: 0 }

/** Fewer hops than this are left to few packets that one station sends to another. */
const fewHops = 5

/** Whether a TTL is nothing to be noted, whatever the packet carries. */
export function isUsualTtl(ttl: number, destination: Ipv4): boolean {
  return ttl >= fewHops && destination >>> 8 !== localBlock
}

/** Notes a TTL that is odd for its destination. */
export function noteTtl(c: PacketCursor, { ttl, protocol: next }: Ipv4Front, destination: Ipv4, at: number): void {
  if (destination >>> 8 === localBlock) {
    const expected = localTtls[destination] ?? 1
    if (expected === 0 || ttl === expected) return
    const block = 'a packet sent to the Local Network Control Block (see RFC 3171)'
    c.note(localTtl, `"Time To Live" != ${expected} for ${block}`, at, 1)
    return
  }
  // Routing protocols between neighbours (OSPF, PIM) rightly use small ones.
  const multicast = destination >>> 28 === 0xe
  if (ttl < fewHops && !multicast && next !== 89 && next !== 103) c.note(smallTtl, `"Time To Live" only ${ttl}`, at, 1)
}
