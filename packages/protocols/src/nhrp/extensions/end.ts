/** The End extension, type 0, RFC 2332 §5.3: closes the list; its length is 0. */
import { type Field, field } from '@dmvpn/wire'
import { type ExtensionCodec, type ExtensionHead, extension } from './extension.ts'

export interface End extends ExtensionHead {
  readonly kind: 'end'
  /** Empty, unless the sender was wrong. */
  readonly value: Uint8Array
}

const value: Field = field('nhrp.end_ext.value', 'Extension Value', 'bytes')

export const end: ExtensionCodec<End> = extension<End>({
  type: 0,
  kind: 'end',
  label: 'End of Extension',
  fields: [value],
  defaults: { kind: 'end', compulsory: true, reserved: false, value: new Uint8Array(0) },
  walk: (c, { compulsory, reserved }) => ({ kind: 'end', compulsory, reserved, value: c.takeRest(value) }),
  size: each => each.value.length,
  write: (w, each) => w.putBytes(each.value),
})
