/** What the lines of a log tell of who has which address inside and outside. */
import type { Ip } from '@dmvpn/core'
import type { Ipv4 } from '@dmvpn/wire'
import type { PrintedPacket } from './printed-packet.ts'

/** A station's two addresses, as far as they are known. */
export interface KnownStation {
  readonly protocol: Ip | undefined
  readonly nbma: Ipv4 | undefined
}

/** What other lines tell of an exchange: who answered, who passed it on and how often. */
interface Exchange {
  responder: Ip | undefined
  forwarder: Ip | undefined
  /** The least hop count of the request. */
  hopCount: number | undefined
}

/** Things of one kind that are remembered at most: the oldest go. */
const most = 50_000

/** Gathers addresses while packets go by; what it keeps is bounded. */
export class Stations {
  private readonly outside = new Map<Ip, Ipv4>()
  /** Where requests for a server went: the server, unless somebody else is known there. */
  private readonly perhaps = new Map<Ip, Ipv4>()
  private readonly inside = new Map<Ipv4, Ip>()
  private readonly own = new Map<string, Ip>()
  private readonly exchanges = new Map<string, Exchange>()
  private server: Ip | undefined

  /** A next hop server's addresses. */
  isServer(protocol: Ip, nbma: Ipv4): void {
    this.server ??= protocol
    this.has(protocol, nbma)
  }

  /** A request that a server should get went to this outside address. */
  mayBeServer(protocol: Ip, nbma: Ipv4): void {
    this.server ??= protocol
    keep(this.perhaps, protocol, nbma)
  }

  /** What a packet tells. */
  learn(packet: PrintedPacket): void {
    const { router, verb, source, sourceNbma, sourceProtocol, destinationProtocol, kind } = packet
    if (typeof sourceNbma === 'number' && sourceProtocol !== undefined) this.has(sourceProtocol, sourceNbma)
    if (router !== undefined && source !== undefined) keep(this.own, router, source)
    if (kind.startsWith('registration')) {
      this.server ??= destinationProtocol
      if (router !== undefined && verb === 'Receive' && kind === 'registration-request' && !this.own.has(router))
        if (destinationProtocol !== undefined) keep(this.own, router, destinationProtocol)
    }
    // A resolution request is addressed to its target, and goes to whoever may know it.
    if (packet.nbma !== undefined && packet.destination !== undefined && kind !== 'resolution-request')
      this.has(packet.destination, packet.nbma)
    for (const { entries: records } of packet.extensions ?? [])
      for (const { nbma, protocol } of records)
        if (typeof nbma === 'number' && protocol !== undefined) this.has(protocol, nbma)
    this.learnExchange(packet)
  }

  private learnExchange(packet: PrintedPacket): void {
    const { kind, verb, source, hopCount } = packet
    const exchange = this.exchangeOf(packet)
    if (verb === 'Forwarding') exchange.forwarder ??= source
    if (verb === 'Send' && kind.endsWith('-reply')) exchange.responder ??= source
    if (kind.endsWith('-request')) exchange.hopCount = Math.min(exchange.hopCount ?? 255, hopCount ?? 255)
  }

  private exchangeOf({ kind, requestId, sourceProtocol, destinationProtocol }: PrintedPacket): Exchange {
    const name = `${kind.replace(/-.*/, '')} ${requestId} ${sourceProtocol} ${destinationProtocol}`
    const known = this.exchanges.get(name)
    if (known !== undefined) return known
    const exchange: Exchange = { responder: undefined, forwarder: undefined, hopCount: undefined }
    keep(this.exchanges, name, exchange)
    return exchange
  }

  private has(protocol: Ip, nbma: Ipv4): void {
    if (!this.outside.has(protocol)) keep(this.outside, protocol, nbma)
    if (!this.inside.has(nbma)) keep(this.inside, nbma, protocol)
  }

  /** The station with this tunnel address. */
  at(protocol: Ip | undefined): KnownStation {
    if (protocol === undefined) return { protocol, nbma: undefined }
    const guess = this.perhaps.get(protocol)
    const isFree = guess !== undefined && !this.inside.has(guess)
    return { protocol, nbma: this.outside.get(protocol) ?? (isFree ? guess : undefined) }
  }

  /** The router that printed a packet. */
  printer({ router, source }: PrintedPacket): KnownStation {
    return this.at(source ?? (router === undefined ? undefined : this.own.get(router)))
  }

  /** The server that requests go to. */
  nextHopServer(): KnownStation {
    return this.at(this.server)
  }

  /** Who passed a packet on last, where its hop count says that somebody did. */
  forwarder(packet: PrintedPacket): KnownStation {
    if (packet.verb === 'Forwarding') return this.printer(packet)
    return this.at(this.exchangeOf(packet).forwarder ?? this.server)
  }

  /** Who answered with this reply. */
  responder(packet: PrintedPacket): KnownStation {
    const known = packet.verb === 'Send' ? packet.source : this.exchangeOf(packet).responder
    if (known !== undefined) return this.at(known)
    if (packet.kind === 'registration-reply') return this.at(packet.destinationProtocol)
    if (packet.kind === 'purge-reply') return this.at(packet.destinationProtocol)
    // With records of servers on the way the way out itself answered: the client.
    const [client] = packet.entries
    if (typeof client?.nbma !== 'number') return this.at(undefined)
    if (this.requestHops(packet) === 0) return this.nextHopServer()
    return { protocol: this.inside.get(client.nbma) ?? client.protocol, nbma: client.nbma }
  }

  /** How many servers the request of a reply passed; undefined where no line shows it. */
  requestHops(packet: PrintedPacket, initial = 255): number | undefined {
    const { hopCount } = this.exchangeOf(packet)
    return hopCount === undefined || hopCount > initial ? undefined : initial - hopCount
  }
}

function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= most && !map.has(key)) map.delete(map.keys().next().value!)
  map.set(key, value)
}
