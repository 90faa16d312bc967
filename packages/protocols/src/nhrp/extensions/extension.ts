/**
 * The extensions part, RFC 2332 §5.3: a list of type, length and value, closed by the End extension.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |C|u|        Type               |        Length                 |
 *  |                         Value …                               |
 */
import type { Field, Outline, Writer } from '@dmvpn/wire'
import type { PacketCursor } from '../../packet-cursor.ts'
import type { Authentication } from './authentication.ts'
import type { DeviceCapabilities } from './device-capabilities.ts'
import type { End } from './end.ts'
import type { MobileAuthentication } from './mobile-authentication.ts'
import type { NatAddress } from './nat-address.ts'
import type { ForwardTransit, ResponderAddress, ReverseTransit } from './records.ts'
import type { Unrecognised } from './unrecognised.ts'
import type { VendorPrivate } from './vendor-private.ts'

/** What every extension says of itself. */
export interface ExtensionHead {
  /** C: whoever does not know the type must not ignore it. */
  readonly compulsory: boolean
  /** u: zero. */
  readonly reserved: boolean
  /** Octets behind what the value holds, where there are any: a record extension with half an entry. */
  readonly leftover?: Uint8Array
}

export type Extension =
  | Authentication
  | DeviceCapabilities
  | End
  | ForwardTransit
  | MobileAuthentication
  | NatAddress
  | ResponderAddress
  | ReverseTransit
  | Unrecognised
  | VendorPrivate

/** How one type of extension is read, sized and written. */
export interface ExtensionCodec<E extends ExtensionHead> {
  readonly type: number
  readonly kind: string
  /** The subtree's title. */
  readonly label: string
  readonly fields: readonly (Outline | Field)[]
  readonly defaults: E
  /** Whether the value is this codec's: two meanings may share one type number. Default: always. */
  recognises?(c: PacketCursor, length: number): boolean
  /**
   * Takes the value from a cursor whose region it is. The packet's source protocol address has `sourceLength` octets. What
   * a value without octets gives depends on the head alone: packets share it.
   */
  walk(c: PacketCursor, head: ExtensionHead, sourceLength: number): E
  /** Octets of the value. */
  size(extension: E): number
  /** Writes the value. */
  write(w: Writer, extension: E): void
  /** The subtree's line, where it says more than the label. */
  title?(extension: E): string
}

// oxlint-disable-next-line no-explicit-any -- the extension's type is known to its codec alone
export type AnyExtensionCodec = ExtensionCodec<any>

/** Declares an extension. Every slot is there in every codec, so all of them have one hidden class. */
export function extension<E extends ExtensionHead>(of: ExtensionCodec<E>): ExtensionCodec<E> {
  /* oxlint-disable typescript/unbound-method -- a description's methods have no use for `this` */
  const made: { [K in keyof Required<ExtensionCodec<E>>]: ExtensionCodec<E>[K] | undefined } = {
    type: of.type,
    kind: of.kind,
    label: of.label,
    fields: of.fields,
    defaults: of.defaults,
    recognises: of.recognises,
    walk: of.walk,
    size: of.size,
    write: of.write,
    title: of.title,
  }
  /* oxlint-enable typescript/unbound-method */
  return made as ExtensionCodec<E>
}
