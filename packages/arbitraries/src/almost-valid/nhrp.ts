/** NHRP packets with one fault in the fixed or the mandatory part. */
import { type Cie, encode, type Nhrp, type NhrpExchange, nhrp } from '@dmvpn/protocols'
import { sizeOfAddress } from '@dmvpn/wire'
import fc from 'fast-check'
import { octet, octets, word } from '../values.ts'
import { type Flaw, type Flawed, flawsOf, patched, patchedWord, summed } from './flaw.ts'
import { plainErrorIndication, plainExchange, plainTrafficIndication } from './plain-nhrp.ts'

const flaw = flawsOf(nhrp)
const leastSize = 28
const checksumAt = 12

/** The octets of a packet, some of its claims replaced, the checksum true for what is then there. */
export function lying(packet: Nhrp, claims: Readonly<Record<string, number>>): Uint8Array {
  return summed(encode(nhrp, packet, { claims }), checksumAt)
}

/** Where the mandatory part's entries, or its quote, begin. */
export function bodyOf(packet: Nhrp): number {
  const { sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol } = packet
  const addresses = [sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol]
  return addresses.reduce<number>((sum, address) => sum + sizeOfAddress(address), leastSize)
}

/** Where the extensions begin. */
export function extensionsOf(packet: NhrpExchange): number {
  return packet.entries.reduce((sum, entry) => sum + sizeOfEntry(entry), bodyOf(packet) + packet.leftover.length)
}

/** Octets of an entry. */
export function sizeOfEntry({ nbma, subaddress, protocol }: Cie): number {
  return 12 + sizeOfAddress(nbma) + sizeOfAddress(subaddress) + sizeOfAddress(protocol)
}

function exchange(change: (packet: NhrpExchange) => Partial<NhrpExchange>, at: number): fc.Arbitrary<Flawed> {
  return plainExchange.map(packet => ({ bytes: encode(nhrp, { ...packet, ...change(packet) }), at }))
}

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

const closed = plainExchange
const open = plainExchange.map((packet): NhrpExchange => ({ ...packet, extensions: [] }))
const strange = octets(20, 1).filter(({ length }) => length !== 4 && length !== 16)

/** Where the first address stands that does not fit before `end`. */
function cutAddress(packet: NhrpExchange, end: number): number {
  let at = leastSize
  for (const address of [
    packet.sourceNbma,
    packet.sourceSubaddress,
    packet.sourceProtocol,
    packet.destinationProtocol,
  ]) {
    if (at + sizeOfAddress(address) > end) return at
    at += sizeOfAddress(address)
  }
  return at
}

export const nhrpFlaws: readonly Flaw[] = [
  flaw(
    'one bit of the checksum is wrong',
    'RFC 2332 §5.2.1',
    'nhrp.hdr.bad_checksum',
    fc.tuple(plainExchange, fc.nat(15)).map(([packet, bit]) => {
      const bytes = encode(nhrp, packet)
      const at = checksumAt + (bit >>> 3)
      return { bytes: patched(bytes, at, bytes[at]! ^ (1 << (bit & 7))), at: checksumAt }
    }),
  ),
  flaw(
    'the size is less than any message has',
    'RFC 2332 §5.2.1',
    'malformed',
    fc
      .tuple(plainExchange, fc.nat(leastSize - 1))
      .map(([packet, size]) => ({ bytes: lying(packet, { size }), at: 10 })),
  ),
  flaw(
    'the size promises more than there is',
    'RFC 2332 §5.2.1',
    'truncated',
    fc.tuple(closed, fc.integer({ min: 1, max: 2000 })).map(([packet, more]) => {
      const { length } = encode(nhrp, packet)
      return { bytes: lying(packet, { size: length + more }), at: length }
    }),
  ),
  flaw(
    'octets stand behind the packet',
    'RFC 2332 §5.2.1',
    'data.trailing',
    fc.tuple(plainExchange, octets(30, 1)).map(([packet, behind]) => {
      const bytes = encode(nhrp, packet)
      return { bytes: Uint8Array.from([...bytes, ...behind]), at: bytes.length }
    }),
  ),
  flaw(
    'the extension offset points into the fixed part',
    'RFC 2332 §5.2.1',
    'malformed',
    fc
      .tuple(closed, fc.integer({ min: 1, max: leastSize - 1 }))
      .map(([packet, extensionOffset]) => ({ bytes: lying(packet, { extensionOffset }), at: 14 })),
  ),
  flaw(
    'the extension offset points into the addresses',
    'RFC 2332 §5.2.1',
    'truncated',
    fc.tuple(closed, fc.nat(99)).map(([packet, choice]) => {
      const extensionOffset = leastSize + (choice % (bodyOf(packet) - leastSize))
      return { bytes: lying(packet, { extensionOffset }), at: cutAddress(packet, extensionOffset) }
    }),
  ),
  flaw(
    'the extension offset points behind the packet',
    'RFC 2332 §5.2.1',
    'malformed',
    fc.tuple(open, fc.integer({ min: 1, max: 3000 })).map(([packet, more]) => {
      const { length } = encode(nhrp, packet)
      return { bytes: lying(packet, { extensionOffset: length + more }), at: 14 }
    }),
  ),
  flaw(
    'the extensions part has no room for an extension',
    'RFC 2332 §5.2.1',
    'truncated',
    fc.tuple(open, fc.integer({ min: 1, max: 3 })).map(([packet, room]) => {
      const extensionOffset = encode(nhrp, packet).length
      const bytes = lying({ ...packet, afterEnd: new Uint8Array(room) }, { extensionOffset })
      return { bytes, at: extensionOffset + (room < 2 ? 0 : 2) }
    }),
  ),
  flaw(
    'the version is not 1',
    'RFC 2332 §5.2.1',
    'nhrp.hdr.version.unknown',
    fc
      .tuple(
        plainExchange,
        octet.filter(version => version !== 1),
      )
      .map(([packet, version]) => ({ bytes: encode(nhrp, { ...packet, version }), at: 16 })),
  ),
  flaw(
    'the packet type is unknown',
    'RFC 2332 §5.2.1',
    'nhrp.hdr.op.type.unknown',
    fc
      .tuple(
        plainExchange,
        octet.filter(type => type === 0 || type > 8),
      )
      .map(([packet, type]) => ({ bytes: encode(nhrp, { ...packet, kind: 'unrecognised', type }), at: 17 })),
  ),
  flaw(
    'the SNAP form is not zero beside a protocol type',
    'RFC 2332 §5.2.1',
    'nhrp.hdr.pro.snap.unexpected',
    exchange(() => ({ snapOui: 0x00005e, snapPid: 1 }), 4),
  ),
  flaw(
    'the SNAP form names what has an Ethertype',
    'RFC 2332 §5.2.1',
    'nhrp.hdr.pro.snap.needless',
    exchange(packet => ({ protocolType: 0x0080, snapPid: packet.protocolType }), 4),
  ),
  flaw(
    'the reserved bit of the source address type is set',
    'RFC 2332 §5.2.1',
    'nhrp.tl.reserved',
    exchange(() => ({ sourceNbmaType: 2 }), 18),
  ),
  flaw(
    'the reserved bit of the source subaddress type is set',
    'RFC 2332 §5.2.1',
    'nhrp.tl.reserved',
    exchange(() => ({ sourceSubaddressType: 3 }), 19),
  ),
  flaw(
    'the source NBMA address does not fit its family',
    'RFC 2332 §5.2.1',
    'nhrp.address_length.unexpected',
    fc
      .tuple(plainExchange, strange)
      .map(([packet, sourceNbma]) => ({ bytes: encode(nhrp, { ...packet, sourceNbma }), at: 18 })),
  ),
  flaw(
    'the destination protocol address does not fit its protocol',
    'RFC 2332 §5.2.0.1',
    'nhrp.address_length.unexpected',
    fc
      .tuple(plainExchange, strange)
      .map(([packet, destinationProtocol]) => ({ bytes: encode(nhrp, { ...packet, destinationProtocol }), at: 21 })),
  ),
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
  flaw(
    'the packet ends inside the fixed part',
    'RFC 2332 §5.2.1',
    'truncated',
    fc.tuple(plainExchange, fc.constantFrom(2, 10, 16, 18)).map(([packet, at]) => ({
      bytes: encode(nhrp, packet).slice(0, at),
      at,
    })),
  ),
]

/** The octets of a packet with a 16-bit number written over, the checksum made true again. */
export function rewritten(packet: Nhrp, at: number, value: number): Uint8Array {
  return summed(patchedWord(encode(nhrp, packet), at, value), checksumAt)
}
