/**
 * Cisco's NAT address extension, type 9, draft-detienne-dmvpn-01: a list of client information entries that carry the
 * translated address of a station behind NAT. RFC 2735 gives the same number to device capabilities, which are exactly
 * eight octets long; no list of entries is.
 */
import { type Cie, sizeOfCies, walkCies, writeCies } from '../cie.ts'
import { type ExtensionCodec, type ExtensionHead, extension } from './extension.ts'

export interface NatAddress extends ExtensionHead {
  readonly kind: 'nat-address'
  readonly entries: readonly Cie[]
}

export const natAddress: ExtensionCodec<NatAddress> = extension<NatAddress>({
  type: 9,
  kind: 'nat-address',
  label: 'Cisco NAT Address Extension',
  fields: [],
  defaults: { kind: 'nat-address', compulsory: false, reserved: false, entries: [] },
  walk: (c, { compulsory, reserved }) => ({ kind: 'nat-address', compulsory, reserved, entries: walkCies(c) }),
  size: each => sizeOfCies(each.entries),
  write: (w, each) => writeCies(w, each.entries),
})
