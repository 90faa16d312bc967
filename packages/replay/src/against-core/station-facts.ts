/** What a capture shows of one station's configuration, with the frame that shows it. */
import { type Cie, latin1, type NhrpExchange } from '@dmvpn/protocols'
import { parseHex } from '@dmvpn/wire'
import type { DataSeen, GreSeen, Ip, NhrpSeen } from '../observation.ts'
import {
  entriesOf,
  ipIn,
  isExchange,
  isRelayed,
  meantPrefix,
  passwordOf,
  sameAddress,
  widthOf,
} from '../rules/parts.ts'

/** Something, and the frame it was seen in. */
export interface Fact<T> {
  readonly value: T
  readonly frame: number
}

export interface ServerFact {
  /** Undefined: asked for by the client's own address. */
  readonly protocol: Ip | undefined
  readonly nbma: Ip
}

export interface NetworkFact {
  readonly address: Ip
  readonly length: number
}

/** Addresses, servers, networks and ways remembered of one station. */
const most = 1024
const uniqueFlag = 0x8000

export class StationFacts {
  key: Fact<number | undefined> | undefined
  password: Fact<string> | undefined
  holdingTime: Fact<number> | undefined
  mtu: Fact<number> | undefined
  unique: Fact<boolean> | undefined
  /** It asks, or answers for what is behind it. */
  shortcut: Fact<true> | undefined
  redirect: Fact<true> | undefined
  /** It passes messages on. */
  relays: Fact<true> | undefined
  readonly protocols: Map<Ip, number> = new Map()
  readonly servers: Map<string, Fact<ServerFact>> = new Map()
  /** Networks it answered for. */
  readonly networks: Map<string, Fact<NetworkFact>> = new Map()
  /** Sources of packets it sent. */
  readonly hosts: Map<Ip, number> = new Map()
  /** By destination of packets: the station they went to at first, and at last. */
  readonly ways: Map<Ip, { readonly first: Fact<Ip>; last: Ip }> = new Map()
  /** What it asked for though nobody had indicated it. */
  readonly asked: Map<Ip, number> = new Map()
  private readonly indicated = new Set<string>()

  /** A message that it sent. */
  sent(seen: NhrpSeen): void {
    const { packet, frame, gre, destination } = seen
    if (packet === undefined || !this.isOfTunnel(gre, frame)) return
    const password = passwordOf(packet)
    if (password !== undefined && password !== '')
      this.password ??= { value: latin1(parseHex(password) ?? new Uint8Array(0)), frame }
    if (packet.kind === 'traffic-indication') {
      this.address(packet.sourceProtocol, frame)
      this.redirect ??= { value: true, frame }
    }
    if (!isExchange(packet)) return
    if (isRelayed(packet)) {
      this.relays ??= { value: true, frame }
      const record = entriesOf(packet, packet.type % 2 === 0 ? 'reverse-transit' : 'forward-transit')!.at(-1)!
      if (seen.source !== undefined && sameAddress(record.nbma, seen.source)) this.record(record, frame)
      const target = ipIn(packet.destinationProtocol)
      if (packet.type === 1 && target !== undefined && destination !== undefined) this.way(target, destination, frame)
    } else if (packet.type % 2 === 1) this.request(packet, seen)
    else this.reply(packet, seen)
  }

  /** A message that it was sent: what is indicated it is expected to ask for. */
  received({ packet }: NhrpSeen): void {
    if (packet?.kind !== 'traffic-indication' || this.indicated.size >= most) return
    const { quote } = packet
    this.indicated.add((quote[0]! >>> 4 === 6 ? quote.subarray(24, 40) : quote.subarray(16, 20)).join())
  }

  /** A packet that it sent; `passes`: it had received it. */
  sentData({ innerSource, innerDestination, destination, frame, gre }: DataSeen, passes: boolean): void {
    if (!this.isOfTunnel(gre, frame)) return
    if (!passes && this.hosts.size < most && !this.hosts.has(innerSource)) this.hosts.set(innerSource, frame)
    if (destination !== undefined) this.way(innerDestination, destination, frame)
  }

  /** Of a station with several tunnels the first one seen is followed. */
  private isOfTunnel(gre: GreSeen | undefined, frame: number): boolean {
    if (gre === undefined) return true
    this.key ??= { value: gre.packet.key, frame }
    return this.key.value === gre.packet.key
  }

  private way(target: Ip, to: Ip, frame: number): void {
    const known = this.ways.get(target)
    if (known !== undefined) known.last = to
    else if (this.ways.size < most) this.ways.set(target, { first: { value: to, frame }, last: to })
  }

  private address(address: unknown, frame: number): void {
    const protocol = ipIn(address as Ip)
    if (protocol !== undefined && this.protocols.size < most && !this.protocols.has(protocol))
      this.protocols.set(protocol, frame)
  }

  private request(packet: NhrpExchange, { frame, destination }: NhrpSeen): void {
    this.address(packet.sourceProtocol, frame)
    const [entry] = packet.entries
    if (packet.type !== 5 && entry !== undefined) {
      this.mtu ??= { value: entry.mtu, frame }
      if (entry.holdingTime > 0) this.holdingTime ??= { value: entry.holdingTime, frame }
    }
    const target = ipIn(packet.destinationProtocol)
    if (packet.type === 1 && target !== undefined) {
      this.shortcut ??= { value: true, frame }
      if (!this.indicated.has(octetsText(target)) && this.asked.size < most) this.asked.set(target, frame)
    }
    if (packet.type !== 3 || destination === undefined) return
    this.unique ??= { value: (packet.flags & uniqueFlag) !== 0, frame }
    const protocol = target === ipIn(packet.sourceProtocol) ? undefined : target
    const name = `${String(protocol)} ${String(destination)}`
    if (this.servers.size < most && !this.servers.has(name))
      this.servers.set(name, { value: { protocol, nbma: destination }, frame })
  }

  private reply(packet: NhrpExchange, { frame }: NhrpSeen): void {
    const responder = entriesOf(packet, 'responder-address')?.[0]
    if (responder !== undefined) this.record(responder, frame)
    if (packet.type === 4 && !sameAddress(packet.sourceProtocol, packet.destinationProtocol))
      this.address(packet.destinationProtocol, frame)
  }

  /** An answer in which it is the responder, whoever passes it on. */
  answered(packet: NhrpExchange, responder: Cie, frame: number): void {
    const [entry] = packet.entries
    const target = ipIn(packet.destinationProtocol)
    if (entry === undefined || entry.code !== 0 || target === undefined) return
    if (!sameAddress(entry.nbma, responder.nbma)) return
    this.shortcut ??= { value: true, frame }
    if (sameAddress(target, responder.protocol)) return
    const length = meantPrefix(entry.prefixLength, widthOf(packet))
    const name = `${String(target)}/${length}`
    if (this.networks.size < most && !this.networks.has(name) && !this.protocols.has(target))
      this.networks.set(name, { value: { address: target, length }, frame })
  }

  /** Its record of itself. */
  private record({ protocol, holdingTime, mtu }: Cie, frame: number): void {
    this.address(protocol, frame)
    if (holdingTime > 0) this.holdingTime ??= { value: holdingTime, frame }
    this.mtu ??= { value: mtu, frame }
  }
}

function octetsText(address: Ip): string {
  const octets: number[] = []
  let rest = BigInt(address)
  for (let i = typeof address === 'number' ? 4 : 16; i > 0; i--) {
    octets.unshift(Number(rest & 0xffn))
    rest >>= 8n
  }
  return octets.join()
}
