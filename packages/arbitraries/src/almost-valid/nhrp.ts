/** NHRP packets with one fault in the fixed part, or in the lengths of the addresses. */
import { encode, type NhrpExchange, nhrp } from '@dmvpn/protocols'
import { sizeOfAddress } from '@dmvpn/wire'
import fc from 'fast-check'
import { octet, octets } from '../values.ts'
import { type Flaw, type Flawed, flawsOf, patched } from './flaw.ts'
import { bodyOf, checksumAt, leastSize, lying } from './nhrp-places.ts'
import { plainExchange } from './plain-nhrp.ts'

const flaw = flawsOf(nhrp)

function exchange(change: (packet: NhrpExchange) => Partial<NhrpExchange>, at: number): fc.Arbitrary<Flawed> {
  return plainExchange.map(packet => ({ bytes: encode(nhrp, { ...packet, ...change(packet) }), at }))
}

const closed = plainExchange
const open = plainExchange.map((packet): NhrpExchange => ({ ...packet, extensions: [] }))
/** A length that no address of these families has. */
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
    'the packet ends inside the fixed part',
    'RFC 2332 §5.2.1',
    'truncated',
    fc.tuple(plainExchange, fc.constantFrom(2, 10, 16, 18)).map(([packet, at]) => ({
      bytes: encode(nhrp, packet).slice(0, at),
      at,
    })),
  ),
]
