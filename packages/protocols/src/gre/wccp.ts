/**
 * WCCP version 2's redirect header, draft-mclaggan-wccp-v2rev1 §3.12.2, between GRE and the redirected packet.
 * Version 1 has none: there an IPv4 header follows at once, told by its first four bits.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |T|A|U| reserved|  Service ID   |Alternat.Bucket| Primary Bucket|
 *
 * Wireshark reads the three flags from the other end of the octet: its fields are kept there, under its names, and the
 * draft's flags have names of their own.
 */
import { bits, type Field, field, flag, type Layout, layout, names, u8, type Writer } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

export interface WccpRedirect {
  /** T: the service is a dynamic one. */
  readonly dynamicService: boolean
  /** A: the alternative bucket was used. */
  readonly alternativeBucketUsed: boolean
  /** U: the header is there, but is not to be used. */
  readonly unavailable: boolean
  /** The five bits the draft reserves. */
  readonly reserved: number
  readonly service: number
  readonly alternativeBucket: number
  readonly primaryBucket: number
}

interface Header {
  readonly dynamicService: boolean
  readonly alternativeBucketUsed: boolean
  readonly unavailable: boolean
  readonly reservedHigh: number
  readonly validBit: boolean
  readonly alternativeBit: boolean
  readonly dynamicBit: boolean
  readonly service: number
  readonly alternativeBucket: number
  readonly primaryBucket: number
}

export const redirectHeader: Layout<Header> = layout<Header>('gre.wccp', 'Redirect Header', {
  dynamicService: flag('gre.wccp.flags.dynamic', 'Dynamic service (T)'),
  alternativeBucketUsed: flag('gre.wccp.flags.alternative', 'Alternative bucket used (A)'),
  unavailable: flag('gre.wccp.flags.unavailable', 'Redirect header unavailable (U)'),
  reservedHigh: bits(2, 'gre.wccp.flags.reserved', 'Reserved'),
  validBit: flag('gre.wccp.redirect_header_valid', 'WCCP Redirect header is valid', {
    truth: ['Header is present, but ignore contents', 'Header contents are valid'],
  }),
  alternativeBit: flag('gre.wccp.alternative_bucket_used', 'Alternative bucket used', {
    truth: ['Alternative bucket used', 'Primary bucket used'],
  }),
  dynamicBit: flag('gre.wccp.dynamic_service', 'Dynamic Service', { truth: ['Dynamic service', 'Well-known service'] }),
  service: u8('gre.wccp.service_id', 'Service ID', { names: names({ 0: 'HTTP' }) }),
  alternativeBucket: u8('gre.wccp.alternative_bucket', 'Alternative Bucket'),
  primaryBucket: u8('gre.wccp.primary_bucket', 'Primary Bucket'),
})

/** The header as a whole. */
export const redirect: Field = field('gre.wccp.redirect_header', 'Redirect Header', 'none')

export const wccpProtocol = 0x883e

/** The redirect header, or undefined where IPv4 or nothing follows. */
export function walkRedirect(c: PacketCursor): WccpRedirect | undefined {
  if (c.left === 0 || c.bytes[c.at]! >>> 4 === 4) return undefined
  c.openField(redirect, undefined)
  const header = c.take(redirectHeader)
  c.close()
  const { dynamicService, alternativeBucketUsed, unavailable, service, alternativeBucket, primaryBucket } = header
  const low = (header.validBit ? 4 : 0) | (header.alternativeBit ? 2 : 0) | (header.dynamicBit ? 1 : 0)
  const reserved = (header.reservedHigh << 3) | low
  return { dynamicService, alternativeBucketUsed, unavailable, reserved, service, alternativeBucket, primaryBucket }
}

/** Throws RangeError where the first four bits would be read as IPv4's version. */
export function writeRedirect(w: Writer, packet: WccpRedirect): void {
  const { reserved } = packet
  if (reserved > 0x1f) throw new RangeError('gre.wccp.flags.reserved: has five bits')
  const at = w.at
  w.put(redirectHeader, {
    dynamicService: packet.dynamicService,
    alternativeBucketUsed: packet.alternativeBucketUsed,
    unavailable: packet.unavailable,
    reservedHigh: reserved >>> 3,
    validBit: (reserved & 4) !== 0,
    alternativeBit: (reserved & 2) !== 0,
    dynamicBit: (reserved & 1) !== 0,
    service: packet.service,
    alternativeBucket: packet.alternativeBucket,
    primaryBucket: packet.primaryBucket,
  })
  if (w.bytes[at]! >>> 4 === 4) throw new RangeError('gre.wccp: these flags are read as the version of an IPv4 header')
}
