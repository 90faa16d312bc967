/**
 * The three extensions that name stations by client information entries, RFC 2332 §5.3.1 to §5.3.3: who answered, who
 * forwarded the request, who forwarded the reply. A request carries them empty to ask for the record.
 */
import { type Cie, sizeOfCies, walkCies, writeCies } from '../cie.ts'
import { type ExtensionCodec, type ExtensionHead, extension } from './extension.ts'

interface Record<K extends string> extends ExtensionHead {
  readonly kind: K
  readonly entries: readonly Cie[]
}

export type ResponderAddress = Record<'responder-address'>
export type ForwardTransit = Record<'forward-transit'>
export type ReverseTransit = Record<'reverse-transit'>

function recordExtension<K extends string>(type: number, kind: K, label: string): ExtensionCodec<Record<K>> {
  return extension<Record<K>>({
    type,
    kind,
    label,
    fields: [],
    defaults: { kind, compulsory: true, reserved: false, entries: [] },
    walk: (c, { compulsory, reserved }) => ({ kind, compulsory, reserved, entries: walkCies(c) }),
    size: each => sizeOfCies(each.entries),
    write: (w, each) => writeCies(w, each.entries),
  })
}

export const responderAddress: ExtensionCodec<ResponderAddress> = recordExtension(
  3,
  'responder-address',
  'Responder Address Extension',
)
export const forwardTransit: ExtensionCodec<ForwardTransit> = recordExtension(
  4,
  'forward-transit',
  'Forward Transit NHS Record Extension',
)
export const reverseTransit: ExtensionCodec<ReverseTransit> = recordExtension(
  5,
  'reverse-transit',
  'Reverse Transit NHS Record Extension',
)
