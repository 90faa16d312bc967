/**
 * What an IPv6 address says of other addresses: the MAC address of a modified EUI-64 (RFC 4291 appendix A), the IPv4
 * addresses of ISATAP (RFC 5214 §6.1), 6to4 (RFC 3056 §2), Teredo (RFC 4380 §4) and translation (RFC 6052 §2.2).
 */
import { type Field, type FieldType, generated, type Value } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

/** A value found in an address, under the name that says whose address it is and the name that does not. */
interface Found {
  readonly source: Field
  readonly destination: Field
  readonly either: Field
}

function found(name: string, label: string, type: FieldType, hidden = true): Found {
  return {
    source: generated(`ipv6.src_${name}`, `Source ${label}`, type),
    destination: generated(`ipv6.dst_${name}`, `Destination ${label}`, type),
    either: generated(`ipv6.${name}`, label, type, { hidden }),
  }
}

const slaacMac = found('slaac_mac', 'SLAAC MAC', 'ether')
const isatap = found('isatap_ipv4', 'ISATAP IPv4', 'ipv4')
const gateway = found('6to4_gw_ipv4', '6to4 Gateway IPv4', 'ipv4')
const siteLevel = found('6to4_sla_id', '6to4 SLA ID', 'uint16')
const teredoServer = found('ts_ipv4', 'Teredo Server IPv4', 'ipv4')
const teredoPort = found('tc_port', 'Teredo Port', 'uint16')
const teredoClient = found('tc_ipv4', 'Teredo Client IPv4', 'ipv4')
const embedded = found('embed_ipv4', 'Embedded IPv4', 'ipv4', false)
const embeddedPrefix: Field = generated('ipv6.embed_ipv4_prefix', 'Embedded IPv4 Prefix', 'bytes')

export const ipv6AddressFields: readonly Field[] = [
  ...[slaacMac, isatap, gateway, siteLevel, teredoServer, teredoPort, teredoClient, embedded].flatMap(each => [
    each.source,
    each.destination,
    each.either,
  ]),
  embeddedPrefix,
]

type Part = readonly [of: Found, offset: number, length: number, value: Value]

/** Shows what stands in the address at `at`, the packet's source or its destination. */
export function showIpv6Address(c: PacketCursor, at: number, which: 'source' | 'destination'): void {
  const { view } = c
  const first = view.getUint32(at)
  if (first >>> 16 === 0x2002) {
    show(c, at, which, [
      [gateway, 2, 4, view.getUint32(at + 2)],
      [siteLevel, 6, 2, view.getUint16(at + 6)],
    ])
  } else if (first === 0x20010000) {
    show(c, at, which, [
      [teredoServer, 4, 4, view.getUint32(at + 4)],
      [teredoPort, 10, 2, ~view.getUint16(at + 10) & 0xffff],
      [teredoClient, 12, 4, ~view.getUint32(at + 12) >>> 0],
    ])
  } else if (first === 0x0064ff9b && view.getBigUint64(at + 4) === 0n) {
    c.show(embeddedPrefix, c.bytes.subarray(at, at + 12), at, 12)
    show(c, at, which, [[embedded, 12, 4, view.getUint32(at + 12)]])
  } else if ((view.getUint32(at + 8) & ~0x02000000) === 0x5efe) {
    show(c, at, which, [[isatap, 12, 4, view.getUint32(at + 12)]])
  } else if (view.getUint16(at + 11) === 0xfffe) {
    // The universal bit of a modified EUI-64 is the other way round.
    const high = (view.getUint16(at + 8) ^ 0x0200) * 0x100000000
    const mac = high + view.getUint8(at + 10) * 0x1000000 + (view.getUint32(at + 12) & 0xffffff)
    show(c, at, which, [[slaacMac, 8, 8, mac]])
  }
}

function show(c: PacketCursor, at: number, which: 'source' | 'destination', parts: readonly Part[]): void {
  for (const [of, offset, length, value] of parts) c.show(of[which], value, at + offset, length)
  for (const [of, offset, length, value] of parts) c.show(of.either, value, at + offset, length)
}
