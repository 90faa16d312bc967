/** What a capture shows of how one tunnel of a station is configured, with the frame that shows it. */
import { type Cie, latin1, type Nhrp, type NhrpExchange, quotedPacket } from '@dmvpn/protocols'
import { parseHex } from '@dmvpn/wire'
import type { DataSeen, Ip, NhrpSeen } from '../observation.ts'
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

/** An address: where it was seen first, and how often. */
export interface AddressFact {
  readonly frame: number
  times: number
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

/** How packets for one destination went: the station they went to at first, and at last. */
export interface WayFact {
  readonly first: Fact<Ip>
  last: Ip
}

/** Addresses, servers, networks and ways remembered of one tunnel. */
const most = 1024
const uniqueFlag = 0x8000

export class TunnelFacts {
  /** Undefined where it was seen on its own device alone, which does not tell; its value undefined: it has none. */
  readonly key: Fact<number | undefined> | undefined
  /** Whether the station sent NHRP by it. */
  speaks = false
  password: Fact<string> | undefined
  holdingTime: Fact<number> | undefined
  mtu: Fact<number> | undefined
  unique: Fact<boolean> | undefined
  /** The station asks, or answers for what is behind it. */
  shortcut: Fact<true> | undefined
  redirect: Fact<true> | undefined
  /** The station passes messages on. */
  relays: Fact<true> | undefined
  /** The station's addresses in it. */
  readonly protocols: Map<Ip, AddressFact> = new Map()
  readonly servers: Map<string, Fact<ServerFact>> = new Map()
  /** Networks the station answered for. */
  readonly networks: Map<string, Fact<NetworkFact>> = new Map()
  /** Sources of packets the station sent. */
  readonly hosts: Map<Ip, number> = new Map()
  /** By destination of packets. */
  readonly ways: Map<Ip, WayFact> = new Map()
  /** Stations that packets went to, the first two. */
  readonly peers: Set<Ip> = new Set()
  /** What the station asked for though nobody had indicated it, and where at first. */
  readonly asked: Map<Ip, number> = new Map()
  private readonly indicated = new Set<Ip>()

  constructor(key: Fact<number | undefined> | undefined) {
    this.key = key
  }

  /** A message that the station sent. */
  sent(packet: Nhrp, seen: NhrpSeen): void {
    const { frame, source, destination } = seen
    this.speaks = true
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
      if (source !== undefined && sameAddress(record.nbma, source)) this.record(record, frame)
      const target = ipIn(packet.destinationProtocol)
      if (packet.type === 1 && target !== undefined && destination !== undefined) this.way(target, destination, frame)
    } else if (packet.type % 2 === 1) this.request(packet, seen)
    else this.reply(packet, frame)
  }

  /** A message that the station was sent: what is indicated it is expected to ask for. */
  received(packet: Nhrp): void {
    if (packet.kind !== 'traffic-indication' || this.indicated.size >= most) return
    const { destination } = quotedPacket(packet.quote)
    if (destination !== undefined) this.indicated.add(destination)
  }

  /** A packet that the station sent; `passes`: it had received it. */
  sentData({ innerSource, innerDestination, destination, frame }: DataSeen, passes: boolean): void {
    if (!passes && this.hosts.size < most && !this.hosts.has(innerSource)) this.hosts.set(innerSource, frame)
    if (destination === undefined) return
    if (this.peers.size < 2) this.peers.add(destination)
    this.way(innerDestination, destination, frame)
  }

  /** An answer in which the station is the responder, whoever passes it on. */
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

  private way(target: Ip, to: Ip, frame: number): void {
    const known = this.ways.get(target)
    if (known !== undefined) known.last = to
    else if (this.ways.size < most) this.ways.set(target, { first: { value: to, frame }, last: to })
  }

  private address(address: unknown, frame: number): void {
    const protocol = ipIn(address as Ip)
    if (protocol === undefined) return
    const known = this.protocols.get(protocol)
    if (known !== undefined) known.times++
    else if (this.protocols.size < most) this.protocols.set(protocol, { frame, times: 1 })
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
      const isNew = !this.asked.has(target) && this.asked.size < most
      if (isNew && !this.indicated.has(target)) this.asked.set(target, frame)
    }
    if (packet.type !== 3 || destination === undefined) return
    this.unique ??= { value: (packet.flags & uniqueFlag) !== 0, frame }
    const protocol = target === ipIn(packet.sourceProtocol) ? undefined : target
    const name = `${String(protocol)} ${String(destination)}`
    if (this.servers.size < most && !this.servers.has(name))
      this.servers.set(name, { value: { protocol, nbma: destination }, frame })
  }

  private reply(packet: NhrpExchange, frame: number): void {
    const responder = entriesOf(packet, 'responder-address')?.[0]
    if (responder !== undefined) this.record(responder, frame)
    if (packet.type === 4 && !sameAddress(packet.sourceProtocol, packet.destinationProtocol))
      this.address(packet.destinationProtocol, frame)
  }

  /** The station's record of itself. */
  private record({ protocol, holdingTime, mtu }: Cie, frame: number): void {
    this.address(protocol, frame)
    if (holdingTime > 0) this.holdingTime ??= { value: holdingTime, frame }
    this.mtu ??= { value: mtu, frame }
  }
}
