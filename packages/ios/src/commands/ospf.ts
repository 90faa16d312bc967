import { type Command, command, flag, irrelevant, notYet, opens, property, remarked } from '../command.ts'
import type { Draft, InterfaceDraft, OspfDraft } from '../draft.ts'
import { notModelled } from '../line.ts'

const ospf = (port: InterfaceDraft): InterfaceDraft['ospf'] => port.ospf

/** OSPF as an interface says it. */
export const ospfInterfaceCommands: readonly Command<InterfaceDraft>[] = [
  command(
    'ip ospf network <network:broadcast|non-broadcast|point-to-point|point-to-multipoint> [<without:non-broadcast>]',
    (port, { network, without }) =>
      void (port.ospf.network =
        network === 'point-to-multipoint' && without !== undefined ? 'point-to-multipoint non-broadcast' : network),
    port => {
      const { network } = port.ospf
      if (network === undefined) return []
      return network === 'point-to-multipoint non-broadcast'
        ? [{ network: 'point-to-multipoint' as const, without: 'non-broadcast' as const }]
        : [{ network }]
    },
  ),
  ...property('ip ospf priority <priority:0-255>', ospf),
  ...property('ip ospf cost <cost:1-65535>', ospf),
  ...property('ip ospf hello-interval <hello:1-65535>', ospf),
  ...property('ip ospf dead-interval <dead:1-65535>', ospf),
  ...flag('ip ospf database-filter all out', ospf, 'databaseFilter'),
  ...flag('ip ospf mtu-ignore', ospf, 'mtuIgnore'),
  command(
    'ip ospf authentication [<kind:message-digest|null>]',
    ({ ospf: it }, { kind }) => {
      if (kind === 'null') delete it.authentication
      else if (kind === 'message-digest') it.authentication = { keyId: 0, key: '', ...it.authentication, kind: 'md5' }
      else it.authentication = { key: '', ...it.authentication, kind: 'simple' }
    },
    port =>
      port.ospf.authentication === undefined
        ? []
        : [{ kind: port.ospf.authentication.kind === 'md5' ? ('message-digest' as const) : undefined }],
  ),
  command(
    'ip ospf authentication-key [<type:0|7>] <key:word>',
    ({ ospf: it }, { key }) => void (it.authentication = { kind: 'simple', key }),
    ({ ospf: { authentication: it } }) => (it?.kind === 'simple' ? [{ key: it.key }] : []),
  ),
  command(
    'ip ospf message-digest-key <keyId:1-255> md5 [<type:0|7>] <key:word>',
    ({ ospf: it }, { keyId, key }) => void (it.authentication = { kind: 'md5', keyId, key }),
    ({ ospf: { authentication: it } }) => (it?.kind === 'md5' ? [{ keyId: it.keyId, key: it.key }] : []),
  ),
  command(
    'ip ospf <processId:1-65535> area <area:area>',
    (port, runs) => void (port.ospf.runs = runs),
    ({ ospf: { runs } }) => (runs === undefined ? [] : [runs]),
  ),
  ...notYet('OSPF runs for IPv4', ['ipv6 ospf <rest:line>', 'ospfv3 <rest:line>']),
  ...notYet('OSPF goes without it', [
    'ip ospf retransmit-interval <seconds:1-65535>',
    'ip ospf transmit-delay <seconds:1-65535>',
    'ip ospf flood-reduction',
    'ip ospf demand-circuit',
    'ip ospf bfd [<rest:line>]',
  ]),
]

/** Of a default route that is told as one from outside. */
const usualMetric = 1

/** The lines under `router ospf`. */
export const ospfCommands: readonly Command<OspfDraft>[] = [
  ...property('router-id <routerId:ipv4>', (process: OspfDraft) => process),
  command(
    'network <address:ipv4> <wildcard:ipv4> area <area:area>',
    (process, { address, wildcard, area }) => void process.networks.push({ address, wildcard, area }),
    process => process.networks,
  ),
  command('passive-interface default', process => void (process.active = [])),
  command(
    'passive-interface <name:interface>',
    (process, { name }) => void process.passive.push(name),
    process => process.passive.map(name => ({ name })),
  ),
  command('no passive-interface <name:interface>', (process, { name }) => {
    process.active?.push(name)
    process.passive = process.passive.filter(each => each !== name)
  }),
  command(
    'neighbor <address:ipv4>',
    (process, { address }) => void process.neighbors.push({ address }),
    process => process.neighbors,
  ),
  ...property('auto-cost reference-bandwidth <referenceBandwidth:1-4294967>', (process: OspfDraft) => process),
  ...property('distance <distance:1-255>', (process: OspfDraft) => process),
  command(
    'default-information originate [<always:always>] [metric <metric:0-16777214>] [metric-type <type:1|2>]',
    (process, { always, metric = usualMetric, type }) => {
      process.defaultInformation = { always: always !== undefined, metric, type: type === '1' ? 1 : 2 }
    },
    ({ defaultInformation: it }) => {
      if (it === undefined) return []
      const always = it.always ? ('always' as const) : undefined
      const metric = it.metric === usualMetric ? undefined : it.metric
      return [{ always, metric, type: it.type === 1 ? ('1' as const) : undefined }]
    },
  ),
  command('no default-information originate', process => void delete process.defaultInformation),
  ...irrelevant('what is logged', ['log-adjacency-changes [detail]']),
  ...notYet('OSPF goes without it', [
    'area <rest:line>',
    'redistribute <rest:line>',
    'neighbor <rest:line>',
    'summary-address <rest:line>',
    'timers <rest:line>',
    'maximum-paths <paths:1-32>',
    'max-metric <rest:line>',
    'distribute-list <rest:line>',
    'prefix-suppression',
    'no capability <rest:line>',
  ]),
]

/** The line that opens an OSPF process. */
export const ospfOpeners: readonly Command<Draft>[] = [
  opens(
    'router ospf <processId:1-65535>',
    { commands: ospfCommands },
    (draft: Draft, { processId }) => ospfProcessOf(draft, processId),
    ({ ospf: processes }) => processes.map(each => [{ processId: each.processId }, each] as const),
  ),
]

/** The OSPF process of a number, made on first mention. */
export function ospfProcessOf(draft: Draft, processId: number): OspfDraft {
  let found = draft.ospf.find(each => each.processId === processId)
  if (found === undefined) draft.ospf.push((found = { processId, networks: [], passive: [], neighbors: [] }))
  return found
}

/** OSPF for IPv6 and other routing protocols, with whatever stands under them. */
export const otherRouting: readonly Command<unknown>[] = [
  'ipv6 router <rest:line>',
  'router ospfv3 <rest:line>',
  'router rip',
  'router isis [<rest:line>]',
  'router odr',
].map(pattern =>
  remarked(pattern, notModelled('the protocol does not run here'), {
    commands: [],
    others: notModelled('the protocol does not run here'),
  }),
)
