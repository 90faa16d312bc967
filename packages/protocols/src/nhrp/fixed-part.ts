/**
 * The fixed part, RFC 2332 §5.2.1: 20 octets.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |            ar$afn             |          ar$pro.type          |
 *  |                          ar$pro.snap                          |
 *  |  ar$pro.snap  |   ar$hopcnt   |            ar$pktsz           |
 *  |           ar$chksum           |            ar$extoff          |
 *  | ar$op.version |   ar$op.type  |    ar$shtl    |    ar$sstl    |
 */
import { type Layout, layout, type Names, names, opaque, type Parts, u8, u16, u24 } from '@dmvpn/wire'
import { etherTypeNames } from '../link/ether-types.ts'
import { typeLength } from './addresses.ts'
import { addressFamilyNames, messageTypeNames } from './codes.ts'

interface Tail {
  readonly hopCount: number
  readonly size: number
  readonly checksum: number
  readonly extensionOffset: number
  readonly version: number
  readonly type: number
  readonly sourceNbma: number
  readonly sourceSubaddress: number
}

export interface FixedPart extends Tail {
  readonly addressFamily: number
  readonly protocolType: number
  readonly snapOui: number
  readonly snapPid: number
}

interface ShortForm extends Tail {
  readonly addressFamily: number
  readonly protocolType: number
  readonly snap: Uint8Array
}

const versions: Names = names({ 1: 'NHRP - rfc2332' })

function versionText(version: number): string {
  return `${version} (${versions.nameOf(version) ?? versions.unknown})`
}

const tail: Parts<Tail> = {
  hopCount: u8('nhrp.hdr.hopcnt', 'Hop Count'),
  size: u16('nhrp.hdr.pktsz', 'Packet Length'),
  checksum: u16('nhrp.hdr.chksum', 'NHRP Packet Checksum', { base: 'hex' }),
  extensionOffset: u16('nhrp.hdr.extoff', 'Extension Offset'),
  version: u8('nhrp.hdr.version', 'Version', { names: versions, text: versionText }),
  type: u8('nhrp.hdr.op.type', 'NHRP Packet Type', { names: messageTypeNames }),
  sourceNbma: typeLength('nhrp.hdr.shtl', 'Source Address Type/Len'),
  sourceSubaddress: typeLength('nhrp.hdr.sstl', 'Source SubAddress Type/Len'),
}

const addressFamily = u16('nhrp.hdr.afn', 'Address Family Number', { base: 'hex-dec', names: addressFamilyNames })
const protocolType = u16('nhrp.hdr.pro.type', 'Protocol Type (short form)', { base: 'hex-dec', names: etherTypeNames })

/** The protocol type that says the SNAP form counts (RFC 2332 §5.2.1). */
export const longFormType = 0x0080

/** The fixed part; shown so where the protocol is named by its SNAP header. */
export const fixedPart: Layout<FixedPart> = layout<FixedPart>('nhrp', 'NHRP Fixed Header', {
  addressFamily,
  protocolType,
  snapOui: u24('nhrp.hdr.pro.snap.oui', 'Protocol Type (long form) - OUI'),
  snapPid: u16('nhrp.hdr.pro.snap.pid', 'Protocol Type (long form) - PID', { base: 'hex' }),
  ...tail,
})

/** The same octets where the protocol type says it all: Wireshark then shows the SNAP header as five octets. */
export const shortForm: Layout<ShortForm> = layout<ShortForm>('nhrp', 'NHRP Fixed Header', {
  addressFamily,
  protocolType,
  snap: opaque(5, 'nhrp.protocol_type', 'Protocol Type (long form)'),
  ...tail,
})

/** Fixed part, protocol lengths, flags and request id: no message is shorter. */
export const leastSize: number = shortForm.size + 8
