/**
 * Client Information Entry, RFC 2332 §5.2.0.1. The T/L octets hold a type in bits 7–6 and a length in bits 5–0.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |    Code       | Prefix Length |         unused                |
 *  |  Maximum Transmission Unit    |        Holding Time           |
 *  |  Cli Addr T/L | Cli SAddr T/L | Cli Proto Len |  Preference   |
 *  |            Client NBMA Address (variable length)              |
 *  |           Client NBMA Subaddress (variable length)            |
 *  |        Client Protocol Address (variable length)              |
 */
import {
  type Address,
  type Field,
  field,
  type Layout,
  layout,
  type Outline,
  sizeOfAddress,
  u8,
  u16,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { addressFields, typeLength } from './addresses.ts'
import { cieCodeNames } from './codes.ts'

/** Holding time in seconds; an MTU of 0 is the default; prefix lengths 0 and 255 say nothing about the prefix. */
export interface Cie {
  readonly code: number
  readonly prefixLength: number
  readonly unused: number
  readonly mtu: number
  readonly holdingTime: number
  readonly preference: number
  /** Bits 7 and 6 of Cli Addr T/L. */
  readonly nbmaType: number
  readonly subaddressType: number
  readonly nbma: Address | undefined
  readonly subaddress: Address | undefined
  readonly protocol: Address | undefined
}

interface CieStart {
  readonly code: number
  readonly prefixLength: number
  readonly unused: number
  readonly mtu: number
  readonly holdingTime: number
  readonly nbma: number
  readonly subaddress: number
  readonly protocolLength: number
  readonly preference: number
}

export const cieStart: Layout<CieStart> = layout<CieStart>('nhrp', 'Client Information Entry', {
  code: u8('nhrp.code', 'Code', { names: cieCodeNames }),
  prefixLength: u8('nhrp.prefix', 'Prefix Length'),
  unused: u16('nhrp.unused', 'Unused'),
  mtu: u16('nhrp.mtu', 'Max Transmission Unit'),
  holdingTime: u16('nhrp.htime', 'Holding Time (s)'),
  nbma: typeLength('nhrp.cli.addr_tl', 'Client Address Type/Len'),
  subaddress: typeLength('nhrp.cli.saddr_tl', 'Client Sub Address Type/Len'),
  protocolLength: u8('nhrp.prot.len', 'Client Protocol Length'),
  preference: u8('nhrp.pref', 'CIE Preference Value'),
})

const nbmaFields = addressFields('nhrp.client.nbma.addr', 'Client NBMA Address')
const subaddressField: Field = field('nhrp.client.nbma.saddr', 'Client NBMA Sub Address', 'bytes')
const protocolFields = addressFields('nhrp.client.prot.addr', 'Client Protocol Address')

export const cieFields: readonly (Outline | Field)[] = [
  cieStart,
  ...Object.values(nbmaFields),
  subaddressField,
  ...Object.values(protocolFields),
]

/** An entry without addresses: "take mine from the common header". */
export const emptyCie: Cie = {
  code: 0,
  prefixLength: 0,
  unused: 0,
  mtu: 0,
  holdingTime: 0,
  preference: 0,
  nbmaType: 0,
  subaddressType: 0,
  nbma: undefined,
  subaddress: undefined,
  protocol: undefined,
}

/** The fewest octets an entry has. */
export const leastCieSize: number = cieStart.size

export function walkCie(c: PacketCursor): Cie {
  c.open('Client Information Entry')
  const start = cieStart.read(c.view, c.pass(cieStart))
  const nbma = c.takeAddress(nbmaFields, start.nbma & 0x3f)
  const subaddress = c.takeSubaddress(subaddressField, start.subaddress & 0x3f)
  const protocol = c.takeAddress(protocolFields, start.protocolLength)
  c.close()
  return {
    code: start.code,
    prefixLength: start.prefixLength,
    unused: start.unused,
    mtu: start.mtu,
    holdingTime: start.holdingTime,
    preference: start.preference,
    nbmaType: start.nbma >>> 6,
    subaddressType: start.subaddress >>> 6,
    nbma,
    subaddress,
    protocol,
  }
}

/** Entries to the end of the region; fewer octets than an entry needs are left to the caller, unless the rest is cut off. */
export function walkCies(c: PacketCursor): readonly Cie[] {
  if (!isAnother(c)) return none
  // Hardly a list holds more than one: a list of just one is smaller than one that has grown.
  const entries = [walkCie(c)]
  while (isAnother(c)) entries.push(walkCie(c))
  return entries
}

function isAnother(c: PacketCursor): boolean {
  return c.left >= leastCieSize || (c.left > 0 && c.absent > 0)
}

const none: readonly Cie[] = []

export function sizeOfCie(entry: Cie): number {
  return cieStart.size + sizeOfAddress(entry.nbma) + sizeOfAddress(entry.subaddress) + sizeOfAddress(entry.protocol)
}

export function sizeOfCies(entries: readonly Cie[]): number {
  let size = 0
  // Counted: most lists are empty, and an iterator costs more than the few that are not.
  for (let i = 0; i < entries.length; i++) size += sizeOfCie(entries[i]!)
  return size
}

export function writeCie(w: Writer, entry: Cie): void {
  cieStart.write(w.view, w.pass(cieStart), {
    code: entry.code,
    prefixLength: entry.prefixLength,
    unused: entry.unused,
    mtu: entry.mtu,
    holdingTime: entry.holdingTime,
    nbma: typeLengthOf('nhrp.cli.addr_tl', entry.nbmaType, entry.nbma),
    subaddress: typeLengthOf('nhrp.cli.saddr_tl', entry.subaddressType, entry.subaddress),
    protocolLength: sizeOfAddress(entry.protocol),
    preference: entry.preference,
  })
  w.putAddress(entry.nbma)
  w.putAddress(entry.subaddress)
  w.putAddress(entry.protocol)
}

export function writeCies(w: Writer, entries: readonly Cie[]): void {
  for (let i = 0; i < entries.length; i++) writeCie(w, entries[i]!)
}

/** A type/length octet; throws RangeError where the address is longer than six bits can say. */
export function typeLengthOf(name: string, type: number, address: Address | undefined): number {
  const length = sizeOfAddress(address)
  if (length > 63) throw new RangeError(`${name}: ${length} octets do not fit`)
  return (type << 6) | length
}
