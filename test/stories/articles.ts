/** The labs of the two articles as settings: three routers on one cloud. Addresses of articles live in tests only. */
import {
  type CryptoDraft,
  type EigrpInterface,
  type NhrpDraft,
  type Settings,
  type SettingsDraft,
  settingsOf,
  type TunnelDraft,
} from '@dmvpn/core'
import { ipv4Of as ip } from '@dmvpn/wire'

export interface LabOptions {
  readonly profile?: SettingsDraft['profile']
  /** R1's part: 'reflects' keeps next hops, 'self' writes its own, 'summary' sends a default route. */
  readonly hubRoutes?: 'reflects' | 'self' | 'summary'
  /** How the spokes switch, and what tunnels they have. */
  readonly spokeSwitching?: Settings['switching']
  readonly spokeMode?: TunnelDraft['mode']
  readonly holdingTime?: number
  readonly registrationTimeout?: number | undefined
  readonly protection?: boolean
  /** Redirects on the hub, shortcuts on the spokes. */
  readonly redirect?: boolean
  readonly key?: number | undefined
  readonly authentication?: string | undefined
}

/** Router number n of the first article: 150.1.n.n outside, 10.0.0.n on the tunnel, 10.0.n.n behind it. */
export function articleRouter(n: number, options: LabOptions = {}): Settings {
  const isHub = n === 1
  const {
    profile = 'ios12',
    hubRoutes = 'reflects',
    spokeSwitching = 'cef',
    spokeMode = 'multipoint',
    protection = false,
  } = options
  return settingsOf({
    hostname: `R${n}`,
    profile,
    switching: isHub ? 'cef' : spokeSwitching,
    interfaces: [
      { kind: 'loopback', name: 'Loopback0', addresses: [{ address: ip(`150.1.${n}.${n}`), length: 24 }] },
      { kind: 'loopback', name: 'Loopback1', addresses: [{ address: ip(`10.0.${n}.${n}`), length: 24 }] },
      {
        kind: 'tunnel',
        name: 'Tunnel0',
        addresses: [{ address: ip(`10.0.0.${n}`), length: 24 }],
        mode: isHub ? 'multipoint' : spokeMode,
        ...(isHub || spokeMode === 'multipoint' ? {} : { destination: ip('150.1.1.1') }),
        source: { kind: 'interface', name: 'Loopback0' },
        key: 'key' in options ? options.key : 123,
        ...(protection ? { protection: 'DMVPN' } : {}),
        nhrp: isHub ? hubNhrp(options) : spokeNhrp(options),
        eigrp: isHub ? [hubEigrp(hubRoutes)] : [],
      },
    ],
    eigrp: [
      {
        autonomousSystem: 123,
        autoSummary: false,
        networks: [{ address: ip('10.0.0.0'), wildcard: ip('0.255.255.255') }],
        ...(isHub ? {} : { stub: { connected: true } }),
      },
    ],
    ...(protection ? { crypto } : {}),
  })
}

function keyOf(options: LabOptions): string | undefined {
  return 'authentication' in options ? options.authentication : 'cisco'
}

function hubNhrp(options: LabOptions): NhrpDraft {
  const { redirect = false } = options
  const authentication = keyOf(options)
  return { networkId: 123, authentication, multicast: { dynamic: true }, redirect, shortcut: redirect }
}

function spokeNhrp(options: LabOptions): NhrpDraft {
  const { redirect = false, holdingTime = 60 } = options
  const authentication = keyOf(options)
  return {
    networkId: 123,
    authentication,
    maps: [{ protocol: ip('10.0.0.1'), nbma: ip('150.1.1.1') }],
    multicast: { static: [ip('150.1.1.1')] },
    servers: [{ protocol: ip('10.0.0.1') }],
    holdingTime,
    registrationTimeout: 'registrationTimeout' in options ? options.registrationTimeout : 30,
    shortcut: redirect,
  }
}

type HubEigrp = Partial<EigrpInterface> & { readonly autonomousSystem: number }

function hubEigrp(routes: NonNullable<LabOptions['hubRoutes']>): HubEigrp {
  const common = { autonomousSystem: 123, splitHorizon: false }
  if (routes === 'summary') return { ...common, summaries: [{ prefix: { address: 0, length: 0 }, distance: 5 }] }
  return { ...common, nextHopSelf: routes === 'self' }
}

const crypto: CryptoDraft = {
  isakmpPolicies: [{ priority: 10, encryption: '3des', authentication: 'pre-share', hash: 'md5', group: 2 }],
  isakmpKeys: [{ key: 'CISCO', peers: { address: 0, length: 0 } }],
  transformSets: [{ name: '3DES_MD5', encryption: 'esp-3des', authentication: 'esp-md5-hmac', mode: 'transport' }],
  profiles: [{ name: 'DMVPN', transformSets: ['3DES_MD5'] }],
}
