import type { EigrpStub } from '@dmvpn/core'
import { type Ipv4, lengthOfMask } from '@dmvpn/wire'
import { type Command, command, flag, irrelevant, notYet, opens, property, remarked } from '../command.ts'
import { type Draft, type EigrpDraft, type EigrpInterfaceDraft, eigrpOn, emptyInterface } from '../draft.ts'
import { notModelled, questionable, type Remark } from '../line.ts'
import type { Mode } from '../modes.ts'
import { addSummary } from './interface.ts'
import { kindOfInterface } from './interface-kind.ts'

const self = (process: EigrpDraft): EigrpDraft => process

/** The lines under `router eigrp N`. */
export const eigrpCommands: readonly Command<EigrpDraft>[] = [
  command(
    'network <address:ipv4> [<wildcard:ipv4>]',
    (process, { address, wildcard }) => {
      const meant = wildcard === undefined ? classful(address) : invertedMask(wildcard)
      process.networks = [...process.networks.filter(each => each.address !== address), { address, wildcard: meant }]
    },
    process => process.networks,
  ),
  command('no network <address:ipv4> [<wildcard:ipv4>]', (process, { address }) => {
    process.networks = process.networks.filter(each => each.address !== address)
  }),
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
    'redistribute <source:connected|static> [metric <metric:line>]',
    (process, { source }) => {
      if (!process.redistribute.includes(source)) process.redistribute.push(source)
    },
    process => process.redistribute.map(source => ({ source })),
  ),
  command(
    'eigrp stub [<what:line>]',
    (process, { what }) => setStub(process, what ?? 'connected summary'),
    ({ stub }) => (stub === undefined ? [] : [{ what: stubWords.filter(word => stub[stubKeys[word]]).join(' ') }]),
  ),
  command('no eigrp stub [<what:line>]', process => void delete process.stub),
  ...property('eigrp router-id <routerId:ipv4>', self),
  command(
    'distance eigrp <internal:1-255> <external:1-255>',
    (process, distance) => void (process.distance = distance),
    process => (process.distance === undefined ? [] : [process.distance]),
  ),
  command(
    'metric weights <tos:0-8> <k1:0-255> <k2:0-255> <k3:0-255> <k4:0-255> <k5:0-255>',
    (process, { k1, k2, k3, k4, k5 }) => void (process.kValues = [k1, k2, k3, k4, k5]),
    ({ kValues: it }) => (it === undefined ? [] : [{ tos: 0, k1: it[0], k2: it[1], k3: it[2], k4: it[3], k5: it[4] }]),
  ),
  ...flag('auto-summary', self, 'autoSummary'),
  ...irrelevant('what is logged', [
    'eigrp log-neighbor-changes',
    'no eigrp log-neighbor-changes',
    'eigrp log-neighbor-warnings [<seconds:1-65535>]',
    'eigrp event-log-size <size:0-443604>',
  ]),
  ...irrelevant('one path is as good as another here', [
    'maximum-paths <paths:1-32>',
    'variance <multiplier:1-128>',
    'traffic-share <rest:line>',
    'timers active-time [<minutes:line>]',
    'nsf',
    'timers nsf <rest:line>',
  ]),
  ...notYet('EIGRP goes without it', [
    'redistribute <rest:line>',
    'default-metric <rest:line>',
    'distribute-list <rest:line>',
    'offset-list <rest:line>',
    'neighbor <rest:line>',
    'default-information <rest:line>',
    'bfd <rest:line>',
    'summary-metric <rest:line>',
  ]),
]

/** Class A, B or C, as `network` means it without a wildcard. */
function classful(address: Ipv4): Ipv4 {
  if (address >>> 31 === 0) return 0x00ffffff
  return address >>> 30 === 2 ? 0x0000ffff : 0x000000ff
}

/** IOS takes a mask for the wildcard it is the inverse of. */
function invertedMask(written: Ipv4): Ipv4 {
  return written >>> 31 === 1 && lengthOfMask(written) !== undefined && written !== 0xffffffff
    ? ~written >>> 0
    : written
}

const stubKeys = {
  connected: 'connected',
  summary: 'summary',
  static: 'static',
  redistributed: 'redistributed',
  'receive-only': 'receiveOnly',
} as const satisfies Record<string, keyof EigrpStub>

const stubWords = Object.keys(stubKeys) as (keyof typeof stubKeys)[]

function setStub(process: EigrpDraft, what: string): Remark | undefined {
  const stub = { connected: false, summary: false, static: false, redistributed: false, receiveOnly: false }
  for (const word of what.split(' ')) {
    const known = stubWords.find(each => each.startsWith(word.toLowerCase()))
    if (known === undefined) return questionable(`${word} is nothing a stub announces`)
    stub[stubKeys[known]] = true
  }
  process.stub = stub
  return undefined
}

/** The lines under `af-interface`. */
const familyInterface: Mode<EigrpInterfaceDraft> = {
  commands: [
    ...flag('split-horizon', (it: EigrpInterfaceDraft) => it, 'splitHorizon'),
    ...flag('next-hop-self', (it: EigrpInterfaceDraft) => it, 'nextHopSelf'),
    ...property('hello-interval <hello:1-65535>', (it: EigrpInterfaceDraft) => it),
    ...property('hold-time <hold:1-65535>', (it: EigrpInterfaceDraft) => it),
    command('summary-address <address:ipv4> <length:mask> [<distance:1-255>]', (it, { address, length, distance }) =>
      addSummary(it, { address, length }, distance),
    ),
    command('summary-address <prefix:prefix4> [<distance:1-255>]', (it, { prefix, distance }) =>
      addSummary(it, prefix, distance),
    ),
    ...irrelevant('the share of the bandwidth that EIGRP takes', ['bandwidth-percent <percent:1-999999>']),
    ...notYet('EIGRP goes without it', [
      'authentication <rest:line>',
      'bfd',
      'add-paths <paths:1-8>',
      'no ecmp-mode',
      'dampening-change [<percent:1-100>]',
      'passive-interface',
    ]),
  ],
}

interface Family {
  readonly draft: Draft
  readonly process: EigrpDraft
}

const within = (commands: readonly Command<EigrpDraft>[]): readonly Command<Family>[] =>
  commands.map(each => ({
    ...each,
    apply: ({ process }, values, canonical) => each.apply(process, values, canonical),
    print: () => [],
  }))

const ownSettings = notModelled('every interface has EIGRP settings of its own here')
const otherFamily = notModelled('the address family does not run here')

const family: Mode<Family> = {
  commands: [
    opens('af-interface <name:interface>', familyInterface, ({ draft, process }, { name }) =>
      eigrpOn(interfaceNamed(draft, name), process.autonomousSystem),
    ),
    remarked('af-interface default', ownSettings, { commands: [], others: ownSettings }),
    opens('topology base', { commands: within(eigrpCommands) }, it => it),
    ...within(eigrpCommands),
  ],
}

/** The lines under `router eigrp NAME`: the processes are the same, their metrics those of the classic mode. */
export const namedEigrp: Mode<Draft> = {
  commands: [
    opens('address-family ipv4 [<cast:unicast>] autonomous-system <as:1-65535>', family, (draft, { as }) => ({
      draft,
      process: processOf(draft, as),
    })),
    ...[
      'address-family ipv4 vrf <rest:line>',
      'address-family ipv4 unicast vrf <rest:line>',
      'address-family ipv6 <rest:line>',
      'service-family <rest:line>',
    ].map(pattern => remarked(pattern, otherFamily, { commands: [], others: otherFamily })),
    ...irrelevant('the process runs', ['no shutdown']),
  ],
}

/** The process of an autonomous system, made on first mention. */
export function processOf(draft: Draft, autonomousSystem: number): EigrpDraft {
  let found = draft.eigrp.find(each => each.autonomousSystem === autonomousSystem)
  if (found === undefined) draft.eigrp.push((found = { autonomousSystem, networks: [], passive: [], redistribute: [] }))
  return found
}

/** The interface of a name, made on first mention. */
export function interfaceNamed(draft: Draft, name: string): Draft['interfaces'][number] {
  let found = draft.interfaces.find(each => each.name === name)
  if (found === undefined) draft.interfaces.push((found = emptyInterface(kindOfInterface(name), name)))
  return found
}
