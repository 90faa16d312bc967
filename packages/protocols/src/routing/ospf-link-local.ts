/**
 * Link-local signaling behind an OSPF packet, RFC 5613 §2.2: it comes after the digest where there is one.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |            Checksum           |  Length in words of 4 octets  |
 *  |            TLV type           |      Length of the value      |
 *  |                    Value, filled up to 4 octets …
 */
import {
  type Field,
  field,
  type Layout,
  type Lens,
  layout,
  type Outline,
  shows,
  u16,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { flagText } from './flag-text.ts'

export interface OspfLinkLocalTlv {
  /** 1: extended options; 2: cryptographic authentication. */
  readonly type: number
  readonly value: Uint8Array
  /** Octets that fill the value up to a word. */
  readonly padding: Uint8Array
}

export interface OspfLinkLocalSignaling {
  readonly tlvs: readonly OspfLinkLocalTlv[]
  /** Octets behind the last entry, where there are any. */
  readonly rest?: Uint8Array
}

interface BlockStart {
  readonly checksum: number
  /** Words of four octets, this one included. */
  readonly words: number
}

const start: Layout<BlockStart> = layout<BlockStart>('ospf.lls', 'OSPF LLS Data Block', {
  checksum: u16('ospf.lls.checksum', 'Checksum', { base: 'hex' }),
  words: u16('ospf.lls.data_length', 'LLS Data Length', { scale: 4, unit: ' bytes' }),
})

interface TlvHeader {
  readonly type: number
  readonly length: number
}

const tlvHeader: Layout<TlvHeader> = layout<TlvHeader>('ospf', 'LLS TLV', {
  type: u16('ospf.tlv_type', 'TLV Type'),
  length: u16('ospf.tlv_length', 'TLV Length'),
})

const set = ['Set', 'Not set'] as const
const extendedOptions: Layout<{ readonly options: number }> = layout('ospf.lls.ext', 'Extended options', {
  options: u32('ospf.lls.ext.options', 'Options', {
    base: 'hex',
    text: flagText(8, [
      [2, '(RS) Restart Signal'],
      [1, '(LR) LSDB Resynchronization'],
    ]),
    shows: [
      shows(30, 1, 'ospf.lls.ext.options.rs', '(RS) Restart Signal', 'boolean', { truth: set }),
      shows(31, 1, 'ospf.lls.ext.options.lr', '(LR) LSDB Resynchronization', 'boolean', { truth: set }),
    ],
  }),
})
const sequenceWord: Layout<{ readonly sequence: number }> = layout('ospf.v2.lls', 'Sequence number', {
  sequence: u32('ospf.v2.lls.sequence_number', 'Sequence number', { base: 'hex' }),
})
const digest: Field = field('ospf.v2.lls.auth_data', 'Auth Data', 'bytes')
const value: Field = field('ospf.lls.value', 'Value', 'bytes')
const padding: Field = field('ospf.lls.padding', 'Padding', 'bytes')
const rest: Field = field('ospf.lls.rest', 'Octets behind the entries', 'bytes')

export const ospfLinkLocalFields: readonly (Outline | Field)[] = [
  start,
  tlvHeader,
  extendedOptions,
  sequenceWord,
  digest,
  value,
  padding,
  rest,
]

const titles: Readonly<Record<number, string>> = { 1: 'Extended options TLV', 2: 'Crypto Authentication TLV' }

/** Takes the block. One whose length does not reach itself stops the walk. */
export function walkOspfLinkLocal(c: PacketCursor): OspfLinkLocalSignaling {
  c.open('OSPF LLS Data Block')
  const { words } = c.take(start)
  if (words === 0) c.malformed('ospf.lls.data_length', 'is 0, less than the block itself', 'RFC 5613 §2.2', c.at - 2)
  c.enter(4 * words - start.size, 'ospf.lls.data_length')
  const tlvs: OspfLinkLocalTlv[] = []
  while (c.left >= tlvHeader.size && c.left >= tlvHeader.size + c.view.getUint16(c.at + 2)) tlvs.push(walkTlv(c))
  const behind = c.takeRest(rest)
  c.leave()
  c.close()
  return behind.length === 0 ? { tlvs } : { tlvs, rest: behind }
}

function walkTlv(c: PacketCursor): OspfLinkLocalTlv {
  c.open(titles[c.view.getUint16(c.at)] ?? 'Unknown LLS TLV')
  const { type, length } = c.take(tlvHeader)
  const octets = c.bytes.subarray(c.at, c.at + length)
  const end = c.at + length
  if (type === 1 && length === extendedOptions.size) c.take(extendedOptions)
  else if (type === 2 && length >= sequenceWord.size) {
    c.take(sequenceWord)
    c.takeBytes(digest, end - c.at)
  } else c.takeBytes(value, length)
  const filling = c.takeBytes(padding, Math.min(-length & 3, c.left))
  c.close()
  return { type, value: octets, padding: filling }
}

/** Octets of the block. */
export function sizeOfOspfLinkLocal(block: OspfLinkLocalSignaling | undefined): number {
  if (block === undefined) return 0
  let size = start.size + (block.rest?.length ?? 0)
  for (const tlv of block.tlvs) size += tlvHeader.size + tlv.value.length + tlv.padding.length
  return size
}

/**
 * Writes the block with its true length and checksum; with cryptographic authentication the checksum is 0
 * (RFC 5613 §2.2). Throws RangeError where the block does not fill whole words.
 */
export function writeOspfLinkLocal(w: Writer, block: OspfLinkLocalSignaling, cryptographic: boolean): void {
  const at = w.at
  const size = sizeOfOspfLinkLocal(block)
  if (size % 4 !== 0) throw new RangeError(`ospf.lls.data_length: ${size} octets are no whole words`)
  w.put(start, { checksum: 0, words: size / 4 })
  for (const { type, value: octets, padding: filling } of block.tlvs) {
    w.put(tlvHeader, { type, length: octets.length })
    w.putBytes(octets)
    w.putBytes(filling)
  }
  if (block.rest !== undefined) w.putBytes(block.rest)
  if (!cryptographic) start.lens.checksum.write(w.view, at, w.checksum(at, w.at))
}

/** The claims of a block that starts `at` octets into the packet. */
export function ospfLinkLocalClaims(
  block: OspfLinkLocalSignaling | undefined,
  at: number,
): Record<string, Lens<number>> {
  if (block === undefined) return {}
  return { linkLocalChecksum: start.lens.checksum.after(at), linkLocalWords: start.lens.words.after(at) }
}
