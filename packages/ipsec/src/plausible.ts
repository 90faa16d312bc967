/** Whether octets can be what a next header says they are, and how sure that is: in bits, as noise would have to hit them. */
import { checksumOf } from '@dmvpn/wire'

/** Octets are at least this unlikely to be noise where they are taken for what they seem. */
export const convincing = 12

/** Protocol types a GRE packet usually carries: nothing (keepalive), IP, ARP, NHRP, bridging, MPLS, ERSPAN, PPP, MACsec, CDP. */
const greTypes: ReadonlySet<number> = new Set([
  0x0000, 0x0800, 0x0806, 0x2000, 0x2001, 0x22eb, 0x6558, 0x8847, 0x8848, 0x86dd, 0x876b, 0x880b, 0x8881, 0x8909,
  0x88be, 0xfefe,
])

/** Next headers without a structure that is looked at. */
const known: ReadonlySet<number> = new Set([0, 2, 43, 44, 46, 50, 51, 59, 60, 94, 97, 103, 108, 112, 115, 132, 137])

/** Bits of evidence that `[from, to)` is a packet of protocol `nextHeader`; undefined where it cannot be one. */
export function evidence(
  bytes: Uint8Array,
  nextHeader: number,
  from = 0,
  to: number = bytes.length,
): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = to - from
  switch (nextHeader) {
    case 4:
      return ofIpv4(view, from, length)
    case 41:
      return ofIpv6(view, from, length)
    case 47:
      return ofGre(view, from, length)
    case 1:
      return length >= 8 && checksumOf(view, from, to) === 0 ? 16 : undefined
    case 6:
      return ofTcp(view, from, length)
    case 17:
      return length >= 8 && view.getUint16(from + 4) === length ? 16 : undefined
    case 58:
      return length >= 8 ? 1 : undefined
    case 88:
      return length >= 20 && view.getUint8(from) === 2 && checksumOf(view, from, to) === 0 ? 24 : undefined
    case 89:
      return length >= 16 && [2, 3].includes(view.getUint8(from)) && view.getUint16(from + 2) <= length ? 12 : undefined
    default:
      return known.has(nextHeader) ? 0 : undefined
  }
}

/** RFC 791 §3.1: version, header length, a total length that fits, and the header's checksum. */
function ofIpv4(view: DataView, from: number, length: number): number | undefined {
  if (length < 20) return undefined
  const first = view.getUint8(from)
  const header = 4 * (first & 15)
  const total = view.getUint16(from + 2)
  if (first >>> 4 !== 4 || header < 20 || header > length || total < header || total > length) return undefined
  return checksumOf(view, from, from + header) === 0 ? 28 : 12
}

/** RFC 8200 §3. */
function ofIpv6(view: DataView, from: number, length: number): number | undefined {
  if (length < 40 || view.getUint8(from) >>> 4 !== 6) return undefined
  return view.getUint16(from + 4) + 40 <= length ? 12 : undefined
}

/** RFC 2784 §2.1: reserved bits and version are zero; and somebody must be known by the protocol type. */
function ofGre(view: DataView, from: number, length: number): number | undefined {
  if (length < 4) return undefined
  const flags = view.getUint16(from)
  const type = view.getUint16(from + 2)
  if ((flags & 0x4fff) !== 0 || !greTypes.has(type)) return undefined
  const header = 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0)
  return header <= length ? 24 : undefined
}

/** RFC 9293 §3.1: a data offset that fits. */
function ofTcp(view: DataView, from: number, length: number): number | undefined {
  if (length < 20) return undefined
  const header = 4 * (view.getUint8(from + 12) >>> 4)
  return header >= 20 && header <= length && (view.getUint8(from + 12) & 0x0f) === 0 ? 5 : undefined
}
