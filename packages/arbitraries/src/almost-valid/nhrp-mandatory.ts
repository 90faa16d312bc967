/** NHRP packets with one fault in the mandatory part: flags, unused words, client information entries. */
import { type Cie, encode, nhrp } from '@dmvpn/protocols'
import { sizeOfAddress } from '@dmvpn/wire'
import fc from 'fast-check'
import { octets, word } from '../values.ts'
import { type Flaw, type Flawed, flawsOf } from './flaw.ts'
import { bodyOf, extensionsOf, lying, sizeOfEntry } from './nhrp-places.ts'
import { plainErrorIndication, plainExchange, plainTrafficIndication } from './plain-nhrp.ts'

const flaw = flawsOf(nhrp)

/** Packets whose first entry is changed: `at` counts from the entry. */
function entry<T>(
  choices: fc.Arbitrary<T>,
  change: (entry: Cie, choice: T) => Partial<Cie>,
  at: number,
): fc.Arbitrary<Flawed> {
  return fc.tuple(plainExchange, choices).map(([packet, choice]) => {
    const [first, ...others] = packet.entries
    const entries = [{ ...first!, ...change(first!, choice) }, ...others]
    return { bytes: encode(nhrp, { ...packet, entries }), at: bodyOf(packet) + at }
  })
}

const strange = octets(20, 1).filter(({ length }) => length !== 4 && length !== 16)

export const nhrpMandatoryFlaws: readonly Flaw[] = [
  flaw(
    'a reserved flag is set',
    'RFC 2332 §5.2.1 to §5.2.6',
    'nhrp.flags.reserved',
    fc
      .tuple(plainExchange, fc.constantFrom(0x0001, 0x0004, 0x0010, 0x0100, 0x0400))
      .map(([packet, flag]) => ({ bytes: encode(nhrp, { ...packet, flags: packet.flags | flag }), at: 22 })),
  ),
  flaw(
    'the unused word of an Error Indication is not zero',
    'RFC 2332 §5.2.7',
    'nhrp.unused.nonzero',
    fc
      .tuple(
        plainErrorIndication,
        word.filter(unused => unused !== 0),
      )
      .map(([packet, unused]) => ({ bytes: encode(nhrp, { ...packet, unused }), at: 22 })),
  ),
  flaw(
    'an unused word of a Traffic Indication is not zero',
    'draft-detienne-dmvpn-01',
    'nhrp.unused.nonzero',
    fc
      .tuple(
        plainTrafficIndication,
        word.filter(unused => unused !== 0),
        fc.boolean(),
      )
      .map(([packet, unused, second]) => ({
        bytes: encode(nhrp, { ...packet, ...(second ? { unused2: unused } : { unused }) }),
        at: second ? 26 : 22,
      })),
  ),
  flaw(
    'an Error Indication has extensions',
    'RFC 2332 §5.2.7',
    'nhrp.ext.not_allowed',
    fc.tuple(plainErrorIndication, plainExchange).map(([packet, { extensions }]) => {
      const wrong = { ...packet, protocolType: 0x0800, sourceProtocol: 1, destinationProtocol: 2 }
      const end = extensions.slice(-1)
      return { bytes: encode(nhrp, { ...wrong, extensions: end }), at: bodyOf(wrong) + packet.quote.length }
    }),
  ),
  flaw(
    'octets are left over behind the entries',
    'RFC 2332 §5.2.0.1',
    'nhrp.leftover.note',
    fc.tuple(plainExchange, octets(11, 1)).map(([packet, leftover]) => ({
      bytes: encode(nhrp, { ...packet, leftover }),
      at: extensionsOf(packet),
    })),
  ),
  flaw(
    'an entry is cut by the extension offset',
    'RFC 2332 §5.2.0.1',
    'truncated',
    plainExchange.map(packet => {
      const [first] = packet.entries
      const start = bodyOf(packet)
      const extensionOffset = start + sizeOfEntry(first!) - 1
      const protocolAt = start + 12 + sizeOfAddress(first!.nbma)
      return { bytes: lying(packet, { extensionOffset }), at: protocolAt }
    }),
  ),
  flaw(
    'the unused word of an entry is not zero',
    'RFC 2332 §5.2.0.1',
    'nhrp.unused.nonzero',
    entry(
      word.filter(unused => unused !== 0),
      (_, unused) => ({ unused }),
      2,
    ),
  ),
  flaw(
    'the prefix is longer than the address',
    'RFC 2332 §5.2.0.1',
    'nhrp.prefix.too_long',
    entry(
      fc.integer({ min: 1, max: 126 }),
      ({ protocol }, more) => ({ prefixLength: 8 * sizeOfAddress(protocol) + more }),
      1,
    ),
  ),
  flaw(
    "the reserved bit of an entry's address type is set",
    'RFC 2332 §5.2.0.1',
    'nhrp.tl.reserved',
    entry(fc.constantFrom(2, 3), (_, nbmaType) => ({ nbmaType }), 8),
  ),
  flaw(
    "an entry's NBMA address does not fit its family",
    'RFC 2332 §5.2.0.1',
    'nhrp.address_length.unexpected',
    entry(strange, (_, nbma) => ({ nbma }), 8),
  ),
  flaw(
    "an entry's protocol address does not fit its protocol",
    'RFC 2332 §5.2.0.1',
    'nhrp.address_length.unexpected',
    entry(strange, (_, protocol) => ({ protocol, prefixLength: 0 }), 10),
  ),
]
