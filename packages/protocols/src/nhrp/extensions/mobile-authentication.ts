/** NHRP Mobile NHC Authentication, type 10, RFC 2520 §3: shaped as the keyed hash of RFC 2332 §5.3.4. */
import { type Hash, hashFields, sizeOfHash, walkHash, writeHash } from './authentication.ts'
import { type ExtensionCodec, type ExtensionHead, extension } from './extension.ts'

export interface MobileAuthentication extends ExtensionHead, Hash {
  readonly kind: 'mobile-authentication'
}

export const mobileAuthentication: ExtensionCodec<MobileAuthentication> = extension<MobileAuthentication>({
  type: 10,
  kind: 'mobile-authentication',
  label: 'Mobile NHC Authentication Extension',
  fields: hashFields,
  defaults: {
    kind: 'mobile-authentication',
    compulsory: true,
    reserved: false,
    unused: 0,
    spi: 0x100,
    source: 0,
    data: new Uint8Array(16),
  },
  walk: (c, { compulsory, reserved }, sourceLength) => ({
    kind: 'mobile-authentication',
    compulsory,
    reserved,
    ...walkHash(c, sourceLength),
  }),
  size: sizeOfHash,
  write: writeHash,
})
