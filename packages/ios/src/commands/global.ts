import type { ProfileName } from '@dmvpn/core'
import { type Command, command, opens } from '../command.ts'
import type { Draft } from '../draft.ts'
import type { Mode } from '../modes.ts'
import { aroundCommands } from './around.ts'
import { bgpOpener } from './bgp.ts'
import { cryptoCommands } from './crypto.ts'
import { eigrpCommands, namedEigrp, processOf } from './eigrp.ts'
import { interfaceOpeners } from './interfaces.ts'
import { ospfOpeners, otherRouting } from './ospf.ts'
import { staticRoutes } from './routing.ts'

const releases: Partial<Record<ProfileName, string>> = { ios12: '12.4', ios124t: '12.4', ios15: '15.2' }

/** The lines of a whole configuration, in the order they are printed. */
export const globalMode: Mode<Draft> = {
  commands: [
    command(
      'version <release:word>',
      (draft, { release }) => {
        const major = Number.parseInt(release, 10)
        draft.profile ??= major >= 15 ? 'ios15' : 'ios12'
      },
      ({ profile }) => {
        const release = profile === undefined ? undefined : releases[profile]
        return release === undefined ? [] : [{ release }]
      },
    ),
    command(
      '!dmvpn profile <profile:ios12|ios124t|ios15|frr|opennhrp>',
      (draft, { profile }) => void (draft.profile = profile),
      ({ profile }) => (profile === undefined || profile === 'ios12' || profile === 'ios15' ? [] : [{ profile }]),
    ),
    command(
      'hostname <hostname:word>',
      (draft, { hostname }) => void (draft.hostname = hostname),
      ({ hostname }) => (hostname === undefined ? [] : [{ hostname }]),
    ),
    command('ip cef [distributed]', draft => void delete draft.switching),
    command(
      'no ip cef',
      draft => void (draft.switching = 'process'),
      ({ switching }) => (switching === 'process' ? [{}] : []),
    ),
    ...cryptoCommands.map(
      (each): Command<Draft> => ({
        ...each,
        apply: ({ crypto }, values, canonical) => each.apply(crypto, values, canonical),
        print: ({ crypto }) => each.print(crypto),
      }),
    ),
    ...interfaceOpeners,
    opens(
      'router eigrp <as:1-65535>',
      { commands: eigrpCommands },
      (draft, { as }) => processOf(draft, as),
      ({ eigrp }) => eigrp.map(each => [{ as: each.autonomousSystem }, each] as const),
    ),
    opens('router eigrp <name:word>', namedEigrp, draft => draft),
    ...ospfOpeners,
    bgpOpener,
    ...otherRouting,
    ...staticRoutes,
    ...aroundCommands,
  ],
}
