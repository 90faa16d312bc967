/** The information column: Wireshark's words first, then what is asked or answered. */
import { type Address, formatIp, Literal, Literals, type Sink } from '@dmvpn/wire'
import type { Cie } from './cie.ts'
import { cieCodeNames, errorCodeNames, messageTypeNames } from './codes.ts'
import type { Nhrp, NhrpErrorIndication, NhrpExchange, NhrpTrafficIndication } from './message.ts'

const typeText = new Literals<number>(nameOfType)
/** How the messages begin that have a request id. */
const exchangeText = new Literals<number>(type => `${nameOfType(type)}, ID=`)
const codeText = new Literals<number>(code => `, Code=${cieCodeNames.nameOf(code) ?? `Unknown (${code})`}`)
const comma = new Literal(', ')
const idText = new Literal(', ID=')
const asked = new Literal(', who has ')
const asker = new Literal('? Tell ')
const at = new Literal(' at ')
const isAt = new Literal(' is at ')
const heldFor = new Literal(' for ')
const seconds = new Literal(' s')

export function writeInfo(s: Sink, packet: Nhrp): void {
  switch (packet.kind) {
    case 'error-indication':
      writeError(s, packet)
      return
    case 'traffic-indication':
      writeTraffic(s, packet)
      return
    default:
      writeExchange(s, packet)
  }
}

/** What the first octets say of a message that is cut or malformed: its type, its error, its request id. */
export function writeInfoWhenStopped(s: Sink, view: DataView, start: number, end: number): void {
  const left = end - start
  if (left < 18) return
  const type = view.getUint8(start + 17)
  s.put(typeText.of(type))
  if (type >= 1 && type <= 6) {
    if (left >= 28) s.put(idText).dec(view.getUint32(start + 24))
  } else if (type === 7 && left >= 26) {
    const code = view.getUint16(start + 24)
    s.put(comma).text(errorCodeNames.nameOf(code) ?? `Unknown (${code})`)
  }
}

function writeExchange(s: Sink, packet: NhrpExchange): void {
  s.put(exchangeText.of(packet.type)).dec(packet.requestId)
  if (isReply(packet.kind)) for (let i = 0; i < packet.entries.length; i++) s.put(codeText.of(packet.entries[i]!.code))
  const entry = packet.entries[0]
  switch (packet.kind) {
    case 'resolution-request':
      s.put(asked)
      writeAddress(s, packet.destinationProtocol)
      s.put(asker)
      writeAddress(s, packet.sourceProtocol)
      s.put(at)
      writeAddress(s, packet.sourceNbma)
      break
    case 'resolution-reply':
      if (entry === undefined || entry.code !== 0) break
      s.put(comma)
      writeAddress(s, packet.destinationProtocol)
      writePrefix(s, entry, packet.destinationProtocol)
      s.put(isAt)
      writeAddress(s, entry.nbma ?? packet.sourceNbma)
      s.put(heldFor).dec(entry.holdingTime).put(seconds)
      break
    case 'registration-request':
    case 'registration-reply':
      s.put(comma)
      writeAddress(s, entry?.protocol ?? packet.sourceProtocol)
      s.put(isAt)
      writeAddress(s, entry?.nbma ?? packet.sourceNbma)
      if (entry !== undefined && entry.code === 0) s.put(heldFor).dec(entry.holdingTime).put(seconds)
      break
    case 'purge-request':
    case 'purge-reply':
      for (const each of packet.entries) {
        s.put(comma)
        writeAddress(s, each.protocol)
        writePrefix(s, each, each.protocol)
      }
      break
    default:
      break
  }
}

function nameOfType(type: number): string {
  return messageTypeNames.nameOf(type) ?? `Unknown NHRP message ${type}`
}

function isReply(kind: NhrpExchange['kind']): boolean {
  return kind === 'registration-reply' || kind === 'resolution-reply' || kind === 'purge-reply'
}

function writeError(s: Sink, packet: NhrpErrorIndication): void {
  s.put(typeText.of(packet.type)).put(comma)
  s.text(errorCodeNames.nameOf(packet.errorCode) ?? `Unknown (${packet.errorCode})`)
  const { quote } = packet
  // The quoted packet's request id stands at octet 24, where it is one of the messages that have one.
  if (quote.length >= 28 && quote[17]! >= 1 && quote[17]! <= 6) {
    s.put(idText).dec(((quote[24]! << 24) | (quote[25]! << 16) | (quote[26]! << 8) | quote[27]!) >>> 0)
  }
}

function writeTraffic(s: Sink, packet: NhrpTrafficIndication): void {
  const { quote } = packet
  s.put(typeText.of(packet.type))
  if (quote.length < 20 || quote[0]! >>> 4 !== 4) return
  s.text(', redirect ')
  s.ipv4(addressAt(quote, 12)).text(' to ').ipv4(addressAt(quote, 16))
}

function addressAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

function writePrefix(s: Sink, entry: Cie, address: Address | undefined): void {
  const whole = typeof address === 'bigint' ? 128 : 32
  // 0 and 255 say nothing about the prefix (RFC 2332 §5.2.0.1).
  if (entry.prefixLength > 0 && entry.prefixLength <= whole) s.byte(0x2f).dec(entry.prefixLength)
}

function writeAddress(s: Sink, address: Address | undefined): void {
  if (address === undefined) s.text('nobody')
  else if (typeof address === 'number') s.ipv4(address)
  else if (typeof address === 'bigint') s.text(formatIp(address))
  else s.hexBytes(address)
}
