/** NHRP packets with one fault in the extensions part. */
import { extensions as codecs, type Extension, encode, type NhrpExchange, nhrp } from '@dmvpn/protocols'
import fc from 'fast-check'
import { noOctets, octets } from '../values.ts'
import { type Flaw, type Flawed, flawsOf } from './flaw.ts'
import { extensionsOf, rewritten } from './nhrp-places.ts'
import { end, plainExchange } from './plain-nhrp.ts'

const flaw = flawsOf(nhrp)
const headSize = 4
const authenticationType = 7

/** Octets of an extension, its head included. */
function sizeOf(extension: Extension): number {
  const codec = codecs.find(({ kind }) => kind === extension.kind)
  const value =
    codec === undefined ? (extension as { readonly value: Uint8Array }).value.length : (codec.size(extension) as number)
  return headSize + value + (extension.leftover?.length ?? 0)
}

/** Where extension number `index` begins. */
function placeOf(packet: NhrpExchange, index: number): number {
  return packet.extensions.slice(0, index).reduce((sum, each) => sum + sizeOf(each), extensionsOf(packet))
}

function withExtensions(packet: NhrpExchange, list: readonly Extension[]): NhrpExchange {
  return { ...packet, extensions: list }
}

/** Packets whose extension number `index` is changed: `at` counts from its head. */
function changed<T>(
  index: number | 'last',
  choices: fc.Arbitrary<T>,
  change: (extension: Extension, choice: T) => Extension,
  at: number,
): fc.Arbitrary<Flawed> {
  return fc.tuple(plainExchange, choices).map(([packet, choice]) => {
    const place = index === 'last' ? packet.extensions.length - 1 : index
    const list = packet.extensions.with(place, change(packet.extensions[place]!, choice))
    return { bytes: encode(nhrp, withExtensions(packet, list)), at: placeOf(packet, place) + at }
  })
}

/** Packets with another extension before the End. */
function added<T>(
  choices: fc.Arbitrary<T>,
  extension: (choice: T) => Extension,
  at: (choice: T) => number,
): fc.Arbitrary<Flawed> {
  return fc.tuple(plainExchange, choices).map(([packet, choice]) => {
    const list = packet.extensions.filter(({ kind }) => kind !== 'authentication' && kind !== 'end')
    const wrong = withExtensions(packet, [...list, extension(choice), end])
    return { bytes: encode(nhrp, wrong), at: placeOf(wrong, list.length) + at(choice) }
  })
}

const nothing = fc.constant(undefined)
const head = { compulsory: true, reserved: false }

export const nhrpExtensionFlaws: readonly Flaw[] = [
  flaw(
    'the extensions are not closed',
    'RFC 2332 §5.3',
    'nhrp.ext.no_end',
    plainExchange.map(packet => {
      const bytes = encode(nhrp, withExtensions(packet, packet.extensions.slice(0, -1)))
      return { bytes, at: bytes.length }
    }),
  ),
  flaw(
    'octets stand behind the End extension',
    'RFC 2332 §5.3',
    'nhrp.ext.extra',
    fc.tuple(plainExchange, octets(16, 1)).map(([packet, afterEnd]) => ({
      bytes: encode(nhrp, { ...packet, afterEnd }),
      at: encode(nhrp, packet).length,
    })),
  ),
  flaw(
    'the End extension has a value',
    'RFC 2332 §5.3',
    'nhrp.ext.end.nonempty',
    changed('last', octets(8, 1), (_, value) => ({ ...end, value }) as Extension, headSize),
  ),
  flaw(
    'an extension comes twice',
    'RFC 2332 §5.3',
    'nhrp.ext.duplicate',
    plainExchange.map(packet => {
      const list = packet.extensions.slice(0, -1)
      const wrong = withExtensions(packet, [...list, { ...list[0]!, entries: [] } as Extension, end])
      return { bytes: encode(nhrp, wrong), at: placeOf(wrong, list.length) }
    }),
  ),
  flaw(
    'the compulsory flag is clear where it is to be set',
    'RFC 2332 §5.3.1',
    'nhrp.ext.c.unexpected',
    changed(0, nothing, each => ({ ...each, compulsory: false }), 0),
  ),
  flaw(
    'the compulsory flag is set where it is to be clear',
    'RFC 2332 §5.3.5',
    'nhrp.ext.c.unexpected',
    added(
      octets(8),
      data => ({ kind: 'vendor-private', ...head, vendor: 0x123456, data }),
      () => 0,
    ),
  ),
  flaw(
    'the reserved flag is set',
    'RFC 2332 §5.3',
    'nhrp.ext.u.nonzero',
    changed(1, nothing, each => ({ ...each, reserved: true }), 0),
  ),
  flaw(
    'a record holds half an entry',
    'RFC 2332 §5.3.2',
    'nhrp.ext.leftover.note',
    fc.tuple(plainExchange, octets(11, 1)).map(([packet, leftover]) => {
      const list = packet.extensions.with(2, { ...packet.extensions[2]!, leftover })
      return { bytes: encode(nhrp, withExtensions(packet, list)), at: placeOf(packet, 3) }
    }),
  ),
  flaw(
    'an entry of a record is cut by its extension',
    'RFC 2332 §5.3.2',
    'truncated',
    // Twelve octets of an entry that says it has an NBMA address of four.
    added(
      nothing,
      () => ({ kind: 'unrecognised', ...head, type: 4, value: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0) }),
      () => headSize + 12,
    ),
  ),
  flaw(
    'the length of an extension runs out of the packet',
    'RFC 2332 §5.3',
    'truncated',
    fc.tuple(plainExchange, fc.integer({ min: 1, max: 0xffff })).map(([packet, length]) => {
      const at = encode(nhrp, packet).length
      return { bytes: rewritten(packet, at - 2, length), at }
    }),
  ),
  flaw(
    'the authentication has no room for its head',
    'RFC 2332 §5.3.4',
    'truncated',
    added(
      fc.nat(3),
      length => ({ kind: 'unrecognised', ...head, type: authenticationType, value: new Uint8Array(length) }),
      length => headSize + (length < 2 ? 0 : 2),
    ),
  ),
  flaw(
    'the password is empty, or no text',
    'RFC 2332 §5.3.4',
    'nhrp.auth_ext.key.odd',
    added(
      fc.oneof(fc.constant(noOctets), fc.uint8Array({ minLength: 1, maxLength: 8, max: 0x1f })),
      key => ({ kind: 'authentication', form: 'cleartext', ...head, key }),
      () => headSize + 4,
    ),
  ),
]
