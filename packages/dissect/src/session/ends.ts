/** The two ends of what a frame's innermost IP header carries. */
import { type Frame, type Ipv4Packet, type Ipv6Packet, ipv4, ipv6 } from '@dmvpn/protocols'
import type { Ipv4, Ipv6 } from '@dmvpn/wire'

/** Filled anew for every packet, so that nothing is allocated. */
export class Ends {
  source: Ipv4 | Ipv6 = 0
  destination: Ipv4 | Ipv6 = 0
  /** IPv4's identification; -1 where there is none. */
  identification = -1

  /** Reads the innermost IP header among the first `count` layers of a frame. Whether there is one. */
  read(frame: Frame, count: number): boolean {
    const { layers } = frame
    for (let i = count - 1; i >= 0; i--) {
      const { protocol, packet } = layers[i]!
      if (protocol === ipv4) {
        const { source, destination, identification } = packet as Ipv4Packet
        this.source = source
        this.destination = destination
        this.identification = identification
        return true
      }
      if (protocol === ipv6) {
        const { source, destination } = packet as Ipv6Packet
        this.source = source
        this.destination = destination
        this.identification = -1
        return true
      }
    }
    return this.clear()
  }

  /** There is no IP header. */
  clear(): false {
    this.source = 0
    this.destination = 0
    this.identification = -1
    return false
  }
}

/** 32 bits of an address, for tables. */
export function foldAddress(address: Ipv4 | Ipv6): number {
  if (typeof address === 'number') return address
  return Number(BigInt.asUintN(32, address ^ (address >> 32n) ^ (address >> 64n) ^ (address >> 96n)))
}

/** Spreads a number over 32 bits. */
export function spread(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x45d9f3b)
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
  return (x ^ (x >>> 13)) >>> 0
}
