import type { Prefix } from '@dmvpn/core'
import { networkOf } from '@dmvpn/wire'
import { type Command, command, flag, irrelevant, notYet, property } from '../command.ts'
import { type EigrpInterfaceDraft, eigrpOn, type InterfaceDraft } from '../draft.ts'
import { notModelled, questionable, type Remark } from '../line.ts'

const self = <T>(target: T): T => target

/** What every interface may say before its protocols. */
export const interfaceCommands: readonly Command<InterfaceDraft>[] = [
  ...property('description <description:line>', self<InterfaceDraft>),
  ...property('bandwidth <bandwidth:1-10000000>', self<InterfaceDraft>),
  ...irrelevant('the bandwidth of the interface is the one for both directions', [
    'bandwidth receive [<kilobits:1-10000000>]',
    'bandwidth inherit [<kilobits:1-10000000>]',
  ]),
  command(
    'ip address <address:ipv4> <length:mask> [<secondary:secondary>]',
    (port, { address, length, secondary }) => addAddress(port, { address, length }, secondary !== undefined),
    port =>
      port.addresses
        .filter(each => typeof each.address === 'number')
        .map(({ address, length }, at) => ({
          address: address as number,
          length,
          secondary: at === 0 ? undefined : ('secondary' as const),
        })),
  ),
  command('no ip address', port => forgetAddresses(port, 'number')),
  ...notYet('addresses are those in the configuration', [
    'ip address dhcp [<options:line>]',
    'ip address negotiated [<options:line>]',
    'ip unnumbered <interface:interface> [<options:line>]',
    'ipv6 address autoconfig [default]',
    'ipv6 address dhcp [<options:line>]',
    'ipv6 unnumbered <interface:interface>',
  ]),
  command(
    'ipv6 address <address:ipv6> link-local',
    (port, { address }) => void port.addresses.push({ address, length: linkLocalLength }),
    port => ipv6Of(port, true),
  ),
  command(
    'ipv6 address <prefix:prefix6> [<form:eui-64|anycast>]',
    (port, { prefix, form }) => {
      port.addresses.push(prefix)
      return form === undefined ? undefined : notModelled(`the address is taken as written, without ${form}`)
    },
    port => ipv6Of(port, false).map(prefix => ({ prefix })),
  ),
  command('no ipv6 address', port => forgetAddresses(port, 'bigint')),
  ...irrelevant('IPv6 runs where there is an address', ['ipv6 enable', 'no ipv6 enable']),
  ...property('mtu <mtu:64-18000>', self<InterfaceDraft>),
  command(
    'delay <tens:1-16777215>',
    (port, { tens }) => void (port.delay = tens * 10),
    port => (port.delay === undefined ? [] : [{ tens: port.delay / 10 }]),
  ),
  command('no delay', port => void delete port.delay),
  ...flag('shutdown', self<InterfaceDraft>, 'shutdown'),
  ...flag('!dmvpn shortcut-destination', self<InterfaceDraft>, 'shortcutDestination'),
]

const linkLocalLength = 10

function ipv6Of(port: InterfaceDraft, linkLocal: boolean): { address: bigint; length: number }[] {
  return port.addresses.flatMap(({ address, length }) =>
    typeof address === 'bigint' && linkLocal === (length === linkLocalLength && address >> 118n === 0x3fan)
      ? [{ address, length }]
      : [],
  )
}

function addAddress(port: InterfaceDraft, added: Prefix, secondary: boolean): Remark | undefined {
  const first = port.addresses.findIndex(each => typeof each.address === 'number')
  if (secondary) port.addresses.push(added)
  else if (first < 0) port.addresses.unshift(added)
  else port.addresses[first] = added
  if (secondary && first < 0) return questionable('a secondary address without a primary one')
  const address = added.address as number
  const host = (address - networkOf(address, added.length)) >>> 0
  const last = 2 ** (32 - added.length) - 1
  return added.length < 31 && (host === 0 || host === last)
    ? questionable('is the address of the network or of all its stations')
    : undefined
}

function forgetAddresses(port: InterfaceDraft, type: 'number' | 'bigint'): void {
  port.addresses = port.addresses.filter(each => typeof each.address !== type)
}

/** EIGRP by autonomous system, as an interface says it. */
export const eigrpInterfaceCommands: readonly Command<InterfaceDraft>[] = [
  ...perSystem('split-horizon', 'splitHorizon'),
  ...perSystem('next-hop-self', 'nextHopSelf'),
  command(
    'ip summary-address eigrp <as:1-65535> <address:ipv4> <length:mask> [<distance:1-255>]',
    (port, { as, address, length, distance }) => addSummary(eigrpOn(port, as), { address, length }, distance),
    port =>
      port.eigrp.flatMap(({ autonomousSystem: as, summaries }) =>
        summaries.map(({ prefix: { address, length }, distance }) => ({
          as,
          address: address as number,
          length,
          distance: distance === summaryDistance ? undefined : distance,
        })),
      ),
  ),
  command(
    'no ip summary-address eigrp <as:1-65535> <address:ipv4> <length:mask> [<distance:1-255>]',
    (port, { as, address, length }) => {
      const system = eigrpOn(port, as)
      system.summaries = system.summaries.filter(
        each => each.prefix.address !== address || each.prefix.length !== length,
      )
    },
  ),
  command(
    'ip hello-interval eigrp <as:1-65535> <hello:1-65535>',
    (port, { as, hello }) => void (eigrpOn(port, as).hello = hello),
    port => port.eigrp.flatMap(({ autonomousSystem: as, hello }) => (hello === undefined ? [] : [{ as, hello }])),
  ),
  command(
    'ip hold-time eigrp <as:1-65535> <hold:1-65535>',
    (port, { as, hold }) => void (eigrpOn(port, as).hold = hold),
    port => port.eigrp.flatMap(({ autonomousSystem: as, hold }) => (hold === undefined ? [] : [{ as, hold }])),
  ),
  ...irrelevant('the share of the bandwidth that EIGRP takes', ['ip bandwidth-percent eigrp <rest:line>']),
  ...notYet('EIGRP is not authenticated here', ['ip authentication <rest:line>']),
  ...notYet('RIP does not run here', [
    'ip split-horizon',
    'no ip split-horizon',
    'ip rip <rest:line>',
    'ip summary-address rip <rest:line>',
  ]),
]

export const summaryDistance: number = 5

/** Adds a summary to an interface, or corrects its distance. */
export function addSummary(
  system: EigrpInterfaceDraft,
  prefix: Prefix,
  distance: number = summaryDistance,
): Remark | undefined {
  if (typeof prefix.address === 'number' && networkOf(prefix.address, prefix.length) !== prefix.address)
    return questionable('the address has bits outside its mask')
  const others = system.summaries.filter(
    each => each.prefix.address !== prefix.address || each.prefix.length !== prefix.length,
  )
  system.summaries = [...others, { prefix, distance }]
  return undefined
}

function perSystem(word: string, key: 'splitHorizon' | 'nextHopSelf'): readonly Command<InterfaceDraft>[] {
  const say = (value: boolean): Command<InterfaceDraft> =>
    command(
      `${value ? '' : 'no '}ip ${word} eigrp <as:1-65535>` as 'ip split-horizon eigrp <as:1-65535>',
      (port, { as }) => void (eigrpOn(port, as)[key] = value),
      port => port.eigrp.filter(each => each[key] === value).map(({ autonomousSystem: as }) => ({ as })),
    )
  return [say(true), say(false)]
}
