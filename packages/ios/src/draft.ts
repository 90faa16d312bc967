import {
  type Bgp,
  type BgpNeighbor,
  type Crypto,
  type Eigrp,
  type EigrpInterface,
  type EigrpStub,
  type Interface,
  type IpsecProfile,
  type IsakmpPolicy,
  type LoopbackInterface,
  type NhrpSettings,
  type Ospf,
  type OspfInterface,
  type PhysicalInterface,
  type ProfileName,
  type Settings,
  type StaticRoute,
  type Switching,
  settingsOf,
  type TransformSet,
  type TunnelInterface,
} from '@dmvpn/core'
import type { Ipv4 } from '@dmvpn/wire'

/*
 * What the commands write into and print from: the settings with every default left out, so that a line stands for
 * exactly one thing that was said.
 */

type Loose<T> = { -readonly [Key in keyof T]?: T[Key] }
type List<T> = T extends readonly (infer Each)[] ? Each[] : never

export interface NhrpDraft extends Loose<Omit<NhrpSettings, 'maps' | 'servers' | 'multicast'>> {
  maps: List<NhrpSettings['maps']>
  servers: List<NhrpSettings['servers']>
  multicast: { static: List<NhrpSettings['multicast']['static']>; dynamic?: boolean; servers?: boolean }
}

export interface EigrpInterfaceDraft extends Loose<Omit<EigrpInterface, 'autonomousSystem' | 'summaries'>> {
  readonly autonomousSystem: number
  summaries: List<EigrpInterface['summaries']>
}

interface Common {
  addresses: List<Interface['addresses']>
  eigrp: EigrpInterfaceDraft[]
  ospf: Loose<OspfInterface>
}

type Port<T extends Interface> = Loose<Omit<T, 'kind' | 'name' | keyof Common | 'nhrp'>> &
  Common &
  Pick<T, 'kind' | 'name'>

export type PhysicalDraft = Port<PhysicalInterface>
export type LoopbackDraft = Port<LoopbackInterface>
export type TunnelDraft = Port<TunnelInterface> & { nhrp: NhrpDraft }
export type InterfaceDraft = PhysicalDraft | LoopbackDraft | TunnelDraft

export interface EigrpDraft
  extends Loose<Omit<Eigrp, 'autonomousSystem' | 'networks' | 'passive' | 'redistribute' | 'stub'>> {
  readonly autonomousSystem: number
  networks: List<Eigrp['networks']>
  passive: string[]
  redistribute: List<Eigrp['redistribute']>
  stub?: EigrpStub
  /** Where every interface is passive: those that are not. */
  active?: string[]
}

export interface OspfDraft extends Loose<Omit<Ospf, 'processId' | 'networks' | 'passive' | 'neighbors'>> {
  readonly processId: number
  networks: List<Ospf['networks']>
  passive: string[]
  neighbors: List<Ospf['neighbors']>
  active?: string[]
}

export interface BgpDraft extends Loose<Omit<Bgp, 'autonomousSystem' | 'networks' | 'neighbors'>> {
  readonly autonomousSystem: number
  networks: List<Bgp['networks']>
  neighbors: (Loose<Omit<BgpNeighbor, 'address' | 'remoteAs'>> & { readonly address: Ipv4; remoteAs: number })[]
}

export interface IsakmpPolicyDraft extends Loose<Omit<IsakmpPolicy, 'priority'>> {
  readonly priority: number
}

export interface TransformSetDraft extends Loose<Omit<TransformSet, 'name'>> {
  readonly name: string
}

export interface IpsecProfileDraft extends Loose<Omit<IpsecProfile, 'name' | 'transformSets'>> {
  readonly name: string
  transformSets: string[]
}

export interface CryptoDraft
  extends Loose<Pick<Crypto, 'lifetimeSeconds' | 'lifetimeKilobytes' | 'trigger' | 'duringNegotiation'>> {
  isakmpPolicies: IsakmpPolicyDraft[]
  isakmpKeys: List<Crypto['isakmpKeys']>
  transformSets: TransformSetDraft[]
  profiles: IpsecProfileDraft[]
}

export interface Draft {
  hostname?: string
  /** The release as `version` says it. */
  profile?: ProfileName
  switching?: Switching
  interfaces: InterfaceDraft[]
  routes: List<readonly StaticRoute[]>
  eigrp: EigrpDraft[]
  ospf: OspfDraft[]
  bgp?: BgpDraft
  crypto: CryptoDraft
}

/** Nothing said yet. */
export function emptyDraft(): Draft {
  return {
    interfaces: [],
    routes: [],
    eigrp: [],
    ospf: [],
    crypto: { isakmpPolicies: [], isakmpKeys: [], transformSets: [], profiles: [] },
  }
}

/** An interface of which nothing is said. */
export function emptyInterface(kind: Interface['kind'], name: string): InterfaceDraft {
  const common: Common = { addresses: [], eigrp: [], ospf: {} }
  return kind === 'tunnel' ? { kind, name, ...common, nhrp: emptyNhrp() } : { kind, name, ...common }
}

function emptyNhrp(): NhrpDraft {
  return { maps: [], servers: [], multicast: { static: [] } }
}

/** The EIGRP part of an interface, made on first mention; the parts are in the order of their numbers. */
export function eigrpOn(port: InterfaceDraft, autonomousSystem: number): EigrpInterfaceDraft {
  let found = port.eigrp.find(each => each.autonomousSystem === autonomousSystem)
  if (found === undefined) port.eigrp.push((found = { autonomousSystem, summaries: [] }))
  return found
}

/** What was said, with every default filled in. */
export function settingsFrom(draft: Draft): Settings {
  const names = draft.interfaces.map(each => each.name)
  const passive = <T extends { passive: string[]; active?: string[] }>({
    active,
    ...process
  }: T): Omit<T, 'active'> => ({
    ...process,
    passive: active === undefined ? process.passive : names.filter(name => !active.includes(name)),
  })
  return settingsOf({
    ...draft,
    interfaces: draft.interfaces.map(each => ({ ...each, eigrp: each.eigrp.filter(saysSomething).toSorted(byNumber) })),
    eigrp: draft.eigrp.map(passive),
    ospf: draft.ospf.map(passive),
  })
}

const byNumber = (a: EigrpInterfaceDraft, b: EigrpInterfaceDraft): number => a.autonomousSystem - b.autonomousSystem

function saysSomething(each: EigrpInterfaceDraft): boolean {
  return each.summaries.length > 0 || Object.keys(each).length > 2
}
