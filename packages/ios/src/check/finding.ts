import type { Interface, Settings, TunnelInterface } from '@dmvpn/core'
import { formatIpv4, type Ipv4, networkOf } from '@dmvpn/wire'
import type { Line } from '../line.ts'

/** One router of those that are checked together. */
export interface CheckedRouter {
  /** What the findings call it: the file's name. */
  readonly name: string
  readonly settings: Settings
  readonly lines: readonly Line[]
}

/** A line of a router's configuration; the section's first line where the line itself is missing. */
export interface Place {
  readonly file: string
  readonly line: number | undefined
  readonly words: string | undefined
}

/** Something that will not work, or not as meant. */
export interface Finding extends Place {
  /** The rule's name: `key-mismatch`. */
  readonly rule: string
  /** `error`: packets are lost; `warning`: something meant does not happen; `note`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'note'
  /** What is wrong and what comes of it. */
  readonly because: string
  /** The other line, where two do not agree. */
  readonly against: Place | undefined
}

/** A tunnel and the router it is on. */
export interface Station {
  readonly router: CheckedRouter
  readonly tunnel: TunnelInterface
}

/** The last line of a section that begins with the first of `starts` that has one; otherwise the section's first. */
export function placeOf(router: CheckedRouter, section: string, ...starts: readonly string[]): Place {
  const inside = router.lines.filter(each => each.section === section && each.command !== undefined)
  const found =
    starts.map(start => inside.findLast(each => each.command!.startsWith(start))).find(each => each !== undefined) ??
    router.lines.find(each => each.command === section)
  return { file: router.name, line: found?.number, words: found?.text.trim() }
}

/** A line of a tunnel. */
export function tunnelPlace({ router, tunnel }: Station, ...starts: readonly string[]): Place {
  return placeOf(router, `interface ${tunnel.name}`, ...starts)
}

/** A finding at a place. */
export function finding(
  severity: Finding['severity'],
  rule: string,
  place: Place,
  because: string,
  against?: Place,
): Finding {
  return { ...place, rule, severity, because, against }
}

/** The tunnels that are up. */
export function stationsOf(router: CheckedRouter): readonly Station[] {
  return router.settings.interfaces.flatMap(each =>
    each.kind === 'tunnel' && !each.shutdown ? [{ router, tunnel: each }] : [],
  )
}

/** The first IPv4 address of an interface. */
export function primaryAddress(of: Interface): { readonly address: Ipv4; readonly length: number } | undefined {
  for (const { address, length } of of.addresses) if (typeof address === 'number') return { address, length }
  return undefined
}

/** The NBMA address of a station, where the configuration says it. */
export function nbmaOf({ router, tunnel }: Station): Ipv4 | undefined {
  const { source } = tunnel
  if (source === undefined) return undefined
  if (source.kind === 'address') return source.address
  const from = router.settings.interfaces.find(each => each.name === source.name)
  return from === undefined ? undefined : primaryAddress(from)?.address
}

/** The NBMA address that a station has for a protocol address: of a server, or of a static map. */
export function mappedNbma({ tunnel: { nhrp } }: Station, protocol: number | bigint): Ipv4 | undefined {
  const server = nhrp.servers.find(each => each.protocol === protocol)
  if (server?.nbma !== undefined) return server.nbma
  return nhrp.maps.find(
    each =>
      typeof each.protocol === typeof protocol &&
      networkOf(each.protocol, each.length) === networkOf(protocol, each.length),
  )?.nbma
}

/** An address, or words for a missing one. */
export function addressText(address: Ipv4 | undefined): string {
  return address === undefined ? 'no address' : formatIpv4(address)
}
