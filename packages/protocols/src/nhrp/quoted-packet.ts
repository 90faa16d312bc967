/** What the packet says that a Traffic Indication quotes: of its beginning, for it need not be whole. */
import { type Ipv4, type Ipv6, readIpv6 } from '@dmvpn/wire'

export interface QuotedPacket {
  /** Of the Internet Protocol; undefined where what is quoted is no IP packet. */
  readonly version: 4 | 6 | undefined
  readonly source: Ipv4 | Ipv6 | undefined
  readonly destination: Ipv4 | Ipv6 | undefined
  /** The protocol that the packet carries, or its first extension header. */
  readonly carried: number | undefined
}

/** Reads the header that a quotation begins with, as far as it is there. */
export function quotedPacket(quote: Uint8Array): QuotedPacket {
  const view = new DataView(quote.buffer, quote.byteOffset, quote.byteLength)
  const { length } = quote
  const version = length === 0 ? 0 : quote[0]! >>> 4
  if (version === 4) {
    return {
      version,
      carried: quote[9],
      source: length < 16 ? undefined : view.getUint32(12),
      destination: length < 20 ? undefined : view.getUint32(16),
    }
  }
  if (version !== 6) return { version: undefined, source: undefined, destination: undefined, carried: undefined }
  return {
    version,
    carried: quote[6],
    source: length < 24 ? undefined : readIpv6(view, 8),
    destination: length < 40 ? undefined : readIpv6(view, 24),
  }
}
