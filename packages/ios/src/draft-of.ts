import {
  type Bgp,
  type Crypto,
  type Eigrp,
  type EigrpInterface,
  type Interface,
  type LoopbackInterface,
  type NhrpSettings,
  type Ospf,
  type PhysicalInterface,
  type ProfileName,
  type Settings,
  settingsOf,
  type TunnelInterface,
} from '@dmvpn/core'
import { differing } from './difference.ts'
import type { BgpDraft, CryptoDraft, Draft, EigrpDraft, EigrpInterfaceDraft, InterfaceDraft } from './draft.ts'

/** The settings with every default left out. */
export function draftOf(settings: Settings): Draft {
  const { profile } = settings
  const base = settingsOf({ profile })
  return {
    ...differing(
      { hostname: settings.hostname, switching: settings.switching },
      { hostname: base.hostname, switching: base.switching },
    ),
    profile,
    interfaces: settings.interfaces.map(each => interfaceDraftOf(each, profile)),
    routes: [...settings.routes],
    eigrp: settings.eigrp.map(each => eigrpDraftOf(each, profile)),
    ospf: settings.ospf.map(each => {
      const [plain] = settingsOf({ profile, ospf: [{ processId: each.processId }] }).ospf
      const { networks, passive, neighbors, processId, ...rest } = each
      return {
        ...differing(rest as Ospf, plain!),
        processId,
        networks: [...networks],
        passive: [...passive],
        neighbors: [...neighbors],
      }
    }),
    ...(settings.bgp === undefined ? {} : { bgp: bgpDraftOf(settings.bgp) }),
    crypto: cryptoDraftOf(settings.crypto, base.crypto),
  }
}

function bgpDraftOf({ autonomousSystem, routerId, networks, neighbors }: Bgp): BgpDraft {
  return {
    autonomousSystem,
    ...(routerId === undefined ? {} : { routerId }),
    networks: [...networks],
    neighbors: neighbors.map(({ address, remoteAs, nextHopSelf, routeReflectorClient }) => ({
      address,
      remoteAs,
      ...(nextHopSelf ? { nextHopSelf } : {}),
      ...(routeReflectorClient ? { routeReflectorClient } : {}),
    })),
  }
}

function eigrpDraftOf(eigrp: Eigrp, profile: ProfileName): EigrpDraft {
  const [plain] = settingsOf({ profile, eigrp: [{ autonomousSystem: eigrp.autonomousSystem }] }).eigrp
  const { networks, passive, redistribute, autonomousSystem, stub, ...rest } = eigrp
  const { stub: _, ...plainRest } = plain!
  return {
    ...differing(rest, plainRest),
    ...(stub === undefined ? {} : { stub }),
    autonomousSystem,
    networks: [...networks],
    passive: [...passive],
    redistribute: [...redistribute],
  }
}

function interfaceDraftOf(port: Interface, profile: ProfileName): InterfaceDraft {
  const { kind, name } = port
  // The defaults of a tunnel's MTUs depend on its key.
  const key = port.kind === 'tunnel' && port.key !== undefined ? { key: port.key } : {}
  const [plain] = settingsOf({
    profile,
    interfaces: [kind === 'tunnel' ? { kind, name, ...key } : { kind, name }],
  }).interfaces
  const common = {
    addresses: [...port.addresses],
    eigrp: port.eigrp.map(eigrpInterfaceDraftOf),
    ospf: differing(port.ospf, plain!.ospf),
  }
  if (port.kind === 'loopback')
    return { ...differing(port, plain as LoopbackInterface), kind: port.kind, name, ...common }
  if (port.kind === 'physical')
    return { ...differing(port, plain as PhysicalInterface), kind: port.kind, name, ...common }
  const base = plain as TunnelInterface
  const { maps, servers, multicast, ...nhrp } = port.nhrp
  return {
    ...differing(port, base),
    ...key,
    kind: port.kind,
    name,
    ...common,
    nhrp: {
      ...differing(nhrp as NhrpSettings, base.nhrp),
      maps: [...maps],
      servers: [...servers],
      multicast: { ...differing(multicast, base.nhrp.multicast), static: [...multicast.static] },
    },
  }
}

function eigrpInterfaceDraftOf(each: EigrpInterface): EigrpInterfaceDraft {
  const { autonomousSystem, summaries, ...rest } = each
  const plain = { splitHorizon: true, nextHopSelf: true, hello: undefined, hold: undefined }
  return { ...differing(rest, plain), autonomousSystem, summaries: [...summaries] }
}

function cryptoDraftOf(crypto: Crypto, base: Crypto): CryptoDraft {
  const { isakmpPolicies, isakmpKeys, transformSets, profiles, ...rest } = crypto
  const plain = settingsOf({
    crypto: { isakmpPolicies: [{ priority: 1 }], transformSets: [{ name: '' }], profiles: [{ name: '' }] },
  }).crypto
  return {
    ...differing(rest as Crypto, base),
    isakmpKeys: [...isakmpKeys],
    isakmpPolicies: isakmpPolicies.map(each => ({
      ...differing(each, plain.isakmpPolicies[0]!),
      priority: each.priority,
    })),
    transformSets: transformSets.map(each => ({ ...differing(each, plain.transformSets[0]!), name: each.name })),
    profiles: profiles.map(each => ({
      ...differing(each, plain.profiles[0]!),
      name: each.name,
      transformSets: [...each.transformSets],
    })),
  }
}
