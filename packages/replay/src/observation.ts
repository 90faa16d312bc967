/** What a capture shows of a DMVPN network, one thing at a time: in the order of time, each once. */
import type { Sighting } from '@dmvpn/dissect'
import type { Finding } from '@dmvpn/ipsec'
import type { Gre, Nhrp } from '@dmvpn/protocols'
import type { Ipv4, Ipv6 } from '@dmvpn/wire'

export type Ip = Ipv4 | Ipv6

/** What every observation says of where and when. */
export interface Seen {
  /** The frame's number, from 1. */
  readonly frame: number
  /** Nanoseconds since the capture's first frame. */
  readonly time: number
  /** Which interface of the capture saw it. */
  readonly interface: number
  /** The NBMA addresses of the IP header around; undefined where the capture has none. */
  readonly source: Ip | undefined
  readonly destination: Ip | undefined
  /** The outer IPv4 identification; -1 where there is none, or it is 0. */
  readonly identification: number
  /** 32 bits of the octets behind the outer header: of copies they are equal. */
  readonly print: number
  /** Whether the capture kept less than there was. */
  readonly cut: boolean
  /** The SPI of the ESP packet it was in; undefined where it was sent in the clear, or taken on the tunnel itself. */
  readonly opened: number | undefined
  /** Whether it was seen on the tunnel device: there is no saying how it was sent. */
  readonly device: boolean
}

/** GRE around what was seen. */
export interface GreSeen {
  readonly packet: Gre
  /** Offset of the header in its source. */
  readonly at: number
  /** Octets of payload. */
  readonly payload: number
  /** Whether the checksum is right; undefined where there is none, or the packet is not whole. */
  readonly checksumRight: boolean | undefined
}

/** An NHRP message. */
export interface NhrpSeen extends Seen {
  readonly kind: 'nhrp'
  readonly gre: GreSeen | undefined
  /** Undefined where it could not be read to its end. */
  readonly packet: Nhrp | undefined
  /** Whether a receiver takes it: with a wrong checksum nothing in it can be relied upon (RFC 2332 §5.2.1). */
  readonly sound: boolean
  /** From `ar$afn` as far as there are octets. */
  readonly octets: Uint8Array
  /** Offset of `ar$afn` in its source. */
  readonly at: number
  /** Octets sent from `ar$afn` to the end of what carries it, captured or not. */
  readonly sent: number
  /** What belongs to it; undefined where it could not be read. */
  readonly sighting: Sighting | undefined
}

/** An IP packet in the tunnel. */
export interface DataSeen extends Seen {
  readonly kind: 'data'
  readonly gre: GreSeen | undefined
  readonly innerSource: Ip
  readonly innerDestination: Ip
  readonly innerProtocol: number
  readonly hopLimit: number
  /** The inner IPv4 identification; -1 where there is none, or it is 0. */
  readonly innerIdentification: number
  /** 32 bits of the inner packet. */
  readonly innerPrint: number
}

/** GRE with anything else in it, or with nothing. */
export interface GreOnlySeen extends Seen {
  readonly kind: 'gre'
  readonly gre: GreSeen
  /** The first octets of the payload: as many as NHRP's fixed part and a little more. */
  readonly head: Uint8Array
}

/** ESP, opened or not. */
export interface EspSeen extends Seen {
  readonly kind: 'esp'
  readonly spi: number
  readonly sequence: number
  /** Octets from the SPI to the end. */
  readonly octets: number
  /** What became of it where somebody had the keys. */
  readonly finding: Finding | undefined
  /** What was in it: its next header, and the IP addresses in front of GRE where there are any. */
  readonly inner:
    | { readonly nextHeader: number; readonly source: Ip | undefined; readonly destination: Ip | undefined }
    | undefined
  readonly inUdp: boolean
}

/** IKE, or a NAT keepalive, or what else is on UDP port 4500. */
export interface KeyExchangeSeen extends Seen {
  readonly kind: 'key-exchange'
  readonly port: 500 | 4500
  /** The UDP payload. */
  readonly octets: Uint8Array
}

export type Observation = NhrpSeen | DataSeen | GreOnlySeen | EspSeen | KeyExchangeSeen

/** Whether an address is one that many answer to: class D, the limited broadcast, ff00::/8. */
export function isMulticast(address: Ip): boolean {
  return typeof address === 'number' ? address >= 0xe0000000 : address >> 120n === 0xffn
}
