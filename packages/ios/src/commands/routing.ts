import type { Ip, StaticRoute } from '@dmvpn/core'
import { networkOf } from '@dmvpn/wire'
import { type Command, command, notYet } from '../command.ts'
import type { Draft } from '../draft.ts'
import { questionable, type Remark } from '../line.ts'

interface Written {
  readonly interface?: string | undefined
  readonly nextHop?: Ip | undefined
  readonly distance?: number | undefined
}

/** Static routes. */
export const staticRoutes: readonly Command<Draft>[] = [
  command(
    'ip route <network:ipv4> <length:mask> [<interface:interface>] [<nextHop:ipv4>] [<distance:1-255>] [name <name:word>] [<permanent:permanent>] [tag <tag:1-4294967295>] [track <object:1-1000>]',
    (draft, { network, length, ...rest }) => addRoute(draft, network, length, rest),
    ({ routes }) =>
      routes.flatMap(({ prefix: { address, length }, interface: name, nextHop, distance }) =>
        typeof address === 'number' && typeof nextHop !== 'bigint'
          ? [{ network: address, length, interface: name, nextHop, distance: shown(distance) }]
          : [],
      ),
  ),
  command('no ip route <network:ipv4> <length:mask> [<rest:line>]', (draft, { network, length }) => {
    draft.routes = draft.routes.filter(({ prefix }) => prefix.address !== network || prefix.length !== length)
  }),
  command(
    'ipv6 route <prefix:prefix6> [<interface:interface>] [<nextHop:ipv6>] [<distance:1-254>]',
    (draft, { prefix, ...rest }) => addRoute(draft, prefix.address, prefix.length, rest),
    ({ routes }) =>
      routes.flatMap(({ prefix, interface: name, nextHop, distance }) =>
        typeof prefix.address === 'bigint' && typeof nextHop !== 'number'
          ? [{ prefix, interface: name, nextHop, distance: shown(distance) }]
          : [],
      ),
  ),
  ...notYet('every packet is let through, in one routing table', [
    'ip route vrf <rest:line>',
    'ip route <network:ipv4> <length:mask> dhcp [<distance:1-255>]',
    'ip default-gateway <gateway:ipv4>',
    'ip default-network <network:ipv4>',
  ]),
]

const shown = (distance: number): number | undefined => (distance === 1 ? undefined : distance)

function addRoute(draft: Draft, address: Ip, length: number, written: Written): Remark | undefined {
  if (networkOf(address, length) !== address) return questionable('the address has bits outside its mask')
  if (written.interface === undefined && written.nextHop === undefined) return questionable('the route leads nowhere')
  const route: StaticRoute = {
    prefix: { address, length },
    nextHop: written.nextHop,
    interface: written.interface,
    distance: written.distance ?? 1,
  }
  draft.routes.push(route)
  return undefined
}
