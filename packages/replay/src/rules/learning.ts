/** What stations learn from messages: registrations, mappings and purges, RFC 2332 §5.2. */

import type { NhrpExchange } from '@dmvpn/protocols'
import type { Ip, NhrpSeen } from '../observation.ts'
import { most } from './bounds.ts'
import type { Network } from './network.ts'
import type { Mapping, Registration } from './network-facts.ts'
import { covers, entriesOf, ipIn, isExchange, isPositive, isRelayed, meantPrefix, second, widthOf } from './parts.ts'

/** Mappings remembered of one pair, and purges of one station. */
const mostOfPair = 64
/** RFC 2332 leaves a holding time of the requester open; nobody's default is longer. */
const longestHold = 7200

/** Puts into the network what a message tells whom it reaches. */
export function learn(network: Network, seen: NhrpSeen): void {
  const { packet } = seen
  if (!isExchange(packet)) return
  if (packet.kind === 'registration-reply') takeRegistration(network, packet, seen)
  else if (packet.kind === 'resolution-request') takeRequest(network, packet, seen)
  else if (packet.kind === 'resolution-reply') takeReply(network, packet, seen)
  else if (packet.kind === 'purge-request') takePurge(network, packet, seen)
}

function takeRegistration(network: Network, packet: NhrpExchange, seen: NhrpSeen): void {
  const server = seen.source
  const nbma = ipIn(packet.sourceNbma)
  const [entry] = packet.entries
  const protocol = ipIn(entry?.protocol ?? packet.sourceProtocol)
  if (server === undefined || nbma === undefined || protocol === undefined || entry === undefined) return
  if (!isPositive(packet) || isRelayed(packet)) return
  const { frame, time } = seen
  const expires = time + entry.holdingTime * second
  const holder = network.stationOf(server)
  network.registrations.delete(holder, protocol)
  const registration: Registration = {
    server,
    protocol,
    nbma,
    real: network.natted.get(nbma) ?? nbma,
    unique: (packet.flags & 0x8000) !== 0,
    holdingTime: entry.holdingTime,
    accepted: time,
    expires,
    frame,
  }
  network.registrations.set(holder, protocol, registration)
  const { registeredAs } = network
  if (registeredAs.size < most || registeredAs.has(protocol)) registeredAs.set(protocol, registration)
  map(
    network,
    server,
    packet,
    {
      from: 'registration',
      network: protocol,
      prefixLength: widthOf(packet),
      nbma,
      expires,
      holdingTime: entry.holdingTime,
      responder: undefined,
    },
    seen,
  )
}

function takeRequest(network: Network, packet: NhrpExchange, seen: NhrpSeen): void {
  const nbma = ipIn(packet.sourceNbma)
  const own = ipIn(packet.sourceProtocol)
  if (seen.destination === undefined || nbma === undefined || own === undefined) return
  const holdingTime = packet.entries[0]?.holdingTime || longestHold
  const expires = seen.time + holdingTime * second
  map(
    network,
    seen.destination,
    packet,
    { from: 'request', network: own, prefixLength: widthOf(packet), nbma, expires, holdingTime, responder: undefined },
    seen,
  )
}

function takeReply(network: Network, packet: NhrpExchange, seen: NhrpSeen): void {
  const requester = ipIn(packet.sourceNbma)
  const target = ipIn(packet.destinationProtocol)
  if (!isPositive(packet) || requester === undefined || target === undefined) return
  // Passed on to somebody else yet: the requester has not got it.
  if (seen.destination !== undefined && network.stationOf(seen.destination) !== network.stationOf(requester)) return
  const responder = ipIn(entriesOf(packet, 'responder-address')?.[0]?.nbma) ?? seen.source
  for (const { nbma, holdingTime, prefixLength } of packet.entries) {
    const way = ipIn(nbma)
    if (way === undefined) continue
    const expires = seen.time + holdingTime * second
    map(
      network,
      requester,
      packet,
      {
        from: 'reply',
        network: target,
        prefixLength: meantPrefix(prefixLength, widthOf(packet)),
        nbma: way,
        expires,
        holdingTime,
        responder,
      },
      seen,
    )
  }
}

function map(
  network: Network,
  holder: Ip,
  packet: NhrpExchange,
  facts: Pick<Mapping, 'from' | 'network' | 'prefixLength' | 'expires' | 'holdingTime' | 'responder'> & {
    readonly nbma: Ip
  },
  { time, frame }: NhrpSeen,
): void {
  const nbmas = waysTo(network, packet, facts.nbma)
  const mapping: Mapping = {
    from: facts.from,
    network: facts.network,
    prefixLength: facts.prefixLength,
    expires: facts.expires,
    holdingTime: facts.holdingTime,
    responder: facts.responder,
    holder: network.stationOf(holder),
    nbmas,
    learned: time,
    frame,
    purged: undefined,
  }
  for (const way of nbmas) {
    const list = network.mappings.get(mapping.holder, way)
    if (list === undefined) {
      network.mappings.set(mapping.holder, way, [mapping])
      continue
    }
    // The same told once more takes the place of what was told before.
    const same = list.findIndex(
      each =>
        each.from === mapping.from && each.network === mapping.network && each.prefixLength === mapping.prefixLength,
    )
    if (same >= 0) list.splice(same, 1)
    if (list.length >= mostOfPair) list.shift()
    list.push(mapping)
  }
}

/** An NBMA address with all that address translation makes of it. */
function waysTo({ natted }: Network, packet: NhrpExchange, nbma: Ip): readonly Ip[] {
  const ways = [nbma]
  const real = natted.get(nbma)
  if (real !== undefined && real !== nbma) ways.push(real)
  for (const entry of entriesOf(packet, 'nat-address') ?? []) {
    const told = ipIn(entry.nbma)
    if (told !== undefined && !ways.includes(told)) ways.push(told)
  }
  return ways
}

function takePurge(network: Network, packet: NhrpExchange, seen: NhrpSeen): void {
  if (seen.destination === undefined) return
  const holder = network.stationOf(seen.destination)
  for (const { protocol, prefixLength } of packet.entries) {
    const purged = ipIn(protocol)
    if (purged === undefined) continue
    const length = meantPrefix(prefixLength, widthOf(packet))
    const list = network.purges.get(holder) ?? []
    if (network.purges.size < most) network.purges.set(holder, list)
    if (list.length >= mostOfPair) list.shift()
    list.push({ holder, network: purged, prefixLength: length, time: seen.time, frame: seen.frame })
    forget(network, holder, purged, length, seen.time)
  }
}

/** Equal to, inside, or, where a host is purged, covering what is purged. */
function forget({ mappings }: Network, holder: Ip, network: Ip, prefixLength: number, time: number): void {
  for (const list of mappings.of(holder)) {
    for (const each of list) {
      if (
        each.from === 'reply' &&
        (covers(network, prefixLength, each.network) || covers(each.network, each.prefixLength, network))
      ) {
        each.purged ??= time
      }
    }
  }
}
