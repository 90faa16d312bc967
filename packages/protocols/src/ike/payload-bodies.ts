/** What IKE payloads hold, shown to a witness; packets keep their bodies as octets. RFC 2408 §3, RFC 7296 §3. */
import { type Field, formatHex, formatIpv4, formatIpv6, type Layout, readIpv6 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { leftOver, payloadTitle } from './generic-payload.ts'
import { selectorNames } from './names.ts'
import { notifyNames2 } from './notify-names.ts'
import {
  authentication,
  authenticationData,
  type Delete,
  data,
  delete1,
  delete2,
  deleteDomain,
  deletedSpi,
  encryptedData,
  firstAddress,
  fragment,
  group,
  hash,
  hashAlgorithm,
  identity1,
  identity2,
  identityData,
  identityFaces,
  initializationVector,
  keyExchange,
  keyId,
  lastAddress,
  type Notify,
  natHash,
  nonce,
  notify1,
  notify2,
  notifyData,
  notifyDomain,
  selector,
  selectorCount,
  selectorStart,
  signature,
  spi,
  vendorId,
  vendorName,
} from './payload-layouts.ts'
import { showAssociation } from './security-association.ts'

/** Shows a body between the cursor and `end`, and gives the title of the payload. */
export function showBody(c: PacketCursor, version: number, type: number, end: number): string {
  const suffix = version === 1 ? showBody1(c, type, end) : showBody2(c, type, end)
  if (end > c.at) c.takeBytes(data, end - c.at)
  return `${payloadTitle(type)}${suffix}`
}

function showBody1(c: PacketCursor, type: number, end: number): string {
  switch (type) {
    case 1:
      showAssociation(c, 1, end)
      return ''
    case 4:
      return rest(c, keyExchange, end)
    case 5:
      return end - c.at < identity1.size ? '' : showIdentity(c, c.take(identity1).type, end)
    case 8:
      return rest(c, hash, end)
    case 9:
      return rest(c, signature, end)
    case 10:
      return rest(c, nonce, end)
    case 11:
      if (end - c.at < notifyDomain.size + notify1.size) return ''
      c.take(notifyDomain)
      showNotify(c, notify1, end)
      return ''
    case 12:
      if (end - c.at < deleteDomain.size + delete1.size) return ''
      c.take(deleteDomain)
      return showDelete(c, delete1, end)
    case 13:
      return showVendor(c, end)
    case 20:
    case 130:
      return rest(c, natHash, end)
    default:
      return ''
  }
}

function showBody2(c: PacketCursor, type: number, end: number): string {
  switch (type) {
    case 33:
      showAssociation(c, 2, end)
      return ''
    case 34:
      if (end - c.at >= group.size) c.take(group)
      return rest(c, keyExchange, end)
    case 35:
    case 36:
      return end - c.at < identity2.size ? '' : showIdentity(c, c.take(identity2).type, end)
    case 39:
      if (end - c.at >= authentication.size) c.take(authentication)
      return rest(c, authenticationData, end)
    case 40:
      return rest(c, nonce, end)
    case 41:
      return end - c.at < notify2.size ? '' : ` - ${notifyNames2.nameOf(showNotify(c, notify2, end)) ?? 'Unknown'}`
    case 42:
      return end - c.at < delete2.size ? '' : showDelete(c, delete2, end)
    case 43:
      return showVendor(c, end)
    case 44:
    case 45:
      return showSelectors(c, end)
    case 46:
      return showEncrypted(c, end)
    case 53:
      if (end - c.at < fragment.size) return ''
      c.take(fragment)
      return showCiphertext(c, end)
    default:
      return ''
  }
}

function rest(c: PacketCursor, of: Field, end: number): string {
  if (end > c.at) c.takeBytes(of, end - c.at)
  return ''
}

function showIdentity(c: PacketCursor, type: number, end: number): string {
  const { at } = c
  const octets = c.bytes.subarray(at, end)
  const length = octets.length
  const face = identityFaces[type]
  c.openField(identityData, undefined)
  let text = ''
  if (type === 1 && length === 4) {
    const address = c.view.getUint32(at)
    c.show(face!, address, at, 4)
    text = formatIpv4(address)
  } else if (type === 5 && length === 16) {
    const address = readIpv6(c.view, at)
    c.show(face!, address, at, 16)
    text = formatIpv6(address)
  } else if (face?.type === 'string') {
    text = String.fromCharCode(...octets)
    c.show(face, text, at, length)
  } else c.show(keyId, octets, at, length)
  c.at = end
  c.close(`Identification Data:${text}`)
  return ''
}

const signatureHashAlgorithms = 16431

/** Shows a notification and gives its type. */
function showNotify(c: PacketCursor, of: Layout<Notify>, end: number): number {
  const { spiSize: octets, type } = c.take(of)
  c.takeBytes(spi, Math.min(octets, end - c.at))
  const { at } = c
  c.show(notifyData, c.bytes.subarray(at, end), at, end - at)
  if (of === notify2 && type === signatureHashAlgorithms) {
    for (let each = at; each + 2 <= end; each += 2) c.show(hashAlgorithm, c.view.getUint16(each), each, 2)
  }
  c.at = end
  return type
}

function showDelete(c: PacketCursor, of: Layout<Delete>, end: number): string {
  const { spiSize: octets, count } = c.take(of)
  for (let i = 0; i < count && octets > 0 && end - c.at >= octets; i++) c.takeBytes(deletedSpi, octets)
  return ''
}

/** Vendors DMVPN routers name, by the octets that say so. */
const vendors: Readonly<Record<string, string>> = {
  '09002689dfd6b712': 'XAUTH',
  '12f5f28c457168a9702d9fe274cc0100': 'CISCO-UNITY 1.0',
  '4a131c81070358455c5728f20e95452f': 'RFC 3947 Negotiation of NAT-Traversal in the IKE',
  afcad71368a1f1c96b8696fc77570100: 'RFC 3706 DPD (Dead Peer Detection)',
}

function showVendor(c: PacketCursor, end: number): string {
  const octets = c.bytes.subarray(c.at, end)
  const name = vendors[formatHex(octets)] ?? 'Unknown Vendor ID'
  c.show(vendorId, octets, c.at, octets.length)
  c.show(vendorName, name, c.at, octets.length)
  c.at = end
  return ` : ${name}`
}

function showSelectors(c: PacketCursor, end: number): string {
  if (end - c.at < selectorCount.size) return ''
  const { count } = c.take(selectorCount)
  for (let i = 0; i < count && end - c.at >= selectorStart.size; i++) {
    const start = c.at
    c.openField(selector, undefined)
    const { type, length } = c.take(selectorStart)
    const selectorEnd = Math.min(Math.max(start + length, c.at), end)
    if (type === 7 && selectorEnd - c.at >= 8) {
      c.show(firstAddress.ipv4, c.view.getUint32(c.at), c.at, 4)
      c.show(lastAddress.ipv4, c.view.getUint32(c.at + 4), c.at + 4, 4)
      c.at += 8
    } else if (type === 8 && selectorEnd - c.at >= 32) {
      c.show(firstAddress.ipv6, readIpv6(c.view, c.at), c.at, 16)
      c.show(lastAddress.ipv6, readIpv6(c.view, c.at + 16), c.at + 16, 16)
      c.at += 32
    }
    if (selectorEnd > c.at) c.takeBytes(leftOver, selectorEnd - c.at)
    c.at = selectorEnd
    c.close(`Traffic Selector: ${selectorNames.nameOf(type) ?? type}`)
  }
  return ` # ${count}`
}

/** Without keys nobody knows how long the initialization vector is; Wireshark shows four octets of it. */
function showEncrypted(c: PacketCursor, end: number): string {
  if (end - c.at >= 4) c.takeBytes(initializationVector, 4)
  return showCiphertext(c, end)
}

function showCiphertext(c: PacketCursor, end: number): string {
  if (end > c.at) {
    c.show(encryptedData, undefined, c.at, end - c.at)
    c.at = end
  }
  return ''
}
