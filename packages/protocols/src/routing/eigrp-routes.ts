/**
 * IPv4 routes with classic metrics, RFC 7868 §6.8: next hop, what an external route brought along, metric, destinations.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |                           Next Hop                            |
 *  |                      Originating Router ID                    |  external only
 *  |                 Originating Autonomous System                 |  external only
 *  |                        Administrative Tag                     |  external only
 *  |                   External Protocol Metric                    |  external only
 *  |           Reserved            |   Protocol    |     Flags     |  external only
 *  |                         Scaled Delay                          |
 *  |                       Scaled Bandwidth                        |
 *  |                 MTU                           |   Hop Count   |
 *  |  Reliability  |     Load      |  Internal Tag |     Flags     |
 *  | Prefix Length |  Destination: as many octets as the prefix needs …
 */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
  formatIpv4,
  type Ipv4,
  ipv4,
  type Layout,
  layout,
  networkOf,
  type Outline,
  u8,
  u16,
  u24,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { eigrpExternalProtocolNames } from './eigrp-codes.ts'

/** A classic metric as on the wire. A delay of 0xffffffff means that the destination cannot be reached. */
export interface EigrpMetric {
  /** Tens of microseconds, multiplied by 256. */
  readonly delay: number
  /** 10⁷ divided by the bandwidth in kbit/s, multiplied by 256. */
  readonly bandwidth: number
  readonly mtu: number
  readonly hopCount: number
  /** 255 is a link without errors. */
  readonly reliability: number
  /** 1 is an idle link. */
  readonly load: number
  readonly tag: number
  /** Bits of `eigrpRouteFlag`. */
  readonly flags: number
}

/** Where an external route comes from, RFC 7868 §6.8.4. */
export interface EigrpExternal {
  readonly router: Ipv4
  readonly autonomousSystem: number
  readonly tag: number
  readonly metric: number
  readonly reserved: number
  /** One of `eigrpExternalProtocol`. */
  readonly protocol: number
  /** Bit 0: external; bit 1: candidate default. */
  readonly flags: number
}

/** A prefix. Bits behind `length` that share the prefix's last octet are kept as they were sent. */
export interface EigrpDestination {
  readonly prefix: Ipv4
  readonly length: number
  /** Octets of the prefix on the wire, where other than `octetsOfPrefix` says: a default route without any. */
  readonly octets?: number
}

interface MetricWords {
  readonly delay: number
  readonly bandwidth: number
  readonly mtu: number
  readonly hopCount: number
  readonly reliability: number
  readonly load: number
  readonly tag: number
}

/** The metric without its flags. */
export const eigrpMetric: Layout<MetricWords> = layout<MetricWords>('eigrp.old_metric', 'Legacy Metric', {
  delay: u32('eigrp.old_metric.delay', 'Scaled Delay'),
  bandwidth: u32('eigrp.old_metric.bw', 'Scaled BW'),
  mtu: u24('eigrp.old_metric.mtu', 'MTU'),
  hopCount: u8('eigrp.old_metric.hopcount', 'Hop Count'),
  reliability: u8('eigrp.old_metric.rel', 'Reliability'),
  load: u8('eigrp.old_metric.load', 'Load'),
  tag: u8('eigrp.old_metric.intag', 'Route Tag'),
})

interface RouteFlags {
  readonly unused: number
  readonly replicated: boolean
  readonly active: boolean
  readonly candidateDefault: boolean
  readonly sourceWithdraw: boolean
}

const routeFlags: Layout<RouteFlags> = layout<RouteFlags>('eigrp.metric.flags', 'Flags', {
  unused: bits(4, 'eigrp.metric.flags.unused', 'Unused', { hidden: true }),
  replicated: flag('eigrp.metric.flags.repl', 'Route is Replicated'),
  active: flag('eigrp.metric.flags.active', 'Route is Active'),
  candidateDefault: flag('eigrp.metric.flags.cd', 'Candidate Default'),
  sourceWithdraw: flag('eigrp.metric.flags.srcwd', 'Source Withdraw'),
})

interface ExternalWords {
  readonly router: Ipv4
  readonly autonomousSystem: number
  readonly tag: number
  readonly metric: number
  readonly reserved: number
  readonly protocol: number
}

/** An external route's origin without its flags. */
export const eigrpExternal: Layout<ExternalWords> = layout<ExternalWords>('eigrp.extdata', 'External Data', {
  router: ipv4('eigrp.extdata.origrid', 'Originating RouterID'),
  autonomousSystem: u32('eigrp.extdata.as', 'Originating A.S.'),
  tag: u32('eigrp.extdata.tag', 'Administrative Tag'),
  metric: u32('eigrp.extdata.metric', 'External Metric'),
  reserved: u16('eigrp.extdata.reserved', 'Reserved'),
  protocol: u8('eigrp.extdata.proto', 'External Protocol ID', { names: eigrpExternalProtocolNames }),
})

interface ExternalFlags {
  readonly unused: number
  readonly candidateDefault: boolean
  readonly external: boolean
}

const externalFlags: Layout<ExternalFlags> = layout<ExternalFlags>('eigrp.opaque.flag', 'External Flags', {
  unused: bits(6, 'eigrp.opaque.flag.unused', 'Unused', { hidden: true }),
  candidateDefault: flag('eigrp.opaque.flag.cd', 'Route is Candidate Default'),
  external: flag('eigrp.opaque.flag.ext', 'Route is External'),
})

/** The address routes go by; 0.0.0.0 is the sender itself. */
export const eigrpNextHop: Layout<{ readonly nextHop: Ipv4 }> = layout('eigrp.ipv4', 'Next hop', {
  nextHop: ipv4('eigrp.ipv4.nexthop', 'NextHop'),
})

const prefixLength: Field = field('eigrp.ipv4.prefixlen', 'Prefix Length', 'uint8')
const destination: Field = field('eigrp.ipv4.destination', 'Destination', 'ipv4')
const invalidLength: Field = expert('eigrp.prefixlen.invalid', 'Invalid prefix length', 'warning')

export const eigrpRouteFields: readonly (Outline | Field)[] = [
  eigrpNextHop,
  eigrpMetric,
  routeFlags,
  eigrpExternal,
  externalFlags,
  prefixLength,
  destination,
  invalidLength,
]

export function walkEigrpMetric(c: PacketCursor): EigrpMetric {
  c.open('Legacy Metric')
  const words = c.take(eigrpMetric)
  c.open('Flags')
  c.take(routeFlags)
  c.close()
  c.close()
  return { ...words, flags: c.view.getUint8(c.at - 1) }
}

export function walkEigrpExternal(c: PacketCursor): EigrpExternal {
  c.open('External Data')
  const words = c.take(eigrpExternal)
  c.open('External Flags')
  c.take(externalFlags)
  c.close()
  c.close()
  return { ...words, flags: c.view.getUint8(c.at - 1) }
}

/** Octets that hold a prefix of `length` bits: even a default route has one (RFC 7868 §6.8.3). */
export function octetsOfPrefix(length: number): number {
  return length === 0 ? 1 : (length + 7) >>> 3
}

/** Destinations to the end of the region, or to the first that is none: what follows is left to the caller. */
export function walkEigrpDestinations(c: PacketCursor): readonly EigrpDestination[] {
  const destinations: EigrpDestination[] = []
  while (c.left > 0) {
    const length = c.view.getUint8(c.at)
    if (length > 32) {
      // The octet is one of those left to the caller.
      c.show(prefixLength, length, c.at, 0)
      c.note(invalidLength, `Invalid prefix length ${length}, must be <= 32`, c.at, 1)
      break
    }
    const usual = octetsOfPrefix(length)
    const octets = length === 0 && c.left === 1 ? 0 : usual
    c.need('eigrp.ipv4.destination', 1 + octets)
    let prefix = 0
    for (let i = 0; i < octets; i++) prefix += c.view.getUint8(c.at + 1 + i) * 2 ** (24 - 8 * i)
    c.show(prefixLength, length, c.at, 1)
    c.show(destination, networkOf(prefix, length), c.at + 1, octets)
    c.at += 1 + octets
    destinations.push(octets === usual ? { prefix, length } : { prefix, length, octets })
  }
  return destinations
}

export function sizeOfEigrpDestinations(destinations: readonly EigrpDestination[]): number {
  let size = 0
  for (const { length, octets } of destinations) size += 1 + (octets ?? octetsOfPrefix(length))
  return size
}

export function writeEigrpMetric(w: Writer, metric: EigrpMetric): void {
  w.put(eigrpMetric, metric)
  putOctet(w, 'eigrp.metric.flags', metric.flags)
}

export function writeEigrpExternal(w: Writer, external: EigrpExternal): void {
  w.put(eigrpExternal, external)
  putOctet(w, 'eigrp.opaque.flag', external.flags)
}

/** Throws RangeError where a prefix is longer than 32 bits or has bits in octets that its length does not reach. */
export function writeEigrpDestinations(w: Writer, destinations: readonly EigrpDestination[]): void {
  for (const { prefix, length, octets = octetsOfPrefix(length) } of destinations) {
    if (length > 32) throw new RangeError(`eigrp.ipv4.prefixlen: ${length} is longer than an address`)
    if (octets < 4 && prefix % 2 ** (32 - 8 * octets) !== 0) {
      throw new RangeError(`eigrp.ipv4.destination: ${formatIpv4(prefix)} has more than ${octets} octets`)
    }
    putOctet(w, 'eigrp.ipv4.prefixlen', length)
    for (let i = 0; i < octets; i++)
      putOctet(w, 'eigrp.ipv4.destination', Math.floor(prefix / 2 ** (24 - 8 * i)) & 0xff)
  }
}

/** What a route's line says behind its type: `  =   10.0.1.0/24`. */
export function destinationsTitle(destinations: readonly EigrpDestination[]): string {
  const texts = destinations.map(({ prefix, length }) => `${formatIpv4(networkOf(prefix, length))}/${length}`)
  return texts.length === 0 ? '' : `  =   ${texts.join('  ,   ')}`
}

function putOctet(w: Writer, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xff) throw new RangeError(`${name}: ${value} is no octet`)
  w.view.setUint8(w.at, value)
  w.at += 1
}
