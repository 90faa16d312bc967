/** The little that can be configured while a router runs: interfaces, shut, opened and given addresses. */
import type { Order } from '@dmvpn/core'
import { type Answer, type ExecCommand, exec } from './exec-command.ts'

const enterInterface: ExecCommand = exec('interface <name:interface>', ({ router }, { name }) =>
  router.interfaces.has(name) ? { answer: 'configure', interface: name } : { answer: 'unknown', word: 1 },
)

/** `R1(config)#` */
export const configMode: readonly ExecCommand[] = [enterInterface]

/** `R1(config-if)#` */
export function interfaceMode(name: string): readonly ExecCommand[] {
  const order = (each: Order): Answer => ({ answer: 'order', order: each })
  return [
    enterInterface,
    exec('shutdown', () => order({ order: 'shutdown', interface: name })),
    exec('no shutdown', () => order({ order: 'no shutdown', interface: name })),
    exec('ip address <address:ipv4> <length:mask> secondary', (_scene, address) =>
      order({ order: 'add address', interface: name, address }),
    ),
    exec('no ip address <address:ipv4> <length:mask> [<form:secondary>]', (_scene, { address, length }) =>
      order({ order: 'remove address', interface: name, address: { address, length } }),
    ),
  ]
}
