/**
 * The Authentication extension, type 7, in its two forms.
 *
 * RFC 2332 §5.3.4:                       Cisco's clear text, all that DMVPN uses:
 *  |  Reserved     |      SPI      |      |  Type: 1 (cleartext), 32 bits |
 *  |  Source Address (as long as   |      |  the password, 1–8 octets,    |
 *  |   the source protocol's) …    |      |   neither padded nor closed   |
 *  |  keyed hash …                 |
 *
 * No bit tells them apart. A value that begins with 00 00 00 01 and holds at most eight octets more is Cisco's: read as
 * the RFC's, SPI 1 with a source address would leave at most four octets of hash. Wireshark reads it that way.
 */
import {
  type Address,
  type Field,
  field,
  formatIp,
  type Layout,
  layout,
  type Outline,
  sizeOfAddress,
  u16,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../../packet-cursor.ts'
import { addressFields } from '../addresses.ts'
import { latin1 } from '../latin1.ts'
import { type ExtensionCodec, type ExtensionHead, extension } from './extension.ts'

export interface ClearTextAuthentication extends ExtensionHead {
  readonly kind: 'authentication'
  readonly form: 'cleartext'
  readonly key: Uint8Array
}

/** A keyed hash over the packet, with the security parameters it was made by. */
export interface Hash {
  readonly unused: number
  readonly spi: number
  /** The address of the sending interface; undefined where the packet's source protocol length is 0. */
  readonly source: Address | undefined
  readonly data: Uint8Array
}

export interface HashAuthentication extends ExtensionHead, Hash {
  readonly kind: 'authentication'
  readonly form: 'hash'
}

export type Authentication = ClearTextAuthentication | HashAuthentication

/** Cisco's limit for the password, octets. */
export const longestKey = 8

const clearTextType = 1

const clearText: Layout<{ readonly type: number }> = layout('nhrp.auth_ext', 'Authentication type', {
  type: u32('nhrp.auth_ext.type', 'Type', {
    text: (type: number) => (type === clearTextType ? 'Cleartext' : 'Unknown'),
  }),
})
const key: Field = field('nhrp.auth_ext.key', 'Key', 'string', { secret: true })

interface HashStart {
  readonly unused: number
  readonly spi: number
}
const hashStart: Layout<HashStart> = layout<HashStart>('nhrp.auth_ext', 'Authentication', {
  unused: u16('nhrp.auth_ext.reserved', 'Reserved'),
  spi: u16('nhrp.auth_ext.spi', 'SPI'),
})
const sourceFields = addressFields('nhrp.auth_ext.src_addr', 'Source Address')
const data: Field = field('nhrp.auth_ext.data', 'Data', 'bytes', { secret: true })

/** The fields of the second form, which RFC 2520 shares. */
export const hashFields: readonly (Outline | Field)[] = [hashStart, ...Object.values(sourceFields), data]

export const authentication: ExtensionCodec<Authentication> = extension<Authentication>({
  type: 7,
  kind: 'authentication',
  label: 'NHRP Authentication Extension',
  fields: [clearText, key, ...hashFields],
  defaults: {
    kind: 'authentication',
    form: 'cleartext',
    compulsory: true,
    reserved: false,
    key: new Uint8Array([0x6b, 0x65, 0x79]),
  },

  walk(c, { compulsory, reserved }, sourceLength) {
    const { left } = c
    const isClearText =
      left >= clearText.size && left <= clearText.size + longestKey && c.view.getUint32(c.at) === clearTextType
    if (isClearText) {
      c.pass(clearText)
      const at = c.at
      const octets = c.octets(at, c.end)
      if (octets.length > 0 && c.wants(key)) c.show(key, latin1(octets), at, octets.length)
      c.at = c.end
      return { kind: 'authentication', form: 'cleartext', compulsory, reserved, key: octets }
    }
    return { kind: 'authentication', form: 'hash', compulsory, reserved, ...walkHash(c, sourceLength) }
  },

  size: each => (each.form === 'cleartext' ? clearText.size + each.key.length : sizeOfHash(each)),

  write(w, each) {
    if (each.form === 'cleartext') {
      clearText.write(w.view, w.pass(clearText), { type: clearTextType })
      w.putBytes(each.key)
      return
    }
    writeHash(w, each)
  },

  title: each => (each.form === 'cleartext' ? 'Cleartext' : `SPI=${each.spi}${addressText(each.source)}`),
})

/** The value of RFC 2332 §5.3.4. */
export function walkHash(c: PacketCursor, sourceLength: number): Hash {
  const { unused, spi } = c.take(hashStart)
  const source = c.takeAddress(sourceFields, sourceLength)
  return { unused, spi, source, data: c.takeRest(data) }
}

export function sizeOfHash(hash: Hash): number {
  return hashStart.size + sizeOfAddress(hash.source) + hash.data.length
}

export function writeHash(w: Writer, hash: Hash): void {
  w.put(hashStart, hash)
  w.putAddress(hash.source)
  w.putBytes(hash.data)
}

function addressText(address: Address | undefined): string {
  return address === undefined || typeof address === 'object' ? '' : `, ${formatIp(address)}`
}
