/** The commands of a router's console. */

import { showCryptoIpsecSa } from '../show/crypto-ipsec-sa.ts'
import { showCryptoIsakmpSa } from '../show/crypto-isakmp-sa.ts'
import { showDmvpn } from '../show/dmvpn.ts'
import { showInterfaces } from '../show/interfaces.ts'
import { showIpCef, showIpCefEntry } from '../show/ip-cef.ts'
import { showIpEigrpNeighbors } from '../show/ip-eigrp-neighbors.ts'
import { showIpNhrp, showIpNhrpBrief } from '../show/ip-nhrp.ts'
import { showIpNhrpMulticast } from '../show/ip-nhrp-multicast.ts'
import { showIpNhrpNhs } from '../show/ip-nhrp-nhs.ts'
import { showIpOspfDatabase } from '../show/ip-ospf-database.ts'
import { showIpOspfNeighbor } from '../show/ip-ospf-neighbor.ts'
import { showIpRoute } from '../show/ip-route.ts'
import { showIpRouteEntry } from '../show/ip-route-entry.ts'
import { showRunningConfig } from '../show/running-config.ts'
import { type Answer, aside, type ExecCommand, exec } from './exec-command.ts'
import { pingCommand } from './ping-command.ts'

const nothing: Answer = { answer: 'lines', lines: [] }

/** `R1#` */
export const execMode: readonly ExecCommand[] = [
  exec('show ip nhrp [<address:ipv4>]', ({ router, now }, { address }) => showIpNhrp(router, now, { address })),
  exec('show ip nhrp detail', ({ router, now }) => showIpNhrp(router, now, { detailed: true })),
  exec('show ip nhrp brief', ({ router }) => showIpNhrpBrief(router)),
  exec('show ip nhrp nhs [<form:detail>]', ({ router, now }, { form }) =>
    showIpNhrpNhs(router, now, form !== undefined),
  ),
  exec('show ip nhrp multicast', ({ router }) => showIpNhrpMulticast(router)),
  exec('show ip route', ({ router, now }) => showIpRoute(router, now)),
  exec('show ip route <address:ipv4>', ({ router, now }, { address }) => showIpRouteEntry(router, now, address)),
  exec('show ip cef', ({ router }) => showIpCef(router)),
  exec('show ip cef <address:ipv4>', ({ router }, { address }) => showIpCefEntry(router, address)),
  exec('show ip eigrp neighbors', ({ router, now }) => showIpEigrpNeighbors(router, now)),
  exec('show ip ospf neighbor', ({ router, now }) => showIpOspfNeighbor(router, now)),
  exec('show ip ospf database', ({ router, now }) => showIpOspfDatabase(router, now)),
  exec('show crypto isakmp sa', ({ router, now }) => showCryptoIsakmpSa(router, now)),
  exec('show crypto ipsec sa', ({ router, now }) => showCryptoIpsecSa(router, now)),
  exec('show dmvpn [<form:detail>]', ({ router, now }, { form }) => showDmvpn(router, now, form !== undefined)),
  exec('show running-config', ({ router }) => showRunningConfig(router)),
  exec('show interfaces [<name:interface>]', ({ router, now }, { name }) => {
    return showInterfaces(router, now, name) ?? { answer: 'unknown', word: 2 }
  }),
  aside('show debugging', { answer: 'debugging' }),
  pingCommand,
  aside('debug nhrp', { answer: 'debug', what: 'nhrp', on: true }),
  aside('debug nhrp packet', { answer: 'debug', what: 'nhrp packet', on: true }),
  aside('no debug nhrp', { answer: 'debug', what: 'nhrp', on: false }),
  aside('no debug nhrp packet', { answer: 'debug', what: 'nhrp packet', on: false }),
  aside('no debug all', { answer: 'debug', what: 'all', on: false }),
  aside('undebug nhrp', { answer: 'debug', what: 'nhrp', on: false }),
  aside('undebug nhrp packet', { answer: 'debug', what: 'nhrp packet', on: false }),
  aside('undebug all', { answer: 'debug', what: 'all', on: false }),
  exec('clear ip nhrp [<address:ipv4>]', (_scene, { address }) => ({
    answer: 'order',
    order: { order: 'clear nhrp', prefix: address === undefined ? undefined : { address, length: 32 } },
  })),
  exec('clear crypto session', () => ({ answer: 'order', order: { order: 'clear crypto' } })),
  exec('reload', () => ({ answer: 'order', order: { order: 'reload' } })),
  exec('configure terminal', () => ({ answer: 'configure', interface: undefined })),
  aside('enable', nothing),
  aside('disable', nothing),
  aside('terminal monitor', nothing),
  aside('terminal length <lines:0-512>', nothing),
  aside('exit', { answer: 'leave' }),
]
