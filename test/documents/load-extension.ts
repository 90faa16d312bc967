/**
 * Load, type 0x3801 (experimental).
 *
 *  |           Load in percent (16)                                |
 */
import { type ExtensionCodec, type ExtensionHead, extension } from '@dmvpn/protocols'
import { type Layout, layout, u16 } from '@dmvpn/wire'

export interface Load extends ExtensionHead {
  readonly kind: 'load'
  readonly percent: number
}

const value: Layout<{ readonly percent: number }> = layout('nhrp.load_ext', 'Load', {
  percent: u16('nhrp.load_ext.percent', 'Load in percent'),
})

export const load: ExtensionCodec<Load> = extension<Load>({
  type: 0x3801,
  kind: 'load',
  label: 'Load Extension',
  fields: [value],
  defaults: { kind: 'load', compulsory: false, reserved: false, percent: 0 },
  walk: (c, { compulsory, reserved }) => ({ kind: 'load', compulsory, reserved, percent: c.take(value).percent }),
  size: () => value.size,
  write: (w, each) => w.put(value, each),
})
