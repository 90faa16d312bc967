/** Parts of NHRP messages that several rules look at. */
import {
  type Cie,
  type Extension,
  type Nhrp,
  type NhrpErrorIndication,
  type NhrpExchange,
  type NhrpTrafficIndication,
  purgeFlag,
} from '@dmvpn/protocols'
import { type Address, formatHex, formatIp, sizeOfAddress } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'

export type { Cie }

/** Nanoseconds of a second. */
export const second = 1e9

/** Whether a message is one of the six that ask and answer. */
export function isExchange(packet: Nhrp | undefined): packet is NhrpExchange {
  return packet !== undefined && packet.type >= 1 && packet.type <= 6
}

export function isRequest(packet: Nhrp | undefined): packet is NhrpExchange {
  return isExchange(packet) && packet.type % 2 === 1
}

export function isReply(packet: Nhrp | undefined): packet is NhrpExchange {
  return isExchange(packet) && packet.type % 2 === 0
}

export function isError(packet: Nhrp | undefined): packet is NhrpErrorIndication {
  return packet?.kind === 'error-indication'
}

export function isIndication(packet: Nhrp | undefined): packet is NhrpTrafficIndication {
  return packet?.kind === 'traffic-indication'
}

/** The entries of an extension; undefined where the message has none of that kind. */
export function entriesOf(packet: Nhrp, kind: Extension['kind']): readonly Cie[] | undefined {
  const { extensions } = packet
  for (let i = 0; i < extensions.length; i++) {
    const each = extensions[i]!
    if (each.kind === kind) return 'entries' in each ? each.entries : undefined
  }
  return undefined
}

/** Whether a next hop server has passed the message on. */
export function isRelayed(packet: Nhrp): boolean {
  const kind = isReply(packet) ? 'reverse-transit' : 'forward-transit'
  return (entriesOf(packet, kind)?.length ?? 0) > 0
}

/** A reply all of whose entries are good. */
export function isPositive(packet: NhrpExchange): boolean {
  return packet.entries.length > 0 && packet.entries.every(({ code }) => code === 0)
}

/** Whether a purge's sender waits for a reply; everybody else does. */
export function wantsReply(packet: NhrpExchange): boolean {
  return packet.type !== 5 || (packet.flags & purgeFlag.noReply) === 0
}

/** An address as an IP address; undefined where it is none. */
export function ipIn(address: Address | undefined): Ip | undefined {
  return typeof address === 'number' || typeof address === 'bigint' ? address : undefined
}

/** The password in clear text, as hex octets; '' where the message has none, undefined where it is another form. */
export function passwordOf(packet: Nhrp): string | undefined {
  const found = packet.extensions.find(each => each.kind === 'authentication')
  if (found === undefined || found.kind !== 'authentication') return ''
  return found.form === 'cleartext' ? formatHex(found.key) : undefined
}

export function addressText(address: Address | undefined): string {
  if (address === undefined) return 'none'
  return typeof address === 'object' ? formatHex(address) : formatIp(address)
}

export function sameAddress(a: Address | undefined, b: Address | undefined): boolean {
  if (typeof a === 'object' && typeof b === 'object') return formatHex(a) === formatHex(b)
  return a === b
}

/** Bits of the protocol addresses of a message. */
export function widthOf(packet: Nhrp): number {
  return 8 * (sizeOfAddress(packet.sourceProtocol) || sizeOfAddress(packet.destinationProtocol))
}

/** A prefix length as what it means: 0 and 255 are the whole address. */
export function meantPrefix(prefixLength: number, width: number): number {
  return prefixLength === 0 || prefixLength === 255 ? width : prefixLength
}

export function hex(value: number, digits = 4): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

/** Whether an address lies in a network. */
export function covers(network: Ip, prefixLength: number, address: Ip): boolean {
  if (typeof network === 'number') {
    if (typeof address !== 'number') return false
    return prefixLength <= 0 || (network ^ address) >>> (32 - Math.min(prefixLength, 32)) === 0
  }
  if (typeof address === 'number') return false
  const shift = BigInt(128 - Math.min(prefixLength, 128))
  return network >> shift === address >> shift
}

const namesOfKinds = new Map<Nhrp['kind'], string>()

/** What a request is called in sentences. */
export function nameOf(packet: Nhrp): string {
  let words = namesOfKinds.get(packet.kind)
  if (words === undefined) {
    words = packet.kind
      .split('-')
      .map(word => word[0]!.toUpperCase() + word.slice(1))
      .join(' ')
    namesOfKinds.set(packet.kind, words)
  }
  return 'requestId' in packet ? `${words} ${packet.requestId}` : words
}

/** An entry in words; of a refusal the holding time says nothing. */
export function entryText(
  { prefixLength, mtu, holdingTime, preference, nbma, protocol }: Cie,
  withHold: boolean,
): string {
  const held = withHold ? ` hold ${holdingTime}` : ''
  return `${addressText(protocol)}/${prefixLength} via ${addressText(nbma)} mtu ${mtu}${held} preference ${preference}`
}
