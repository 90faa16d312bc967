/** Routers that reach each other by static mappings, without a hub: what OSPF is given is all that differs. */
import { type InterfaceDraft, type Settings, type SettingsDraft, settingsOf, type TunnelDraft } from '@dmvpn/core'
import { ipv4Of as ip } from '@dmvpn/wire'
import { type Lab } from '../stories/lab.ts'
import { labWith } from './network.ts'

type InterfaceOspf = NonNullable<TunnelDraft['ospf']>
type ProcessOspf = NonNullable<SettingsDraft['ospf']>[number]

export interface Member {
  /** On the tunnel. */
  readonly ospf?: InterfaceOspf
  readonly process?: Partial<ProcessOspf>
  readonly tunnel?: Partial<TunnelDraft>
  /** Besides the tunnel and its source. */
  readonly interfaces?: readonly InterfaceDraft[]
  readonly routes?: SettingsDraft['routes']
  /** Whom it has mappings of: by number; all by default. */
  readonly reaches?: readonly number[]
}

/** Router n: 150.1.n.n outside, 10.0.0.n on the tunnel, 10.0.n.n/24 on a loopback; router id 10.0.0.n. */
export function meshed(members: readonly Member[], options: Parameters<typeof labWith>[1] = {}): Lab {
  return labWith(
    new Map(members.map((each, index) => [`R${index + 1}`, memberOf(each, index + 1, members.length)])),
    options,
  )
}

function memberOf(member: Member, n: number, count: number): Settings {
  const all = Array.from({ length: count }, (_, index) => index + 1).filter(each => each !== n)
  const reached = member.reaches ?? all
  return settingsOf({
    hostname: `R${n}`,
    interfaces: [
      { kind: 'loopback', name: 'Loopback0', addresses: [{ address: ip(`150.1.${n}.${n}`), length: 24 }] },
      { kind: 'loopback', name: 'Loopback1', addresses: [{ address: ip(`10.0.${n}.${n}`), length: 24 }] },
      {
        kind: 'tunnel',
        name: 'Tunnel0',
        addresses: [{ address: ip(`10.0.0.${n}`), length: 24 }],
        mode: 'multipoint',
        source: { kind: 'interface', name: 'Loopback0' },
        key: 1,
        nhrp: {
          networkId: 1,
          maps: reached.map(each => ({ protocol: ip(`10.0.0.${each}`), nbma: ip(`150.1.${each}.${each}`) })),
          multicast: { static: reached.map(each => ip(`150.1.${each}.${each}`)) },
        },
        ...member.tunnel,
        ospf: { cost: 10, hello: 2, ...member.ospf },
      },
      ...(member.interfaces ?? []),
    ],
    routes: member.routes ?? [],
    ospf: [
      {
        processId: 1,
        routerId: ip(`10.0.0.${n}`),
        networks: [{ address: ip('10.0.0.0'), wildcard: ip('0.255.255.255'), area: 0 }],
        ...member.process,
      },
    ],
  })
}

/** R1 in the backbone with a default route, R2 at its border, R3 in an area behind it. */
export function beyondBorder(): Lab {
  const second = (n: number, other: number): InterfaceDraft => ({
    kind: 'tunnel',
    name: 'Tunnel1',
    addresses: [{ address: ip(`10.9.0.${n}`), length: 24 }],
    mode: 'multipoint',
    source: { kind: 'interface', name: 'Loopback0' },
    key: 2,
    nhrp: {
      networkId: 2,
      maps: [{ protocol: ip(`10.9.0.${other}`), nbma: ip(`150.1.${other}.${other}`) }],
      multicast: { static: [ip(`150.1.${other}.${other}`)] },
    },
    ospf: { network: 'point-to-point', hello: 2, cost: 7 },
  })
  const near = { address: ip('10.0.0.0'), wildcard: ip('0.0.0.255'), area: 0 }
  const far = { address: ip('10.9.0.0'), wildcard: ip('0.0.0.255'), area: 9 }
  const ospf = { network: 'point-to-multipoint' } as const
  return meshed([
    { ospf, process: { networks: [near], defaultInformation: { always: true, metric: 1, type: 1 } } },
    { ospf, process: { networks: [near, far] }, interfaces: [second(2, 3)] },
    { tunnel: { shutdown: true }, process: { networks: [far] }, interfaces: [second(3, 2)] },
  ])
}
