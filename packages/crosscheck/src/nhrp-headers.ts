/** NHRP's fixed runs of fields, described a second time from RFC 2332 §5.2 and §5.3; see `headers.ts`. */
import { fields, type Header, header, opaque } from './header.ts'

/** §5.2.1: the type/length octet is a reserved bit, a type bit and six bits of length. */
const fixed = (snap: 'oui' | 'octets') => {
  const start = fields().uint16('nhrp$hdr$afn').uint16('nhrp$hdr$pro$type')
  const named =
    snap === 'octets'
      ? start.buffer('nhrp$protocol_type', opaque(5))
      : start.bit24('nhrp$hdr$pro$snap$oui').uint16('nhrp$hdr$pro$snap$pid')
  return named
    .uint8('nhrp$hdr$hopcnt')
    .uint16('nhrp$hdr$pktsz')
    .uint16('nhrp$hdr$chksum')
    .uint16('nhrp$hdr$extoff')
    .uint8('nhrp$hdr$version')
    .uint8('nhrp$hdr$op$type')
    .bit1('_reserved')
    .bit1('nhrp$hdr$shtl$type')
    .bit6('nhrp$hdr$shtl$len')
    .bit1('_reserved2')
    .bit1('nhrp$hdr$sstl$type')
    .bit6('nhrp$hdr$sstl$len')
}
export const fixedPart: Header = header(20, fixed('octets'))
/** Where the protocol type says that the SNAP form counts. */
export const fixedPartWithSnap: Header = header(20, fixed('oui'))

const lengths = () => fields().uint8('nhrp$src$prot$len').uint8('nhrp$dst$prot$len')

/** §5.2.2 to §5.2.6. */
export const exchange: Header = header(8, lengths().uint16('nhrp$flags').uint32('nhrp$reqid'))
/** §5.2.7. */
export const errorIndication: Header = header(
  8,
  lengths().uint16('nhrp$err$unused').uint16('nhrp$err$code').uint16('nhrp$err$offset'),
)
/** draft-detienne-dmvpn-01 §4.3: shaped as an Error Indication. */
export const trafficIndication: Header = header(
  8,
  lengths().uint16('nhrp$traffic$unused').uint16('nhrp$traffic_code').uint16('nhrp$traffic$unused2'),
)

/** §5.2.0.1. */
export const clientEntry: Header = header(
  12,
  fields()
    .uint8('nhrp$code')
    .uint8('nhrp$prefix')
    .uint16('nhrp$unused')
    .uint16('nhrp$mtu')
    .uint16('nhrp$htime')
    .bit1('_reserved')
    .bit1('nhrp$cli$addr_tl$type')
    .bit6('nhrp$cli$addr_tl$len')
    .bit1('_reserved2')
    .bit1('nhrp$cli$saddr_tl$type')
    .bit6('nhrp$cli$saddr_tl$len')
    .uint8('nhrp$prot$len')
    .uint8('nhrp$pref'),
)

/** §5.3. */
export const extension: Header = header(
  4,
  fields().bit1('nhrp$ext$c').bit1('nhrp$ext$u').bit14('nhrp$ext$type').uint16('nhrp$ext$len'),
)

/** §5.3.4, and Cisco's clear text in its place. */
export const hash: Header = header(4, fields().uint16('nhrp$auth_ext$reserved').uint16('nhrp$auth_ext$spi'))
export const clearText: Header = header(4, fields().uint32('nhrp$auth_ext$type'))
/** §5.3.5. */
export const vendor: Header = header(3, fields().bit24('nhrp$vendor_ext$id'))
/** RFC 2735 §3. */
export const capabilities: Header = header(
  8,
  fields().uint32('nhrp$devcap_ext$srccap').uint32('nhrp$devcap_ext$dstcap'),
)
