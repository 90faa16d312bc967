/** The commands of a router's console. */
import type { Instant, Order, RouterState } from '@dmvpn/core'
import { seconds } from '@dmvpn/core'
import { type ErasedValues, type Values, type Variant, variantsOf } from '../pattern.ts'
import { showCryptoIpsecSa } from '../show/crypto-ipsec-sa.ts'
import { showCryptoIsakmpSa } from '../show/crypto-isakmp-sa.ts'
import { showDmvpn } from '../show/dmvpn.ts'
import { showInterfaces } from '../show/interfaces.ts'
import { showIpCef, showIpCefEntry } from '../show/ip-cef.ts'
import { showIpEigrpNeighbors } from '../show/ip-eigrp-neighbors.ts'
import { showIpNhrp, showIpNhrpBrief } from '../show/ip-nhrp.ts'
import { showIpNhrpMulticast } from '../show/ip-nhrp-multicast.ts'
import { showIpNhrpNhs } from '../show/ip-nhrp-nhs.ts'
import { showIpRoute } from '../show/ip-route.ts'
import { showIpRouteEntry } from '../show/ip-route-entry.ts'
import { showRunningConfig } from '../show/running-config.ts'

/** What can be debugged. */
export type Debugged = 'nhrp' | 'nhrp packet'

/** What a command has the console do. */
export type Answer =
  | { readonly answer: 'lines'; readonly lines: readonly string[] }
  | { readonly answer: 'order'; readonly order: Order }
  | { readonly answer: 'debug'; readonly what: Debugged | 'all'; readonly on: boolean }
  | { readonly answer: 'debugging' }
  | { readonly answer: 'configure'; readonly interface: string | undefined }
  | { readonly answer: 'leave' }
  /** The word in this place names nothing here. */
  | { readonly answer: 'unknown'; readonly word: number }

/** The router a command is about, and the time. */
export interface Scene {
  readonly router: RouterState
  readonly now: Instant
}

export interface ExecCommand {
  readonly variants: readonly Variant[]
  /** Whether it needs a router that is switched on. */
  readonly asksRouter: boolean
  run(scene: Scene, values: ErasedValues): Answer
}

/** A command by its pattern. */
export function exec<const Pattern extends string>(
  pattern: Pattern,
  run: (scene: Scene, values: Values<Pattern>) => Answer | readonly string[],
): ExecCommand {
  return {
    variants: variantsOf(pattern),
    asksRouter: !/^(debug|no debug|undebug|show debugging|exit|enable|disable|terminal)\b/.test(pattern),
    run: (scene, values) => {
      const answer = run(scene, values as unknown as Values<Pattern>)
      return 'answer' in answer ? answer : { answer: 'lines', lines: answer }
    },
  }
}

const nothing = (): readonly string[] => []

export const execMode: readonly ExecCommand[] = [
  exec('show ip nhrp [<address:ipv4>]', ({ router, now }, { address }) => showIpNhrp(router, now, { address })),
  exec('show ip nhrp detail', ({ router, now }) => showIpNhrp(router, now, { detailed: true })),
  exec('show ip nhrp brief', ({ router }) => showIpNhrpBrief(router)),
  exec('show ip nhrp nhs [<form:detail>]', ({ router, now }, { form }) => showIpNhrpNhs(router, now, form !== undefined)),
  exec('show ip nhrp multicast', ({ router }) => showIpNhrpMulticast(router)),
  exec('show ip route', ({ router, now }) => showIpRoute(router, now)),
  exec('show ip route <address:ipv4>', ({ router, now }, { address }) => showIpRouteEntry(router, now, address)),
  exec('show ip cef', ({ router }) => showIpCef(router)),
  exec('show ip cef <address:ipv4>', ({ router }, { address }) => showIpCefEntry(router, address)),
  exec('show ip eigrp neighbors', ({ router, now }) => showIpEigrpNeighbors(router, now)),
  exec('show crypto isakmp sa', ({ router, now }) => showCryptoIsakmpSa(router, now)),
  exec('show crypto ipsec sa', ({ router, now }) => showCryptoIpsecSa(router, now)),
  exec('show dmvpn [<form:detail>]', ({ router, now }, { form }) => showDmvpn(router, now, form !== undefined)),
  exec('show running-config', ({ router }) => showRunningConfig(router)),
  exec('show interfaces [<name:interface>]', ({ router, now }, { name }) => {
    return showInterfaces(router, now, name) ?? { answer: 'unknown', word: 2 }
  }),
  exec('show debugging', () => ({ answer: 'debugging' })),
  exec(
    'ping <destination:ipv4> [repeat <count:1-65535>] [size <size:36-18024>] [timeout <timeout:1-3600>] [source <source:ipv4|interface>]',
    ({ router }, { destination, count, size, timeout, source }) => {
      const from = typeof source === 'string' ? router.interfaces.get(source)?.addresses[0]?.address : source
      if (source !== undefined && (from === undefined || !router.own.has(from)))
        return ['% Invalid source. Must use IP address or full interface name']
      const order: Order = {
        order: 'ping',
        destination,
        ...(from === undefined ? {} : { source: from }),
        ...(count === undefined ? {} : { count }),
        ...(size === undefined ? {} : { size }),
        ...(timeout === undefined ? {} : { timeout: seconds(timeout) }),
      }
      return { answer: 'order', order }
    },
  ),
  exec('debug nhrp', () => ({ answer: 'debug', what: 'nhrp', on: true })),
  exec('debug nhrp packet', () => ({ answer: 'debug', what: 'nhrp packet', on: true })),
  exec('no debug nhrp', () => ({ answer: 'debug', what: 'nhrp', on: false })),
  exec('no debug nhrp packet', () => ({ answer: 'debug', what: 'nhrp packet', on: false })),
  exec('no debug all', () => ({ answer: 'debug', what: 'all', on: false })),
  exec('undebug nhrp', () => ({ answer: 'debug', what: 'nhrp', on: false })),
  exec('undebug nhrp packet', () => ({ answer: 'debug', what: 'nhrp packet', on: false })),
  exec('undebug all', () => ({ answer: 'debug', what: 'all', on: false })),
  exec('clear ip nhrp [<address:ipv4>]', (_scene, { address }) => ({
    answer: 'order',
    order: { order: 'clear nhrp', prefix: address === undefined ? undefined : { address, length: 32 } },
  })),
  exec('clear crypto session', () => ({ answer: 'order', order: { order: 'clear crypto' } })),
  exec('reload', () => ({ answer: 'order', order: { order: 'reload' } })),
  exec('configure terminal', () => ({ answer: 'configure', interface: undefined })),
  exec('enable', nothing),
  exec('disable', nothing),
  exec('terminal monitor', nothing),
  exec('terminal length <lines:0-512>', nothing),
  exec('exit', () => ({ answer: 'leave' })),
]
