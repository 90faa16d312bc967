import { type Command, remarked } from '../command.ts'
import type { Draft, InterfaceDraft, TunnelDraft } from '../draft.ts'
import { notModelled, ofNoInterest } from '../line.ts'
import { type Mode, type Scope, scopeOf } from '../modes.ts'
import { variantsOf } from '../pattern.ts'
import { aroundInterface } from './around-interface.ts'
import { interfaceNamed } from './eigrp.ts'
import { eigrpInterfaceCommands, interfaceCommands } from './interface.ts'
import { nhrpCommands, nhrpIpv6Commands } from './nhrp.ts'
import { ospfInterfaceCommands } from './ospf.ts'
import { otherSwitching, tunnelCommands, tunnelSwitching } from './tunnel.ts'

const portMode: Mode<InterfaceDraft> = {
  commands: [
    ...interfaceCommands,
    ...eigrpInterfaceCommands,
    ...ospfInterfaceCommands,
    ...otherSwitching,
    ...aroundInterface,
  ],
}

const tunnelMode: Mode<TunnelDraft> = {
  commands: [
    ...interfaceCommands,
    ...nhrpCommands,
    ...nhrpIpv6Commands,
    ...eigrpInterfaceCommands,
    ...ospfInterfaceCommands,
    ...tunnelSwitching,
    ...tunnelCommands,
    ...aroundInterface,
  ],
}

const pattern = 'interface <name:interface> [<shape:point-to-point|multipoint>]'

/** The line that opens an interface's mode, a tunnel's or another's. */
export const interfaceOpeners: readonly Command<Draft>[] = [
  {
    pattern,
    variants: variantsOf(pattern),
    apply: (draft, { name }, canonical) =>
      String(name).startsWith('Null')
        ? { ...scopeOf({ commands: aroundInterface }, undefined, canonical), remark: ofNoInterest('leads nowhere') }
        : interfaceScope(interfaceNamed(draft, String(name)), canonical),
    print: ({ interfaces }) =>
      interfaces.map(port => ({ line: `interface ${port.name}`, inside: interfaceScope(port, '').print() })),
  },
  remarked('interface range <rest:line>', notModelled('interfaces are written one by one'), {
    commands: [],
    others: notModelled('interfaces are written one by one'),
  }),
]

function interfaceScope(port: InterfaceDraft, section: string): Scope {
  return port.kind === 'tunnel' ? scopeOf(tunnelMode, port, section) : scopeOf(portMode, port, section)
}
