import type { Ip } from '@dmvpn/core'
import type { Ipv4 } from '@dmvpn/wire'
import { type Command, command, irrelevant, notYet } from './command.ts'
import { type Draft, emptyDraft, type InterfaceDraft, type TunnelDraft } from './draft.ts'
import { type Configuration, notModelled, questionable, type Remark } from './line.ts'
import { linuxCommands, linuxInterface, linuxTunnels } from './linux.ts'
import { type Mode, scopeOf } from './modes.ts'
import { finish, type ParseOptions, readLines } from './parse.ts'
import { pastedLines } from './pasted.ts'
import { variantsOf } from './pattern.ts'

/** Reads an `opennhrp.conf`, with the `ip` commands that made its interfaces where the text has them. */
export function parseOpenNhrp(text: string, options: ParseOptions = {}): Configuration {
  const draft: Draft = { ...emptyDraft(), profile: 'opennhrp' }
  const lines = readLines(pastedLines(text), openNhrpMode(linuxTunnels(text)), draft, '#')
  return { dialect: 'opennhrp', settings: finish(draft, options), lines }
}

const shortcutDestination: Command<InterfaceDraft> = command(
  'shortcut-destination',
  port => void (port.shortcutDestination = true),
)

const portMode: Mode<InterfaceDraft> = {
  commands: [
    shortcutDestination,
    ...irrelevant('tells the daemon nothing on this interface', ['shortcut', 'redirect', 'non-caching']),
  ],
}

const tunnelMode: Mode<TunnelDraft> = {
  commands: [
    command(
      'map <protocol:ipv4|prefix4|ipv6|prefix6> <nbma:ipv4|word> [<register:register>] [<cisco:cisco>]',
      (tunnel, { protocol, nbma, register }) =>
        typeof protocol === 'object'
          ? map(tunnel, protocol.address, protocol.length, nbma, register !== undefined)
          : map(tunnel, protocol, typeof protocol === 'number' ? 32 : 128, nbma, register !== undefined),
    ),
    command('cisco-authentication <secret:word>', ({ nhrp }, { secret }) => {
      if (secret.length > 8) return questionable('the key is longer than 8 characters')
      nhrp.authentication = secret
      return undefined
    }),
    command('holding-time <seconds:1-65535>', ({ nhrp }, { seconds }) => void (nhrp.holdingTime = seconds)),
    command('multicast <to:dynamic|nhs|ipv4>', ({ nhrp: { multicast } }, { to }) => {
      if (to === 'dynamic') multicast.dynamic = true
      else if (to === 'nhs') multicast.servers = true
      else multicast.static.push(to)
    }),
    command('shortcut', ({ nhrp }) => void (nhrp.shortcut = true)),
    command('redirect', ({ nhrp }) => void (nhrp.redirect = true)),
    command('non-caching', ({ nhrp }) => void (nhrp.cacheNonAuthoritative = false)),
    shortcutDestination,
    ...irrelevant('which kernel table the daemon reads', ['route-table <table:0-4294967295>']),
    ...notYet('servers are those in the configuration', ['dynamic-map <rest:line>']),
  ],
}

function openNhrpMode(tunnels: ReadonlySet<string>): Mode<Draft> {
  const pattern = 'interface <name:word>'
  return {
    commands: [
      {
        pattern,
        variants: variantsOf(pattern),
        apply: (draft, { name }, canonical) => {
          const port = linuxInterface(draft, String(name), tunnels)
          if (port.kind !== 'tunnel') return scopeOf(portMode, port, canonical)
          // OpenNHRP has no network identifiers: every tunnel of the file is in the one network.
          port.nhrp.networkId = 1
          return scopeOf(tunnelMode, port, canonical)
        },
        print: () => [],
      },
      ...linuxCommands(tunnels),
    ],
  }
}

function map(
  { nhrp }: TunnelDraft,
  protocol: Ip,
  length: number,
  nbma: Ipv4 | string,
  server: boolean,
): Remark | undefined {
  if (typeof nbma === 'string') return notModelled('names of stations are not looked up')
  nhrp.maps.push({ protocol, length, nbma })
  if (server) nhrp.servers.push({ protocol, nbma, priority: 0, cluster: 0 })
  return undefined
}
