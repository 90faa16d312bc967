/**
 * Link state advertisements read and written, RFC 2328 §A.4.1.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |D|          LS Age             |    Options    |    LS Type    |
 *  |                        Link State ID                          |
 *  |                     Advertising Router                        |
 *  |                     LS Sequence Number                        |
 *  |         LS Checksum           |            Length             |
 */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
  type Ipv4,
  ipv4,
  type Layout,
  type Lens,
  layout,
  type Outline,
  u8,
  u16,
  u24,
  u32,
  Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { hexWord } from './checksum-should-be.ts'
import { fletcherChecksum } from './fletcher.ts'
import { opaqueTypeNames, optionsFormat, ospfLsaNames, ospfLsaType } from './ospf-codes.ts'
import { ospfLsaBodyFields, sizeOfOspfLsaBody, walkOspfLsaBody, writeOspfLsaBody } from './ospf-lsa-bodies.ts'
import type { OspfLsa, OspfLsaHeader } from './ospf-lsas.ts'

interface AgeWord {
  readonly doNotAge: boolean
  readonly age: number
}

const ageWord: Layout<AgeWord> = layout<AgeWord>('ospf.lsa', 'Age', {
  doNotAge: flag('ospf.lsa.donotage', 'Do Not Age Flag', { type: 'uint16' }),
  age: bits(15, 'ospf.lsa.age', 'LS Age (seconds)'),
})

interface OptionsAndType {
  readonly options: number
  readonly type: number
}

const optionsAndType = (inNssa: boolean): Layout<OptionsAndType> =>
  layout<OptionsAndType>('ospf.lsa', 'Options and type', {
    options: u8('ospf.v2.options', 'Options', optionsFormat(inNssa)),
    type: u8('ospf.lsa', 'LS Type', { names: ospfLsaNames }),
  })
const plainType = optionsAndType(false)
const nssaType = optionsAndType(true)

const plainId: Layout<{ readonly id: Ipv4 }> = layout('ospf.lsa', 'Link State ID', {
  id: ipv4('ospf.lsa.id', 'Link State ID'),
})
const opaqueId: Layout<{ readonly opaqueType: number; readonly opaqueId: number }> = layout('ospf.lsid', 'Opaque ID', {
  opaqueType: u8('ospf.lsid_opaque_type', 'Link State ID Opaque Type', { names: opaqueTypeNames }),
  opaqueId: u24('ospf.lsid.opaque_id', 'Link State ID Opaque ID'),
})
const trafficEngineeringId: Layout<{
  readonly opaqueType: number
  readonly reserved: number
  readonly instance: number
}> = layout('ospf.lsid', 'Opaque ID', {
  opaqueType: u8('ospf.lsid_opaque_type', 'Link State ID Opaque Type', { names: opaqueTypeNames }),
  reserved: u8('ospf.lsid_te_lsa.reserved', 'Link State ID TE-LSA Reserved'),
  instance: u16('ospf.lsid_te_lsa.instance', 'Link State ID TE-LSA Instance'),
})

interface HeaderEnd {
  readonly advertisingRouter: Ipv4
  readonly sequence: number
  readonly checksum: number
  readonly length: number
}

const headerEnd: Layout<HeaderEnd> = layout<HeaderEnd>('ospf.lsa', 'Link state header', {
  advertisingRouter: ipv4('ospf.advrouter', 'Advertising Router'),
  sequence: u32('ospf.lsa.seqnum', 'Sequence Number', { base: 'hex' }),
  checksum: u16('ospf.lsa.chksum', 'Checksum', { base: 'hex' }),
  length: u16('ospf.lsa.length', 'Length'),
})

const typeFlag = (name: string, label: string): Field => field(name, label, 'boolean', { hidden: true })
const opaque: Field = typeFlag('ospf.lsa.opaque', 'Opaque LSA')
const typeFlags: readonly (Field | undefined)[] = [
  undefined,
  typeFlag('ospf.lsa.router', 'Router LSA'),
  typeFlag('ospf.lsa.network', 'Network LSA'),
  typeFlag('ospf.lsa.summary', 'Summary LSA (IP Network)'),
  typeFlag('ospf.lsa.asbr', 'Summary LSA (ASBR)'),
  typeFlag('ospf.lsa.asext', 'AS-External LSA (ASBR)'),
  typeFlag('ospf.lsa.member', 'Group Membership LSA'),
  typeFlag('ospf.lsa.nssa', 'NSSA AS-External LSA'),
  typeFlag('ospf.lsa.attr', 'External Attributes LSA'),
  opaque,
  opaque,
  opaque,
]
const badChecksum: Field = expert('ospf.lsa.chksum.bad', 'Bad checksum', 'error')

export const ospfLsaFields: readonly (Outline | Field)[] = [
  ageWord,
  plainType,
  nssaType,
  plainId,
  opaqueId,
  trafficEngineeringId,
  headerEnd,
  ...typeFlags.slice(1, 10).map(each => each!),
  ...ospfLsaBodyFields,
  badChecksum,
]

/** Octets of an advertisement's header. */
export const ospfLsaHeaderSize: number = ageWord.size + plainType.size + plainId.size + headerEnd.size
/** Where the checksum stands, and where what it covers begins: everything but the age (RFC 2328 §12.1.7). */
const checksumOffset = 16
const coveredOffset = 2

/** A header alone, RFC 2328 §A.3.3 and §A.3.6. */
export function walkOspfLsaHeader(c: PacketCursor): OspfLsaHeader {
  openLsa(c)
  const header = walkHeader(c)
  c.close()
  return header
}

/** A whole advertisement. One whose length does not reach its own header stops the walk. */
export function walkOspfLsa(c: PacketCursor): OspfLsa {
  const at = c.at
  openLsa(c)
  const { checksum, length, ...start } = walkHeader(c)
  if (length < ospfLsaHeaderSize) {
    c.malformed(
      'ospf.lsa.length',
      `is ${length}, less than the header's ${ospfLsaHeaderSize}`,
      'RFC 2328 §A.4.1',
      c.at - 2,
    )
  }
  c.enter(length - ospfLsaHeaderSize, 'ospf.lsa.length')
  const body = walkOspfLsaBody(c, start.type)
  c.leave()
  if (c.wants(badChecksum)) {
    const right = fletcherChecksum(c.view, at + coveredOffset, at + length, at + checksumOffset)
    if (right !== checksum) {
      c.note(badChecksum, `Bad checksum [should be ${hexWord(right)}]`, at + checksumOffset, 2)
    }
  }
  c.close()
  return { ...start, body }
}

/** A header that is not all there is not shown: Wireshark's rule. */
function openLsa(c: PacketCursor): void {
  c.need('ospf.lsa', ospfLsaHeaderSize)
  if (c.witness === undefined) return
  const type = c.view.getUint8(c.at + 3)
  c.open(`LSA-type ${type} (${ospfLsaNames.nameOf(type) ?? 'Unknown'}), len ${c.view.getUint16(c.at + 18)}`)
}

function walkHeader(c: PacketCursor): OspfLsaHeader {
  const { doNotAge, age } = c.take(ageWord)
  const inNssa = c.view.getUint8(c.at + 1) === ospfLsaType.nssa
  const { options, type } = c.take(inNssa ? nssaType : plainType)
  const shown = typeFlags[type]
  if (shown !== undefined) c.show(shown, true, c.at - 1, 1)
  const id = walkId(c, type)
  const { advertisingRouter, sequence, checksum, length } = c.take(headerEnd)
  return { age, doNotAge, options, type, id, advertisingRouter, sequence, checksum, length }
}

function walkId(c: PacketCursor, type: number): Ipv4 {
  const isOpaque = type >= ospfLsaType.opaqueLink && type <= ospfLsaType.opaqueSystem
  if (!isOpaque) return c.take(plainId).id
  const id = c.view.getUint32(c.at)
  // Opaque type 1, RFC 3630: an octet that is not used, then the number of the instance.
  if (id >>> 24 === 1) c.take(trafficEngineeringId)
  else c.take(opaqueId)
  return id
}

/** Octets of an advertisement. */
export function sizeOfOspfLsa(lsa: OspfLsa): number {
  return ospfLsaHeaderSize + sizeOfOspfLsaBody(lsa.body)
}

export function writeOspfLsaHeader(w: Writer, header: OspfLsaHeader): void {
  w.put(ageWord, header)
  w.put(plainType, header)
  w.put(plainId, header)
  w.put(headerEnd, header)
}

/** Writes an advertisement, its length and checksum true. */
export function writeOspfLsa(w: Writer, lsa: OspfLsa): void {
  const at = w.at
  writeOspfLsaHeader(w, { ...lsa, checksum: 0, length: sizeOfOspfLsa(lsa) })
  writeOspfLsaBody(w, lsa.body)
  const checksum = fletcherChecksum(w.view, at + coveredOffset, w.at, at + checksumOffset)
  w.view.setUint16(at + checksumOffset, checksum)
}

/** What is claimed by the advertisement that starts `at` octets into the packet. */
export function ospfLsaClaims(at: number): { readonly checksum: Lens<number>; readonly length: Lens<number> } {
  const { checksum, length } = headerEnd.lens
  const before = ospfLsaHeaderSize - headerEnd.size
  return { checksum: checksum.after(at + before), length: length.after(at + before) }
}

/** The header of an advertisement as databases compare and describe it: with its true checksum and length. */
export function ospfLsaHeaderOf(lsa: OspfLsa): OspfLsaHeader {
  const w = new Writer(sizeOfOspfLsa(lsa))
  writeOspfLsa(w, lsa)
  const { body: _, ...start } = lsa
  return { ...start, checksum: w.view.getUint16(checksumOffset), length: w.bytes.length }
}
