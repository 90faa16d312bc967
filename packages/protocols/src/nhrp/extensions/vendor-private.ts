/**
 * The Vendor Private extension, type 8, RFC 2332 §5.3.5: the only one that may come more than once.
 *
 *  |                  Vendor ID                    |  Data....     |
 *
 * Cisco's data are sub-TLVs of one octet type and one octet length; type 1 is the name of an NHRP group.
 */
import { type Field, field, type Layout, layout, names, u8, u24 } from '@dmvpn/wire'
import type { PacketCursor } from '../../packet-cursor.ts'
import { latin1 } from '../latin1.ts'
import { type ExtensionCodec, type ExtensionHead, extension } from './extension.ts'

export interface VendorPrivate extends ExtensionHead {
  readonly kind: 'vendor-private'
  /** Organizationally unique identifier; Cisco is 0x00000c. */
  readonly vendor: number
  readonly data: Uint8Array
}

export const ciscoVendor = 0x00000c

const vendorId: Layout<{ readonly vendor: number }> = layout('nhrp.vendor_ext', 'Vendor ID', {
  vendor: u24('nhrp.vendor_ext.id', 'Vendor ID', { names: names({ [ciscoVendor]: 'Cisco Systems, Inc' }) }),
})
const data: Field = field('nhrp.vendor_ext.data', 'Data', 'bytes')
const ciscoType: Field = field('nhrp.vendor_ext.cisco.type', 'Type', 'uint8', { names: names({ 1: 'NHRP group' }) })
const ciscoLength: Field = field('nhrp.vendor_ext.cisco.len', 'Length', 'uint8')
const ciscoGroup: Field = field('nhrp.vendor_ext.cisco.group', 'NHRP Group', 'string')
const ciscoValue: Field = field('nhrp.vendor_ext.cisco.value', 'Value', 'bytes')

const subStart: Layout<{ readonly type: number; readonly length: number }> = layout('nhrp.vendor_ext.cisco', 'Cisco', {
  type: u8('nhrp.vendor_ext.cisco.type', 'Type'),
  length: u8('nhrp.vendor_ext.cisco.len', 'Length'),
})

export const vendorPrivate: ExtensionCodec<VendorPrivate> = extension<VendorPrivate>({
  type: 8,
  kind: 'vendor-private',
  label: 'NHRP Vendor Private Extension',
  fields: [vendorId, data, ciscoType, ciscoLength, ciscoGroup, ciscoValue],
  defaults: {
    kind: 'vendor-private',
    compulsory: false,
    reserved: false,
    vendor: ciscoVendor,
    data: new Uint8Array(0),
  },

  walk(c, { compulsory, reserved }) {
    const { vendor } = c.take(vendorId)
    const at = c.at
    const octets = c.takeRest(data)
    if (c.witness !== undefined && vendor === ciscoVendor && octets.length > 0) showCisco(c, at, octets)
    return { kind: 'vendor-private', compulsory, reserved, vendor, data: octets }
  },

  size: each => 3 + each.data.length,

  write(w, each) {
    w.put(vendorId, { vendor: each.vendor })
    w.putBytes(each.data)
  },
})

/** Cisco's sub-TLVs, below the data; what does not look like one is left as octets. */
function showCisco(c: PacketCursor, from: number, octets: Uint8Array): void {
  c.below()
  let at = 0
  while (octets.length - at >= subStart.size) {
    const type = octets[at]!
    const length = octets[at + 1]!
    if (length > octets.length - at - subStart.size) break
    const value = octets.subarray(at + subStart.size, at + subStart.size + length)
    c.show(ciscoType, type, from + at, 1)
    c.show(ciscoLength, length, from + at + 1, 1)
    if (length > 0) {
      if (type === 1) c.show(ciscoGroup, latin1(value), from + at + subStart.size, length)
      else c.show(ciscoValue, value, from + at + subStart.size, length)
    }
    at += subStart.size + length
  }
  c.close()
}
