import type { Ipv4 } from '@dmvpn/wire'
import { type Command, command, irrelevant, notYet, opens, property } from '../command.ts'
import type { BgpDraft, Draft } from '../draft.ts'
import { questionable, type Remark } from '../line.ts'
import { classOf } from '../show/classful.ts'

type NeighborDraft = BgpDraft['neighbors'][number]

/** What is said of a neighbor once its system is known. */
function setNeighbor(process: BgpDraft, address: Ipv4, change: (neighbor: NeighborDraft) => void): Remark | undefined {
  const neighbor = process.neighbors.find(each => each.address === address)
  if (neighbor === undefined) return questionable('`remote-as` comes first')
  change(neighbor)
  return undefined
}

/** The lines under `router bgp N` that decide which routes are told, and with which next hops. */
const bgpCommands: readonly Command<BgpDraft>[] = [
  ...property('bgp router-id <routerId:ipv4>', (process: BgpDraft) => process),
  command(
    'network <address:ipv4> mask <length:mask>',
    (process, prefix) => void process.networks.push(prefix),
    ({ networks }) =>
      networks.flatMap(({ address, length }) => (typeof address === 'number' ? [{ address, length }] : [])),
  ),
  command(
    'network <address:ipv4>',
    (process, { address }) => void process.networks.push({ address, length: classOf(address) }),
  ),
  command(
    'neighbor <address:ipv4> remote-as <remoteAs:1-4294967295>',
    (process, { address, remoteAs }) => {
      const known = process.neighbors.find(each => each.address === address)
      if (known === undefined) process.neighbors.push({ address, remoteAs })
      else known.remoteAs = remoteAs
    },
    ({ neighbors }) => neighbors.map(({ address, remoteAs }) => ({ address, remoteAs })),
  ),
  command(
    'neighbor <address:ipv4> next-hop-self',
    (process, { address }) => setNeighbor(process, address, each => void (each.nextHopSelf = true)),
    ({ neighbors }) => neighbors.flatMap(({ address, nextHopSelf }) => (nextHopSelf === true ? [{ address }] : [])),
  ),
  command(
    'neighbor <address:ipv4> route-reflector-client',
    (process, { address }) => setNeighbor(process, address, each => void (each.routeReflectorClient = true)),
    ({ neighbors }) =>
      neighbors.flatMap(({ address, routeReflectorClient }) => (routeReflectorClient === true ? [{ address }] : [])),
  ),
  ...irrelevant('BGP is its outcome here: no session, no timer', [
    'bgp log-neighbor-changes',
    'no synchronization',
    'no auto-summary',
    'neighbor <address:ipv4> activate',
    'neighbor <address:ipv4> description <text:line>',
    'neighbor <address:ipv4> timers <rest:line>',
    'neighbor <address:ipv4> update-source <name:interface>',
  ]),
  ...notYet('BGP goes without it', [
    'neighbor <rest:line>',
    'bgp <rest:line>',
    'redistribute <rest:line>',
    'address-family <rest:line>',
    'aggregate-address <rest:line>',
    'maximum-paths <rest:line>',
    'distance bgp <rest:line>',
    'timers bgp <rest:line>',
  ]),
]

/** The line that opens the BGP process: a router has one. */
export const bgpOpener: Command<Draft> = opens(
  'router bgp <as:1-4294967295>',
  { commands: bgpCommands },
  (draft: Draft, { as }) => (draft.bgp ??= { autonomousSystem: as, networks: [], neighbors: [] }),
  ({ bgp }) => (bgp === undefined ? [] : [[{ as: bgp.autonomousSystem }, bgp] as const]),
)
