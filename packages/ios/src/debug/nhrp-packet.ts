/** `debug nhrp packet`: every NHRP message that leaves or arrives, field by field. */
import type { Ip, Step } from '@dmvpn/core'
import type { Cie, Nhrp } from '@dmvpn/protocols'
import { type Address, formatHex } from '@dmvpn/wire'
import { laterLines, packetLines as says } from '../debug-lines.ts'
import { codeText, flagText, messageText, type PrintedKind } from '../debug-words.ts'

/** The lines of a step; none where it is no message, or one of a kind without a name. */
export function debugNhrpPacket(step: Step): readonly string[] {
  if (step.step !== 'message sent' && step.step !== 'message received') return []
  const { message, size, tunnel } = step
  const { kind } = message
  if (kind === 'unrecognised') return []
  const verb = step.step === 'message received' ? 'Receive' : step.forwarded ? 'Forwarding' : 'Send'
  const start = says.start.print({ verb, message: messageText(kind), tunnel, vrf: '0', size })
  const hop = step.step === 'message sent' ? [says.hop.print(step)] : []
  return [start, ...hop, ...packetLines(message, kind)]
}

/** Extensions are not printed. */
function packetLines(message: Nhrp, kind: PrintedKind): readonly string[] {
  const { hopCount, version, sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol } = message
  const lines = [
    says.fixed.print({
      family: message.addressFamily === 1 ? 'IPv4' : 'unknown',
      familyNumber: message.addressFamily,
      protocol: message.protocolType === 0x86dd ? 'IPV6' : 'IP',
      protocolType: message.protocolType.toString(16).toUpperCase(),
      hopCount,
      version,
    }),
    says.lengths.print({
      nbma: lengthOf(sourceNbma),
      nbmaType: 'NSAP',
      subaddress: lengthOf(sourceSubaddress),
      subaddressType: 'NSAP',
    }),
    secondPart(message),
  ]
  if (isIp(sourceNbma)) lines.push(says.sourceNbma.print({ nbma: sourceNbma }))
  if (isIp(sourceProtocol) && isIp(destinationProtocol))
    lines.push(says.protocols.print({ source: sourceProtocol, destination: destinationProtocol }))
  if ('quote' in message) {
    const contents = kind === 'error-indication' ? laterLines.errorContents : laterLines.trafficContents
    return [...lines, contents.print({}), ...octetLines(message.quote)]
  }
  for (const [at, each] of message.entries.entries()) lines.push(...entryLines(each, at + 1))
  return lines
}

/** What stands where requests and replies have flags and an id. */
function secondPart(message: Nhrp): string {
  switch (message.kind) {
    case 'error-indication': {
      const { errorCode: code, errorOffset: offset } = message
      return laterLines.errorCode.print({ meaning: 'error', code, offset })
    }
    case 'traffic-indication': {
      const { trafficCode: code } = message
      return laterLines.trafficCode.print({ meaning: code === 0 ? 'redirect' : 'unknown', code })
    }
    default:
      return says.flags.print({ flags: flagText(message.kind, message.flags), requestId: message.requestId })
  }
}

const octetsPerLine = 16

function octetLines(octets: Uint8Array): readonly string[] {
  const lines: string[] = []
  for (let at = 0; at < octets.length; at += octetsPerLine)
    lines.push(`        ${formatHex(octets.subarray(at, at + octetsPerLine), ' ').toUpperCase()}`)
  return lines
}

function entryLines(entry: Cie, number: number): readonly string[] {
  const { code, prefixLength, mtu, holdingTime, preference, nbma, subaddress, protocol } = entry
  const lines = [
    says.entry.print({ number, meaning: codeText(code), code }),
    says.entryTimes.print({ prefixLength, mtu, holdingTime }),
    says.entryLengths.print({
      nbma: lengthOf(nbma),
      nbmaType: 'NSAP',
      subaddress: lengthOf(subaddress),
      subaddressType: 'NSAP',
      protocol: lengthOf(protocol),
      preference,
    }),
  ]
  if (isIp(nbma)) lines.push(says.clientNbma.print({ nbma }))
  if (isIp(protocol)) lines.push(says.clientProtocol.print({ protocol }))
  return lines
}

function isIp(address: Address | undefined): address is Ip {
  return typeof address === 'number' || typeof address === 'bigint'
}

/** Octets of an address. */
function lengthOf(address: Address | undefined): number {
  if (address === undefined) return 0
  return typeof address === 'number' ? 4 : typeof address === 'bigint' ? 16 : address.length
}
