/** An extension nobody here knows: kept, and written back byte for byte (RFC 2332 §5.3). */
import { type Field, field } from '@dmvpn/wire'
import { type ExtensionCodec, type ExtensionHead, extension } from './extension.ts'

export interface Unrecognised extends ExtensionHead {
  readonly kind: 'unrecognised'
  /** 14 bits. */
  readonly type: number
  readonly value: Uint8Array
}

const value: Field = field('nhrp.unknown_ext.value', 'Extension Value', 'bytes')

/** Its `walk` leaves the type to the caller, who has read it. */
export const unrecognised: ExtensionCodec<Unrecognised> = extension<Unrecognised>({
  type: -1,
  kind: 'unrecognised',
  label: 'Unknown',
  fields: [value],
  defaults: { kind: 'unrecognised', compulsory: false, reserved: false, type: 0x3800, value: new Uint8Array(0) },
  walk: (c, { compulsory, reserved }) => ({
    kind: 'unrecognised',
    compulsory,
    reserved,
    type: -1,
    value: c.takeRest(value),
  }),
  size: each => each.value.length,
  write: (w, each) => w.putBytes(each.value),
})
