/** Where things stand in a plain NHRP packet, and packets written over at such places. */
import { type Cie, encode, type Nhrp, type NhrpExchange, nhrp } from '@dmvpn/protocols'
import { sizeOfAddress } from '@dmvpn/wire'
import { patchedWord, summed } from './flaw.ts'

/** Octets before the addresses: no message is shorter. */
export const leastSize = 28
export const checksumAt = 12

/** The octets of a packet, some of its claims replaced, the checksum true for what is then there. */
export function lying(packet: Nhrp, claims: Readonly<Record<string, number>>): Uint8Array {
  return summed(encode(nhrp, packet, { claims }), checksumAt)
}

/** Where the mandatory part's entries, or its quote, begin. */
export function bodyOf(packet: Nhrp): number {
  const { sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol } = packet
  const addresses = [sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol]
  return addresses.reduce<number>((sum, address) => sum + sizeOfAddress(address), leastSize)
}

/** Where the extensions begin. */
export function extensionsOf(packet: NhrpExchange): number {
  return packet.entries.reduce((sum, entry) => sum + sizeOfEntry(entry), bodyOf(packet) + packet.leftover.length)
}

/** Octets of an entry. */
export function sizeOfEntry({ nbma, subaddress, protocol }: Cie): number {
  return 12 + sizeOfAddress(nbma) + sizeOfAddress(subaddress) + sizeOfAddress(protocol)
}

/** The octets of a packet with a 16-bit number written over, the checksum made true again. */
export function rewritten(packet: Nhrp, at: number, value: number): Uint8Array {
  return summed(patchedWord(encode(nhrp, packet), at, value), checksumAt)
}
