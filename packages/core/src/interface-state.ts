/** What an interface is right now, whatever its settings say. */
import type { Instant } from './instant.ts'
import { type Family, familyOf, prefixOf } from './prefix.ts'
import type { Interface, Ip, Prefix } from './settings.ts'

export interface InterfaceState {
  readonly name: string
  readonly settings: Interface
  /** What the operator wants. */
  enabled: boolean
  /** Whether it works. */
  up: boolean
  addresses: readonly Prefix[]
  changed: Instant
  readonly counters: { packetsIn: number; octetsIn: number; packetsOut: number; octetsOut: number; dropsOut: number }
}

export function interfaceStateOf(settings: Interface, now: Instant): InterfaceState {
  return {
    name: settings.name,
    settings,
    enabled: !settings.shutdown,
    up: false,
    addresses: settings.addresses,
    changed: now,
    counters: { packetsIn: 0, octetsIn: 0, packetsOut: 0, octetsOut: 0, dropsOut: 0 },
  }
}

/** The first address of a family. */
export function primaryAddress(of: InterfaceState, family: Family): Ip | undefined {
  const { addresses } = of
  for (let i = 0; i < addresses.length; i++) {
    const { address } = addresses[i]!
    if (familyOf(address) === family) return address
  }
  return undefined
}

/** The network of an interface that an address lies in. */
export function attachedPrefix(of: InterfaceState, address: Ip): Prefix | undefined {
  const width = typeof address
  for (const each of of.addresses) {
    if (typeof each.address !== width) continue
    const network = prefixOf(each.address, each.length)
    if (prefixOf(address, each.length).address === network.address) return network
  }
  return undefined
}
