/** Every extension of the project, by type number. One that recognises its value by length stands before the one that does not. */
import { authentication } from './authentication.ts'
import { deviceCapabilities } from './device-capabilities.ts'
import { end } from './end.ts'
import type { AnyExtensionCodec } from './extension.ts'
import { mobileAuthentication } from './mobile-authentication.ts'
import { natAddress } from './nat-address.ts'
import { forwardTransit, responderAddress, reverseTransit } from './records.ts'
import { vendorPrivate } from './vendor-private.ts'

export const extensions: readonly AnyExtensionCodec[] = [
  end,
  responderAddress,
  forwardTransit,
  reverseTransit,
  authentication,
  vendorPrivate,
  deviceCapabilities,
  natAddress,
  mobileAuthentication,
]
