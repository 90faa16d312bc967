/** From the options of a command line or a script to a frame. */
import { errorCode, type NhrpExchange } from '@dmvpn/protocols'
import type { SynthFrame } from './compose.ts'
import { messageFrame } from './encapsulate.ts'
import type { PacketKind, PacketOptions } from './options.ts'
import { hubOf, needed, returning, spokeOf, stationOf, wrapping } from './packet-ends.ts'
import { type PlainOptions, plainPacket } from './plain-packet.ts'
import { tunnelledData } from './recipes/data.ts'
import { errorIndication } from './recipes/error.ts'
import { forwarded } from './recipes/forward.ts'
import { keepalive, keepaliveReply } from './recipes/keepalive.ts'
import { purgeReply, purgeRequest } from './recipes/purge.ts'
import { trafficIndication } from './recipes/redirect.ts'
import { registrationReply, registrationRequest } from './recipes/registration.ts'
import { resolutionReply, resolutionRequest } from './recipes/resolution.ts'
import type { Station } from './station.ts'

/** The frame of one recipe. Throws RangeError where an option is missing, is no address, or does not fit its field. */
export function packetFrame(kind: PacketKind, options: PacketOptions): SynthFrame {
  return recipes[kind](options)
}

const recipes: Readonly<Record<PacketKind, (options: PacketOptions) => SynthFrame>> = {
  registration: registrationFrame,
  resolution: resolutionFrame,
  purge: purgeFrame,
  error: errorFrame,
  redirect: redirectFrame,
  keepalive: keepaliveFrame,
  data: dataFrame,
}

function registrationFrame(options: PacketOptions): SynthFrame {
  const manner = wrapping(options)
  const { requestId, unique, group, code, publicNbma } = options
  const [spoke, hub] = [spokeOf(options), hubOf(options)]
  const request = registrationRequest({ ...manner, spoke, hub, requestId, unique, group })
  const outside = publicNbma ?? spoke.nbma
  if (options.reply !== true) return messageFrame(request, outside, hub.nbma, manner)
  const reply = registrationReply(request, { ...manner, hub, code, seenNbma: publicNbma })
  return messageFrame(reply, hub.nbma, outside, returning(options))
}

function resolutionFrame(options: PacketOptions): SynthFrame {
  const manner = wrapping(options)
  const { requestId, unique, publicNbma, hubHold, via = [], backVia = [], clientNbma } = options
  const spoke = { ...spokeOf(options), publicNbma }
  const outside = publicNbma ?? spoke.nbma
  const target = needed(options, 'target')
  const servers = via.map(each => stationOf(each, hubHold))
  const asked = resolutionRequest({ ...manner, spoke, target, requestId, unique })
  const request = servers.reduce((message, by) => forwarded(message, by, manner), asked)
  if (options.reply !== true) {
    const last = servers.at(-1)
    const next = last === undefined ? needed(options, 'hubNbma') : (clientNbma ?? needed(options, 'hubNbma'))
    return messageFrame(request, last?.nbma ?? outside, next, manner)
  }
  const { reply, responder } = answer(request, options, target)
  const relays = backVia.map(each => stationOf(each, hubHold))
  const relayed = relays.reduce((message, by) => forwarded(message, by, manner), reply)
  return messageFrame(relayed, relays.at(-1)?.nbma ?? responder.nbma, outside, returning(options))
}

/** The way out answers itself, or the server does: from its registry, for itself, or because there is no way. */
function answer(
  request: NhrpExchange,
  options: PacketOptions,
  target: string,
): { readonly reply: NhrpExchange; readonly responder: Station } {
  const { client = target, clientNbma, code, prefix, hold, replyHold, fromRegistry = false } = options
  const manner = wrapping(options)
  const facts = { ...manner, prefixLength: prefix, holdingTime: replyHold ?? hold, code }
  if (fromRegistry) {
    const responder = hubOf(options)
    const registered = { protocol: client, nbma: needed(options, 'clientNbma') }
    return { reply: resolutionReply(request, { ...facts, responder, client: registered }), responder }
  }
  const responder =
    clientNbma === undefined ? hubOf(options) : { protocol: client, nbma: clientNbma, holdingTime: hold }
  return { reply: resolutionReply(request, { ...facts, responder }), responder }
}

function purgeFrame(options: PacketOptions): SynthFrame {
  const manner = wrapping(options)
  const { requestId, prefix, unanswered = false } = options
  const [from, by] = [spokeOf(options), hubOf(options)]
  const address = needed(options, 'address')
  const facts = { ...manner, from, to: by.protocol, address, requestId, wantsReply: !unanswered }
  const request = purgeRequest({ ...facts, prefixLength: prefix })
  if (options.reply !== true) return messageFrame(request, from.nbma, by.nbma, manner)
  return messageFrame(purgeReply(request, { ...manner, by }), by.nbma, from.nbma, returning(options))
}

/** `ar$hopcnt` in the fixed part. */
const hopCountOffset = 9

function errorFrame(options: PacketOptions): SynthFrame {
  const { code = errorCode.protocolError } = options
  const by = hubOf(options)
  const hopsGone = code === errorCode.hopCountExceeded
  const request = offending(options)
  const quoted = hopsGone ? { ...request, hopCount: 0 } : request
  const errorOffset = options.offset ?? (hopsGone ? hopCountOffset : 0)
  const error = errorIndication(quoted, { ...wrapping(options), by, errorCode: code, errorOffset })
  return messageFrame(error, by.nbma, needed(options, 'nbma'), returning(options))
}

function offending(options: PacketOptions): NhrpExchange {
  const manner = wrapping(options)
  const { requestId, unique, about = 'resolution' } = options
  const spoke = spokeOf(options)
  switch (about) {
    case 'registration':
      return registrationRequest({ ...manner, spoke, hub: hubOf(options), requestId, unique })
    case 'resolution':
      return resolutionRequest({ ...manner, spoke, target: needed(options, 'target'), requestId, unique })
    case 'purge':
      return purgeRequest({
        ...manner,
        from: spoke,
        to: needed(options, 'hub'),
        address: needed(options, 'address'),
        requestId,
      })
    default:
      return about satisfies never
  }
}

function plainOf(options: PacketOptions): PlainOptions {
  const { payload, size, sourcePort, destinationPort, ttl, dscp, pingId, pingSequence, ipId } = options
  return {
    source: needed(options, 'source'),
    destination: needed(options, 'destination'),
    payload,
    size,
    sourcePort,
    destinationPort,
    ttl,
    dscp,
    identifier: pingId,
    sequence: pingSequence,
    identification: ipId,
  }
}

function redirectFrame(options: PacketOptions): SynthFrame {
  const manner = wrapping(options)
  const by = hubOf(options)
  const servers = (options.via ?? []).map(each => stationOf(each, options.hubHold))
  const told = trafficIndication(plainPacket(plainOf(options)), { ...manner, by })
  const message = servers.reduce((indication, server) => forwarded(indication, server, manner), told)
  return messageFrame(message, servers.at(-1)?.nbma ?? by.nbma, needed(options, 'nbma'), returning(options))
}

function keepaliveFrame(options: PacketOptions): SynthFrame {
  const make = options.reply === true ? keepaliveReply : keepalive
  return make(needed(options, 'nbma'), needed(options, 'hubNbma'), wrapping(options))
}

function dataFrame(options: PacketOptions): SynthFrame {
  const packet = plainOf(options)
  const [nbma, hubNbma] = [needed(options, 'nbma'), needed(options, 'hubNbma')]
  if (options.reply !== true) return tunnelledData(packet, nbma, hubNbma, wrapping(options))
  const { source, destination, sourcePort, destinationPort } = packet
  const back = {
    ...packet,
    source: destination,
    destination: source,
    sourcePort: destinationPort,
    destinationPort: sourcePort,
    isReply: true,
  }
  return tunnelledData(back, hubNbma, nbma, returning(options))
}

/** The options of the packet `repeats` packets later: what counts, counts on. */
export function counted(options: PacketOptions, repeats: number): PacketOptions {
  const { requestId, ipId, sequence, pingSequence } = options
  return {
    ...options,
    requestId: ((requestId ?? 1) + repeats) >>> 0,
    ipId: ((ipId ?? 0) + repeats) & 0xffff,
    pingSequence: ((pingSequence ?? 0) + repeats) & 0xffff,
    ...(sequence === undefined ? {} : { sequence: (sequence + repeats) >>> 0 }),
  }
}
