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
  MulticastMaps,
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
    crypto: draft.crypto === undefined ? plainCrypto : cryptoOf(draft.crypto),
  }
}

/**
 * Fact by fact, not draft over defaults: a spread of so many makes an object that is looked up like a dictionary, and
 * routers look into these for every packet.
 */
function interfaceOf(draft: InterfaceDraft, profile: Profile): Interface {
  switch (draft.kind) {
    case 'physical':
      return portOf(draft, 1500, profile.physicalBandwidth, 100)
    case 'loopback':
      return portOf(draft, 1514, 8_000_000, 5000)
    case 'tunnel':
      return tunnelOf(draft, profile)
    default:
      return draft satisfies never
  }
}

function portOf(
  draft: PhysicalDraft | LoopbackDraft,
  mtu: number,
  bandwidth: number,
  delay: number,
): PhysicalInterface | LoopbackInterface {
  return {
    description: draft.description ?? '',
    shutdown: draft.shutdown ?? false,
    addresses: draft.addresses ?? none,
    shortcutDestination: draft.shortcutDestination ?? false,
    mtu: draft.mtu ?? mtu,
    bandwidth: draft.bandwidth ?? bandwidth,
    delay: draft.delay ?? delay,
    kind: draft.kind,
    name: draft.name,
    eigrp: draft.eigrp?.map(eigrpInterfaceOf) ?? none,
    ospf: draft.ospf === undefined ? plainOspf : ospfInterfaceOf(draft.ospf),
  }
}

function tunnelOf(draft: TunnelDraft, profile: Profile): TunnelInterface {
  const isKeyed = draft.key !== undefined
  return {
    description: draft.description ?? '',
    shutdown: draft.shutdown ?? false,
    addresses: draft.addresses ?? none,
    shortcutDestination: draft.shortcutDestination ?? false,
    eigrp: draft.eigrp?.map(eigrpInterfaceOf) ?? none,
    ospf: draft.ospf === undefined ? plainOspf : ospfInterfaceOf(draft.ospf),
    mtu: draft.mtu ?? (isKeyed ? profile.tunnelMtu.keyed : profile.tunnelMtu.plain),
    bandwidth: draft.bandwidth ?? profile.tunnelBandwidth,
    delay: draft.delay ?? profile.tunnelDelay,
    mode: draft.mode ?? 'point-to-point',
    source: draft.source,
    destination: draft.destination,
    key: draft.key,
    ipMtu: draft.ipMtu ?? ethernetMtu - (isKeyed ? plainOverhead + 4 : plainOverhead),
    switching: draft.switching ?? 'cef',
    protection: draft.protection,
    kind: draft.kind,
    name: draft.name,
    nhrp: nhrpOf(draft.nhrp ?? {}, profile),
  }
}

/** IPv4 without options, and GRE without key. */
const plainOverhead = 20 + 4
const ethernetMtu = 1500

function nhrpOf(draft: NhrpDraft, profile: Profile): NhrpSettings {
  return {
    networkId: draft.networkId,
    authentication: draft.authentication,
    holdingTime: draft.holdingTime ?? profile.holdingTime,
    registrationTimeout: draft.registrationTimeout,
    unique: draft.unique ?? true,
    shortcut: draft.shortcut ?? false,
    redirect: draft.redirect ?? false,
    redirectTimeout: draft.redirectTimeout ?? 8,
    serverOnly: draft.serverOnly ?? false,
    mtu: draft.mtu,
    group: draft.group,
    responder: draft.responder,
    useCount: draft.useCount ?? 1,
    cacheNonAuthoritative: draft.cacheNonAuthoritative ?? true,
    maxSend: draft.maxSend ?? profile.maxSend,
    maps:
      draft.maps?.map(({ protocol, nbma, length = typeof protocol === 'number' ? 32 : 128 }) => ({
        length,
        protocol,
        nbma,
      })) ?? none,
    multicast: draft.multicast === undefined ? noMulticast : { ...noMulticast, ...draft.multicast },
    servers:
      draft.servers?.map(({ protocol, nbma, priority = 0, cluster = 0 }) => ({ protocol, nbma, priority, cluster })) ??
      none,
  }
}

// What most routers have is one for all of them.
const none: readonly never[] = []
const noMulticast: MulticastMaps = { static: none, dynamic: false, servers: false }

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

const plainOspf: OspfInterface = ospfInterfaceOf({})
const plainCrypto: Crypto = cryptoOf({})

/** What an interface does in an autonomous system it says nothing about. */
export function eigrpOnInterface(of: Interface, autonomousSystem: number): EigrpInterface {
  return of.eigrp.find(each => each.autonomousSystem === autonomousSystem) ?? eigrpInterfaceOf({ autonomousSystem })
}
