/** The laboratory of the real routers as settings: Linux with FRRouting or OpenNHRP, a hub and spokes behind an underlay. */
import { type NhrpDraft, type ProfileName, type Settings, type SettingsDraft, settingsOf } from '@dmvpn/core'
import { ipv4Of as ip, parseIp } from '@dmvpn/wire'

export interface Machine {
  readonly nbma: string
  readonly gateway: string
  readonly tunnel: string
  readonly lan: string
}

/** The four machines by name, as the laboratory numbers them. */
export const machines = {
  hub: { nbma: '150.1.1.1', gateway: '150.1.1.254', tunnel: '10.0.0.1', lan: '10.0.1.1' },
  s1: { nbma: '150.1.2.2', gateway: '150.1.2.254', tunnel: '10.0.0.2', lan: '10.0.2.1' },
  s2: { nbma: '150.1.3.3', gateway: '150.1.3.254', tunnel: '10.0.0.3', lan: '10.0.3.1' },
  s3: { nbma: '150.1.4.4', gateway: '150.1.4.254', tunnel: '10.0.0.4', lan: '10.0.4.1' },
} as const satisfies Record<string, Machine>

export type MachineName = keyof typeof machines

export interface MachineOptions {
  readonly nbma?: string
  /** An overlay of IPv6 beside that of IPv4, on the same tunnel: the machine's number in it. */
  readonly ipv6?: number
}

const overlay = parseIp('fd00::') as bigint
/** Network n of the IPv6 laboratory, and a host in it. */
const host6 = (network: number, host: number): bigint => overlay | (BigInt(network) << 64n) | BigInt(host)

/** One machine: interfaces and kernel routes as the laboratory's scripts make them, NHRP as its daemon is configured. */
export function linuxMachine(
  name: MachineName,
  profile: ProfileName,
  tunnelLength: 24 | 32,
  nhrp: NhrpDraft,
  { nbma = machines[name].nbma, ipv6 }: MachineOptions = {},
): Settings {
  const { gateway, tunnel, lan } = machines[name]
  const isHub = name === 'hub'
  const six = <T>(made: (number: number) => T): T[] => (ipv6 === undefined ? [] : [made(ipv6)])
  const via6 = (network: number, length: number, hop: number): NonNullable<SettingsDraft['routes']>[number] => ({
    prefix: { address: host6(network, 0), length },
    nextHop: host6(0, hop),
    interface: 'gre1',
  })
  const via = (network: string, length: number, hop: string): NonNullable<SettingsDraft['routes']>[number] => ({
    prefix: { address: ip(network), length },
    nextHop: ip(hop),
    interface: 'gre1',
  })
  return settingsOf({
    hostname: name,
    profile,
    interfaces: [
      { kind: 'physical', name: 'eth0', addresses: [{ address: ip(nbma), length: 24 }] },
      {
        kind: 'physical',
        name: 'lan0',
        addresses: [{ address: ip(lan), length: 24 }, ...six(number => ({ address: host6(number, 1), length: 64 }))],
        shortcutDestination: true,
      },
      {
        kind: 'tunnel',
        name: 'gre1',
        mode: 'multipoint',
        source: { kind: 'interface', name: 'eth0' },
        key: 123,
        ipMtu: 1400,
        addresses: [
          { address: ip(tunnel), length: tunnelLength },
          ...six(number => ({ address: host6(0, number), length: 128 })),
        ],
        nhrp: { networkId: 123, authentication: 'cisco', ...nhrp },
      },
    ],
    routes: [
      { prefix: { address: 0, length: 0 }, nextHop: ip(gateway), interface: 'eth0' },
      ...(isHub
        ? [via('10.0.2.0', 24, '10.0.0.2'), via('10.0.3.0', 24, '10.0.0.3'), via('10.0.4.0', 24, '10.0.0.4')]
        : [via('10.0.0.0', 16, '10.0.0.1')]),
      ...six(() => (isHub ? [2, 3, 4].map(number => via6(number, 64, number)) : [via6(0, 16, 1)])).flat(),
    ],
  })
}
