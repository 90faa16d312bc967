/** The fields NHRP shows its addresses under, and its type/length octets. */
import { type AddressFields, field, names, type Part, shows, u8 } from '@dmvpn/wire'

/**
 * Wireshark shows IPv4 addresses under `name` and all others under `name_bytes`; IPv6 addresses we also show as such,
 * under `name_ipv6`, in Wireshark's style.
 */
export function addressFields(name: string, label: string, bytesName: string = `${name}_bytes`): AddressFields {
  return {
    ipv4: field(name, label, 'ipv4'),
    ipv6: field(`${name}_ipv6`, label, 'ipv6'),
    bytes: field(bytesName, label, 'bytes'),
  }
}

const formats = names({ 0: 'NSAP format', 1: 'Native E.164 format' })

/** Bit 7 reserved, bit 6 the format, bits 5–0 the length in octets (RFC 2332 §5.2.0.1). */
export function typeLength(name: string, label: string): Part<number> {
  return u8(name, label, {
    text: (octet: number) => `${formats.nameOf((octet >>> 6) & 1)}/${octet & 0x3f}`,
    shows: [
      shows(1, 1, `${name}.type`, 'Type', 'uint8', { names: formats }),
      shows(2, 6, `${name}.len`, 'Length', 'uint8'),
    ],
  })
}
