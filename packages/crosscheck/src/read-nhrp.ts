/** NHRP walked by its own lengths, RFC 2332 §5.2 and §5.3, and draft-detienne-dmvpn-01. */
import { type Header, hex } from './header.ts'
import {
  capabilities,
  clearText,
  clientEntry,
  errorIndication,
  exchange,
  extension,
  fixedPart,
  fixedPartWithSnap,
  hash,
  trafficIndication,
  vendor,
} from './nhrp-headers.ts'
import { type LayerOpinion, Region, remainder, Stop, say } from './opinion.ts'

export const nhrpHeaders: readonly Header[] = [
  fixedPart,
  fixedPartWithSnap,
  exchange,
  errorIndication,
  trafficIndication,
  clientEntry,
  extension,
  hash,
  clearText,
  vendor,
  capabilities,
]

/** Names of what has no fixed length. */
export const nhrpNames: readonly string[] = [
  ...['src.nbma.addr', 'src.prot.addr', 'client.nbma.addr', 'client.prot.addr'].flatMap(name => [
    `nhrp.${name}`,
    `nhrp.${name}_bytes`,
  ]),
  'nhrp.dst.prot.addr',
  'nhrp.dst.prot.addr_byets',
  'nhrp.src.nbma.saddr',
  'nhrp.client.nbma.saddr',
  'nhrp.auth_ext.key',
  'nhrp.vendor_ext.data',
  'nhrp.unknown_ext.value',
  'nhrp.hdr.chksum.status',
]

/** The fixed part and the shortest mandatory part. */
const shortest = 28

/** Reads a packet into `layer`; throws Stop where it does not hold together. */
export function readNhrp(all: Region, layer: LayerOpinion): void {
  const start = all.at
  const isLong = all.left >= 4 && all.bytes[start + 2] === 0 && all.bytes[start + 3] === 0x80
  const fixed = all.take(isLong ? fixedPartWithSnap : fixedPart, layer)
  const number = (name: string): number => Number(fixed.get(`nhrp.hdr.${name}`))
  const size = number('pktsz')
  if (size < shortest) throw new Stop(`a size of ${size}`)
  const whole = start + size <= all.end
  const status = whole ? (remainder(all.bytes.subarray(start, start + size)) === 0 ? '1' : '0') : '2'
  say(layer, 'nhrp.hdr.chksum.status', status)
  const end = Math.min(start + size, all.end)

  const offset = number('extoff')
  const offsetHolds = offset >= shortest && offset <= size
  const mandatoryEnd = offsetHolds ? start + offset : start + size
  const part = new Region(all.bytes, all.at, Math.min(mandatoryEnd, end))
  const type = number('op.type')
  const form = type === 7 ? errorIndication : type === 8 ? trafficIndication : exchange
  const mandatory = part.take(form, layer)
  const sourceLength = Number(mandatory.get('nhrp.src.prot.len'))
  sayAddress(layer, 'nhrp.src.nbma.addr', part.octets(number('shtl.len')))
  sayOctets(layer, 'nhrp.src.nbma.saddr', part.octets(number('sstl.len')))
  sayAddress(layer, 'nhrp.src.prot.addr', part.octets(sourceLength))
  // Wireshark's name, with its slip of the pen.
  sayAddress(layer, 'nhrp.dst.prot.addr', part.octets(Number(mandatory.get('nhrp.dst.prot.len'))), 'byets')
  if (offset !== 0 && (offset < part.at - start || offset > size)) throw new Stop(`an extension offset of ${offset}`)
  if (form === exchange) readEntries(part, layer)
  if (mandatoryEnd > end) throw new Stop(`a mandatory part to ${mandatoryEnd}, octets to ${end}`)
  if (offset !== 0) readExtensions(new Region(all.bytes, mandatoryEnd, end), layer, sourceLength)
  if (!whole) throw new Stop(`a size of ${size}, octets to ${end}`)
}

/** §5.2.0.1: entries follow each other as long as there is room for the fixed part of one. */
function readEntries(part: Region, layer: LayerOpinion): void {
  while (part.left >= clientEntry.octets) {
    const entry = part.take(clientEntry, layer)
    sayAddress(layer, 'nhrp.client.nbma.addr', part.octets(Number(entry.get('nhrp.cli.addr_tl.len'))))
    sayOctets(layer, 'nhrp.client.nbma.saddr', part.octets(Number(entry.get('nhrp.cli.saddr_tl.len'))))
    sayAddress(layer, 'nhrp.client.prot.addr', part.octets(Number(entry.get('nhrp.prot.len'))))
  }
}

function readExtensions(part: Region, layer: LayerOpinion, sourceLength: number): void {
  while (part.left > 0) {
    const head = part.take(extension, layer)
    const type = Number(head.get('nhrp.ext.type'))
    const length = Number(head.get('nhrp.ext.len'))
    const end = part.at + length
    readValue(new Region(part.bytes, part.at, Math.min(end, part.end)), layer, type, sourceLength)
    if (end > part.end) throw new Stop(`an extension to ${end}, octets to ${part.end}`)
    if (type === 0) return
    part.at = end
  }
}

function readValue(value: Region, layer: LayerOpinion, type: number, sourceLength: number): void {
  const { left } = value
  if (type === 0) return
  if (type === 3 || type === 4 || type === 5 || (type === 9 && left !== capabilities.octets)) readEntries(value, layer)
  else if (type === 9) value.take(capabilities, layer)
  else if (type === 7 || type === 10) readAuthentication(value, layer, type === 7, sourceLength)
  else if (type === 8) {
    value.take(vendor, layer)
    sayOctets(layer, 'nhrp.vendor_ext.data', value.octets(value.left))
  } else sayOctets(layer, 'nhrp.unknown_ext.value', value.octets(left))
}

/** Cisco's clear text: the number 1 in 32 bits and a password of at most eight octets; otherwise RFC 2332 §5.3.4. */
function readAuthentication(value: Region, layer: LayerOpinion, mayBeClear: boolean, sourceLength: number): void {
  const { bytes, at, left } = value
  const isClear = mayBeClear && left >= 4 && left <= 12 && hex(bytes.subarray(at, at + 4)) === '00000001'
  if (isClear) {
    value.take(clearText, layer)
    const key = value.octets(value.left)
    if (key.length > 0) say(layer, 'nhrp.auth_ext.key', Buffer.from(key).toString('latin1'))
    return
  }
  value.take(hash, layer)
  value.octets(sourceLength)
}

function sayOctets(layer: LayerOpinion, name: string, octets: Uint8Array): void {
  if (octets.length > 0) say(layer, name, hex(octets))
}

function sayAddress(layer: LayerOpinion, name: string, octets: Uint8Array, otherwise = 'bytes'): void {
  if (octets.length === 4) say(layer, name, octets.join('.'))
  else sayOctets(layer, `${name}_${otherwise}`, octets)
}
