/** What can stand inside of what: the edges that a packet of a protocol can say. */
import {
  type AnyProtocol,
  ah,
  ciscoMetadata,
  dmvpn,
  type Edge,
  erspan,
  esp,
  ethernet,
  gre,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  ipv6DestinationOptions,
  ipv6Fragment,
  ipv6HopByHop,
  ipv6Routing,
  linuxCooked,
  llc,
  mpls,
  nullLoopback,
  pim,
  ppp,
  pppoeSession,
  providerVlan,
  raw,
  tcp,
  udp,
  udpEncapsulation,
  vlan,
} from '@dmvpn/protocols'
import { keysOf } from './place.ts'

/** An edge, and who is found by it. */
export interface Step {
  readonly edge: Edge
  readonly protocol: AnyProtocol
}

const ipTypes = [0x0800, 0x86dd] as const
const ethertype: Tables = { ethertype: everyKey }
const ipProtocol: Tables = { 'ip.proto': everyKey }

/** Keys of a table; of an Ethertype table those that no length can be taken for. */
type Keys = (table: string) => readonly number[]
type Tables = Readonly<Record<string, Keys>>

function everyKey(table: string): readonly number[] {
  return keysOf(table)
}

function these(...keys: readonly number[]): Keys {
  return () => keys
}

const tables: ReadonlyMap<AnyProtocol, Tables> = new Map<AnyProtocol, Tables>([
  [ethernet, { ...ethertype, 'eth.len': these(0) }],
  [vlan, { ...ethertype, 'eth.len': these(0) }],
  [providerVlan, ethertype],
  [ciscoMetadata, ethertype],
  [linuxCooked, { 'gre.proto': everyKey, ethertype: everyKey, 'sll.ltype': everyKey }],
  [llc, { ethertype: everyKey, 'llc.cisco_pid': everyKey, 'llc.iana_pid': everyKey }],
  [raw, { ethertype: these(...ipTypes), link: these(9) }],
  [nullLoopback, { ethertype: these(...ipTypes, 0x8847, 0x0806) }],
  [mpls, { 'mpls.bottom': everyKey, ethertype: these(...ipTypes) }],
  [ppp, { 'ppp.protocol': everyKey, ethertype: these(...ipTypes, 0x8847, 0x8848) }],
  [pppoeSession, { 'pppoe.code': everyKey }],
  [gre, { 'gre.proto': everyKey }],
  [erspan, { 'erspan.ft': everyKey, ethertype: these(...ipTypes) }],
  [ipv4, ipProtocol],
  [ipv6, ipProtocol],
  [ipv6DestinationOptions, ipProtocol],
  [ipv6Fragment, ipProtocol],
  [ipv6HopByHop, ipProtocol],
  [ipv6Routing, ipProtocol],
  [ah, ipProtocol],
  [udp, { 'udp.port': everyKey }],
  [tcp, { 'tcp.port': everyKey }],
  [udpEncapsulation, { udpencap: everyKey }],
  [pim, { 'ip.proto': these(4, 41) }],
])

/** The packets that can follow right behind a packet of `protocol`, itself reached by `reached`. */
export function stepsFrom(protocol: AnyProtocol, reached?: Edge): readonly Step[] {
  const steps: Step[] = []
  for (const [table, keys] of Object.entries(tables.get(protocol) ?? {})) {
    for (const key of keys(table)) {
      const next = dmvpn.next(table, key)
      if (next !== undefined && isPossible(protocol, { table, key }, reached)) {
        steps.push({ edge: { table, key }, protocol: next })
      }
    }
  }
  return steps
}

/** The first packets of a frame, by link type. */
export function firstSteps(): readonly Step[] {
  return keysOf('link').map(key => ({ edge: { table: 'link', key }, protocol: dmvpn.next('link', key)! }))
}

/** OpenBSD's loopback names families, no Ethertypes. */
function isPossible(protocol: AnyProtocol, edge: Edge, reached: Edge | undefined): boolean {
  return !(protocol === nullLoopback && reached?.key === 108 && edge.key !== ipTypes[0] && edge.key !== ipTypes[1])
}

/** Whether octets nobody knows may follow: under a number nobody has, as a fragment, as ciphertext. */
export function carriesOctets(protocol: AnyProtocol): boolean {
  return opaque.has(protocol)
}

const opaque: ReadonlySet<AnyProtocol> = new Set<AnyProtocol>([
  esp,
  ethernet,
  vlan,
  providerVlan,
  ciscoMetadata,
  linuxCooked,
  llc,
  nullLoopback,
  mpls,
  ppp,
  gre,
  erspan,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  ipv6DestinationOptions,
  ipv6Fragment,
  ipv6HopByHop,
  ipv6Routing,
  ah,
  udp,
  tcp,
])
