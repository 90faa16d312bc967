/** Who is at the ends of a packet, and how it is wrapped, from the options of a command line or a script. */
import { parseIp } from '@dmvpn/wire'
import type { EncapsulationOptions } from './encapsulate.ts'
import { type PacketOptions, writtenName } from './options.ts'
import type { Station } from './station.ts'

/** The value of an option that cannot be done without. */
export function needed(options: PacketOptions, name: keyof PacketOptions): string {
  const value = options[name]
  if (typeof value !== 'string') throw new RangeError(`${writtenName(name)} is missing`)
  return value
}

/** How the packet is wrapped that goes from the requester to the server. */
export function wrapping(options: PacketOptions): EncapsulationOptions {
  const { profile, key, mtu, link, sourceMac, destinationMac, checksum, sequence, routing, recursion } = options
  return {
    profile,
    key,
    mtu,
    authentication: options.auth,
    link,
    sourceMac,
    destinationMac,
    identification: options.ipId,
    checksum,
    sequence,
    routing,
    strictSourceRoute: options.strict,
    recursion,
  }
}

/** The same for what comes back: the ends exchanged. */
export function returning(options: PacketOptions): EncapsulationOptions {
  const { sourceMac, destinationMac } = options
  return { ...wrapping(options), sourceMac: destinationMac, destinationMac: sourceMac }
}

/** The requester. */
export function spokeOf(options: PacketOptions): Station {
  const { hold, linkLocal } = options
  return {
    protocol: needed(options, 'spoke'),
    nbma: needed(options, 'nbma'),
    holdingTime: hold,
    linkLocal: ipv6(linkLocal),
  }
}

/** The server. */
export function hubOf(options: PacketOptions): Station {
  const { hubHold, hubLinkLocal } = options
  return {
    protocol: needed(options, 'hub'),
    nbma: needed(options, 'hubNbma'),
    holdingTime: hubHold,
    linkLocal: ipv6(hubLinkLocal),
  }
}

function ipv6(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined
  const address = parseIp(text)
  if (typeof address !== 'bigint') throw new RangeError(`not an IPv6 address: ${text}`)
  return address
}

/** `TUNNEL-ADDRESS,NBMA`. */
export function stationOf(text: string, holdingTime: number | undefined): Station {
  const [protocol, nbma, ...more] = text.split(',').map(part => part.trim())
  if (protocol === undefined || nbma === undefined || more.length > 0) {
    throw new RangeError(`${text}: not TUNNEL-ADDRESS,NBMA`)
  }
  return { protocol, nbma, holdingTime }
}
