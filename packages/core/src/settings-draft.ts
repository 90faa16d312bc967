/** What was configured, and the one function that fills in the rest. */
import type { Profile } from './profile.ts'
import { profiles } from './profiles.ts'
import type {
  Bgp,
  BgpNeighbor,
  Crypto,
  Eigrp,
  EigrpInterface,
  EigrpStub,
  Interface,
  IpsecProfile,
  IsakmpPolicy,
  LoopbackInterface,
  NextHopServer,
  NhrpMap,
  NhrpSettings,
  Ospf,
  OspfInterface,
  PhysicalInterface,
  Settings,
  StaticRoute,
  TransformSet,
  TunnelInterface,
} from './settings.ts'

type Some<T, Needed extends keyof T> = Partial<Omit<T, Needed>> & Pick<T, Needed>

export type NhrpDraft = Partial<Omit<NhrpSettings, 'maps' | 'servers' | 'multicast'>> & {
  readonly maps?: readonly Some<NhrpMap, 'protocol' | 'nbma'>[]
  readonly servers?: readonly Partial<NextHopServer>[]
  readonly multicast?: Partial<NhrpSettings['multicast']>
}

interface InterfaceNested {
  readonly eigrp?: readonly Some<EigrpInterface, 'autonomousSystem'>[]
  readonly ospf?: Partial<OspfInterface>
}

export type PhysicalDraft = Omit<Some<PhysicalInterface, 'kind' | 'name'>, keyof InterfaceNested> & InterfaceNested
export type LoopbackDraft = Omit<Some<LoopbackInterface, 'kind' | 'name'>, keyof InterfaceNested> & InterfaceNested
export type TunnelDraft = Omit<Some<TunnelInterface, 'kind' | 'name'>, keyof InterfaceNested | 'nhrp'> &
  InterfaceNested & { readonly nhrp?: NhrpDraft }
export type InterfaceDraft = PhysicalDraft | LoopbackDraft | TunnelDraft

export type EigrpDraft = Omit<Some<Eigrp, 'autonomousSystem'>, 'stub'> & {
  readonly stub?: Partial<EigrpStub> | undefined
}

export type BgpDraft = Omit<Some<Bgp, 'autonomousSystem'>, 'neighbors'> & {
  readonly neighbors?: readonly Some<BgpNeighbor, 'address' | 'remoteAs'>[]
}

export type CryptoDraft = Partial<Omit<Crypto, 'isakmpPolicies' | 'profiles' | 'transformSets'>> & {
  readonly isakmpPolicies?: readonly Some<IsakmpPolicy, 'priority'>[]
  readonly transformSets?: readonly Some<TransformSet, 'name'>[]
  readonly profiles?: readonly Some<IpsecProfile, 'name'>[]
}

/** Everything is optional but names and numbers that identify. */
export interface SettingsDraft
  extends Partial<Omit<Settings, 'interfaces' | 'routes' | 'eigrp' | 'ospf' | 'bgp' | 'crypto'>> {
  readonly interfaces?: readonly InterfaceDraft[]
  readonly routes?: readonly Some<StaticRoute, 'prefix'>[]
  readonly eigrp?: readonly EigrpDraft[]
  readonly ospf?: readonly Some<Ospf, 'processId'>[]
  readonly bgp?: BgpDraft | undefined
  readonly crypto?: CryptoDraft
}

/** The settings a draft stands for: every default resolved, by the draft's profile where profiles differ. */
export function settingsOf(draft: SettingsDraft): Settings {
  const name = draft.profile ?? 'ios12'
  const profile = profiles[name]
  return {
    hostname: draft.hostname ?? 'Router',
    profile: name,
    switching: draft.switching ?? 'cef',
    interfaces: (draft.interfaces ?? []).map(each => interfaceOf(each, profile)),
    routes: (draft.routes ?? []).map(each => ({ nextHop: undefined, interface: undefined, distance: 1, ...each })),
    eigrp: (draft.eigrp ?? []).map(each => eigrpOf(each, profile)),
    ospf: (draft.ospf ?? []).map(each => ({
      routerId: undefined,
      networks: [],
      passive: [],
      neighbors: [],
      referenceBandwidth: 100,
      distance: 110,
      defaultInformation: undefined,
      ...each,
    })),
    bgp: draft.bgp === undefined ? undefined : bgpOf(draft.bgp),
    crypto: cryptoOf(draft.crypto ?? {}),
  }
}

function interfaceOf(draft: InterfaceDraft, profile: Profile): Interface {
  const common = {
    description: '',
    shutdown: false,
    addresses: [],
    shortcutDestination: false,
  }
  const nested = {
    eigrp: (draft.eigrp ?? []).map(eigrpInterfaceOf),
    ospf: ospfInterfaceOf(draft.ospf ?? {}),
  }
  switch (draft.kind) {
    case 'physical':
      return { ...common, mtu: 1500, bandwidth: profile.physicalBandwidth, delay: 100, ...draft, ...nested }
    case 'loopback':
      return { ...common, mtu: 1514, bandwidth: 8_000_000, delay: 5000, ...draft, ...nested }
    case 'tunnel':
      return tunnelOf(draft, { ...common, ...nested }, profile)
    default:
      return draft satisfies never
  }
}

function tunnelOf(
  draft: TunnelDraft,
  common: Pick<TunnelInterface, 'description' | 'shutdown' | 'addresses' | 'shortcutDestination' | 'eigrp' | 'ospf'>,
  profile: Profile,
): TunnelInterface {
  const { eigrp, ospf } = common
  const overhead = draft.key === undefined ? plainOverhead : plainOverhead + 4
  return {
    ...common,
    mtu: draft.key === undefined ? profile.tunnelMtu.plain : profile.tunnelMtu.keyed,
    bandwidth: profile.tunnelBandwidth,
    delay: profile.tunnelDelay,
    mode: 'point-to-point',
    source: undefined,
    destination: undefined,
    key: undefined,
    ipMtu: ethernetMtu - overhead,
    switching: 'cef',
    protection: undefined,
    ...draft,
    eigrp,
    ospf,
    nhrp: nhrpOf(draft.nhrp ?? {}, profile),
  }
}

/** IPv4 without options, and GRE without key. */
const plainOverhead = 20 + 4
const ethernetMtu = 1500

function nhrpOf(draft: NhrpDraft, profile: Profile): NhrpSettings {
  return {
    networkId: undefined,
    authentication: undefined,
    holdingTime: profile.holdingTime,
    registrationTimeout: undefined,
    unique: true,
    shortcut: false,
    redirect: false,
    redirectTimeout: 8,
    serverOnly: false,
    mtu: undefined,
    group: undefined,
    responder: undefined,
    useCount: 1,
    cacheNonAuthoritative: true,
    maxSend: profile.maxSend,
    ...draft,
    maps: (draft.maps ?? []).map(each => ({ length: typeof each.protocol === 'number' ? 32 : 128, ...each })),
    multicast: { static: [], dynamic: false, servers: false, ...draft.multicast },
    servers: (draft.servers ?? []).map(each => ({
      protocol: undefined,
      nbma: undefined,
      priority: 0,
      cluster: 0,
      ...each,
    })),
  }
}

function eigrpInterfaceOf(draft: Some<EigrpInterface, 'autonomousSystem'>): EigrpInterface {
  return { splitHorizon: true, nextHopSelf: true, summaries: [], hello: undefined, hold: undefined, ...draft }
}

function ospfInterfaceOf(draft: Partial<OspfInterface>): OspfInterface {
  return {
    runs: undefined,
    network: undefined,
    priority: 1,
    cost: undefined,
    hello: undefined,
    dead: undefined,
    databaseFilter: false,
    mtuIgnore: false,
    authentication: undefined,
    ...draft,
  }
}

function eigrpOf(draft: EigrpDraft, profile: Profile): Eigrp {
  return {
    routerId: undefined,
    networks: [],
    passive: [],
    autoSummary: profile.autoSummary,
    distance: { internal: 90, external: 170 },
    redistribute: [],
    kValues: [1, 0, 1, 0, 0],
    ...draft,
    stub:
      draft.stub === undefined
        ? undefined
        : { connected: false, summary: false, static: false, redistributed: false, receiveOnly: false, ...draft.stub },
  }
}

function bgpOf(draft: BgpDraft): Bgp {
  return {
    routerId: undefined,
    networks: [],
    ...draft,
    neighbors: (draft.neighbors ?? []).map(each => ({ nextHopSelf: false, routeReflectorClient: false, ...each })),
  }
}

function cryptoOf(draft: CryptoDraft): Crypto {
  return {
    isakmpKeys: [],
    lifetimeSeconds: 3600,
    lifetimeKilobytes: 4_608_000,
    trigger: 'first-use',
    duringNegotiation: 'drop',
    ...draft,
    isakmpPolicies: (draft.isakmpPolicies ?? []).map(each => ({
      encryption: 'des',
      hash: 'sha',
      authentication: 'rsa-sig',
      group: 1,
      lifetime: 86_400,
      ...each,
    })),
    transformSets: (draft.transformSets ?? []).map(each => ({
      encryption: 'esp-null',
      authentication: undefined,
      mode: 'tunnel',
      ...each,
    })),
    profiles: (draft.profiles ?? []).map(each => ({
      transformSets: [],
      lifetimeSeconds: undefined,
      lifetimeKilobytes: undefined,
      pfsGroup: undefined,
      ...each,
    })),
  }
}

/** What an interface does in an autonomous system it says nothing about. */
export function eigrpOnInterface(of: Interface, autonomousSystem: number): EigrpInterface {
  return of.eigrp.find(each => each.autonomousSystem === autonomousSystem) ?? eigrpInterfaceOf({ autonomousSystem })
}
