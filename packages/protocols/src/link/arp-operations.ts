/** What ARP packets are, in words: operations, and what RFC 5227 distinguishes among requests and replies. */
import { formatHex, formatIpv4, type Ipv4, type Names, names, type Sink } from '@dmvpn/wire'
import type { Arp } from './arp.ts'

export const operationNames: Names = names({
  0: 'reserved',
  1: 'request',
  2: 'reply',
  3: 'reverse request',
  4: 'reverse reply',
  5: 'drarp request',
  6: 'drarp reply',
  7: 'drarp error',
  8: 'inverse request',
  9: 'inverse reply',
  10: 'arp nak',
  11: 'mars request',
  12: 'mars multi',
  13: 'mars mserv',
  14: 'mars join',
  15: 'mars leave',
  16: 'mars nak',
  17: 'mars unserv',
  18: 'mars sjoin',
  19: 'mars sleave',
  20: 'mars grouplist request',
  21: 'mars grouplist reply',
  22: 'mars redirect map',
  23: 'mapos unarp',
  24: 'experimental 1',
  25: 'experimental 2',
  65535: 'reserved',
})

const request = 1
const reply = 2

/** A gratuitous packet asks for, or answers with, its own address; an announcement and a probe as RFC 5227 §1.1 says. */
export type Kind = 'plain' | 'gratuitous' | 'announcement' | 'probe'

export function kindOf(operation: number, sender: Ipv4, targetHardware: Uint8Array, target: Ipv4): Kind {
  const unknown = targetHardware.every(octet => octet === 0)
  if ((operation === request || operation === reply) && sender === target) {
    return operation === request && unknown ? 'announcement' : 'gratuitous'
  }
  return operation === request && sender === 0 && unknown ? 'probe' : 'plain'
}

/** The protocol column. */
export function columnOf(operation: number): string {
  switch (operation) {
    case 3:
    case 4:
      return 'RARP'
    case 5:
    case 6:
    case 7:
      return 'DRARP'
    case 8:
    case 9:
      return 'Inverse ARP'
    case 11:
      return 'MARS'
    case 23:
      return 'MAPOS'
    default:
      return 'ARP'
  }
}

export function titleOf({ operation }: Arp, kind: Kind): string {
  if (kind === 'announcement') return 'ARP Announcement'
  if (kind === 'probe') return 'ARP Probe'
  const name = operationNames.nameOf(operation) ?? `opcode 0x${operation.toString(16).padStart(4, '0')}`
  return kind === 'gratuitous' ? `${name}/gratuitous ARP` : name
}

export function writeInfo(s: Sink, packet: Arp, kind: Kind): void {
  s.text(infoOf(packet, kind))
}

function infoOf(packet: Arp, kind: Kind): string {
  const senderHardware = hardwareText(packet.senderHardware, packet.hardwareType)
  const targetHardware = hardwareText(packet.targetHardware, packet.hardwareType)
  const senderProtocol = protocolText(packet.senderProtocol)
  const targetProtocol = protocolText(packet.targetProtocol)
  switch (packet.operation) {
    case request:
      if (kind === 'announcement') return `ARP Announcement for ${targetProtocol}`
      if (kind === 'gratuitous') return `Gratuitous ARP for ${targetProtocol} (Request)`
      if (kind === 'probe') return `Who has ${targetProtocol}? (ARP Probe)`
      return `Who has ${targetProtocol}? Tell ${senderProtocol}`
    case reply:
      if (kind === 'gratuitous') return `Gratuitous ARP for ${senderProtocol} (Reply)`
      return `${senderProtocol} is at ${senderHardware}`
    case 3:
    case 5:
    case 8:
      return `Who is ${targetHardware}? Tell ${senderHardware}`
    case 4:
    case 6:
      return `${targetHardware} is at ${targetProtocol}`
    case 7:
      return 'DRARP Error'
    case 9:
      return `${senderHardware} is at ${senderProtocol}`
    case 10:
      return 'ARP NAK'
    case 11:
      return `MARS request from ${senderHardware} at ${senderProtocol}`
    case 23:
      return `MAPOS UNARP request from ${senderHardware} at ${senderProtocol}`
    case 0:
    case 0xffff:
      return `Reserved opcode ${packet.operation}`
    default:
      return `Unknown ARP opcode 0x${packet.operation.toString(16).padStart(4, '0')}`
  }
}

function hardwareText(octets: Uint8Array, type: number): string {
  if (octets.length === 0) return '<No address>'
  return formatHex(octets, octets.length === 6 && (type === 1 || type === 6) ? ':' : '')
}

function protocolText(address: Ipv4 | Uint8Array): string {
  if (typeof address === 'number') return formatIpv4(address)
  return address.length === 0 ? '<No address>' : formatHex(address)
}
