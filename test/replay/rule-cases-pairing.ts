/** N32–N52, N58, N84–N86, N88, N90: requests, replies, and who passes them on. */
import type { Nhrp, NhrpExchange } from '@dmvpn/protocols'
import { ipv4Of } from '@dmvpn/wire'
import type { Timed } from './judge-capture.ts'
import type { RuleCase } from './rule-cases.ts'
import {
  begun,
  complains,
  entry,
  extensions,
  hub,
  indicates,
  purges,
  registers,
  resolution,
  resolves,
  resolvesBack,
  s2,
  s3,
  say,
  usual,
} from './talk.ts'

const talk = [...begun(), ...resolves(5, s2, s3)]
const back = [...begun(), ...resolvesBack(5, s2, s3)]
const records = (
  kind: string,
  change: (entries: readonly NhrpExchange['entries'][number][]) => readonly NhrpExchange['entries'][number][],
) =>
  extensions<NhrpExchange>(each =>
    each.kind === kind && 'entries' in each ? ({ ...each, entries: change(each.entries) } as never) : each,
  )
const replyOnly = resolves(5, s2, s3)[2]!
const changedId = say(5.04, { ...resolves40(), requestId: 99 }, s3, s2)

function resolves40(): NhrpExchange {
  const message = resolution(s2)
  return {
    ...message,
    kind: 'resolution-reply',
    type: 2,
    flags: 0xf802,
    entries: [
      {
        ...message.entries[0]!,
        nbma: ipv4Of('150.1.3.3'),
        protocol: ipv4Of('10.0.0.3'),
        prefixLength: 24,
        holdingTime: 60,
      },
    ],
  }
}

const request = (at: number, id = 10, target = '10.0.3.3'): Timed => say(at, resolution(s2, id, usual, target), s2, hub)

export const pairingCases: readonly RuleCase[] = [
  {
    rule: 'N32',
    keeps: talk,
    breaks: [...talk, changedId].map((each, index) => (index === 7 ? { ...each, at: 80 } : each)),
    at: 8,
  },
  {
    rule: 'N33',
    keeps: talk,
    breaks: registers(0, s2, { answers: message => ({ ...message, sourceNbma: ipv4Of('150.1.2.9') }) }),
    at: 2,
  },
  {
    rule: 'N34',
    keeps: talk,
    breaks: [
      ...begun(),
      ...resolves(5, s2, s3, { answers: extensions(each => (each.kind === 'reverse-transit' ? undefined : each)) }),
    ],
    at: 7,
  },
  {
    rule: 'N35',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3, { answers: records('responder-address', () => []) })],
    at: 7,
  },
  {
    rule: 'N36',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3, { answers: records('forward-transit', () => []) })],
    at: 7,
  },
  {
    rule: 'N37',
    keeps: talk,
    breaks: [
      ...begun(),
      ...resolves(5, s2, s3, { answers: message => ({ ...message, flags: message.flags & ~0x8000 }) }),
    ],
    at: 7,
  },
  { rule: 'N38', keeps: talk, breaks: registers(0, s2, { answers: entry({ mtu: 1400 }) }), at: 2 },
  {
    rule: 'N39',
    keeps: [...talk, ...purges(9, s3, s2)],
    breaks: [...talk, ...purges(9, s3, s2, { answers: entry({ protocol: ipv4Of('10.0.9.9') }) })],
    at: 9,
  },
  {
    rule: 'N40',
    keeps: [...talk, { ...replyOnly, at: 5.3 }],
    breaks: [
      ...talk,
      say(5.3, { ...resolves40(), entries: [{ ...resolves40().entries[0]!, nbma: ipv4Of('150.1.9.9') }] }, s3, s2),
    ],
    at: 8,
  },
  {
    rule: 'N41',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3).map((each, index) => (index === 2 ? { ...each, at: 75 } : each))],
    at: 7,
  },
  { rule: 'N42', keeps: [...begun(), request(5), request(7)], breaks: [...begun(), request(5), request(5.4)], at: 6 },
  {
    rule: 'N43',
    keeps: [...begun(), request(5, 100), request(9, 101, '10.0.3.4')],
    breaks: [...begun(), request(5, 100), request(9, 40, '10.0.3.4')],
    at: 6,
  },
  {
    rule: 'N44',
    keeps: [...begun(), request(5, 100), request(9, 101, '10.0.3.4')],
    breaks: [...begun(), request(5, 100), request(9, 100, '10.0.3.4')],
    at: 6,
  },
  {
    rule: 'N45',
    keeps: talk,
    breaks: [
      ...begun(),
      ...resolves(5, s2, s3, { passes: message => ({ ...message, hopCount: message.hopCount - 1 }) }),
    ],
    at: 6,
  },
  { rule: 'N46', keeps: back, breaks: [...begun(), ...resolves(5, s2, s3, { passes: entry({ mtu: 1 }) })], at: 6 },
  {
    rule: 'N47',
    keeps: back,
    breaks: [...begun(), ...resolves(5, s2, s3, { passes: records('forward-transit', () => []) })],
    at: 6,
  },
  {
    rule: 'N48',
    keeps: [...begun(), say(5, { ...resolution(s2), hopCount: 0 }, s2, hub)],
    breaks: [
      ...begun(),
      ...resolves(5, s2, s3, {
        asks: message => ({ ...message, hopCount: 1 }),
        passes: message => ({ ...message, hopCount: 255 }),
      }).map((each, index) => (index === 0 ? say(5, { ...resolution(s2), hopCount: 0 }, s2, hub) : each)),
    ],
    at: 6,
  },
  {
    rule: 'N49',
    keeps: talk,
    breaks: [
      ...begun(),
      ...resolves(5, s2, s3, { passes: records('forward-transit', entries => [...entries, ...entries]) }),
    ],
    at: 6,
  },
  {
    rule: 'N50',
    keeps: talk,
    breaks: [...begun(), request(5), say(5.02, { ...resolution(s2), hopCount: 254 }, hub, s2)],
    at: 6,
  },
  {
    rule: 'N51',
    keeps: talk,
    breaks: [
      ...begun(),
      ...resolves(5, s2, s3, {
        passes: message => ({
          ...message,
          extensions: [message.extensions[1]!, message.extensions[0]!, ...message.extensions.slice(2)],
        }),
      }),
    ],
    at: 6,
  },
  { rule: 'N52', keeps: talk, breaks: [...begun(), say(5, resolution(s2), '150.1.9.9', hub)], at: 5 },
  {
    rule: 'N58',
    keeps: [...begun(), request(5, 10), request(9, 11)],
    breaks: [...begun(), request(5, 10), request(5.3, 11)],
    at: 6,
  },
  { rule: 'N84', keeps: talk, breaks: [...talk, request(7)], at: 8 },
  {
    rule: 'N85',
    keeps: talk,
    breaks: [...begun(), request(5), request(7), request(11), indicates(10.9, s3)].toSorted((a, b) => a.at - b.at),
    at: 8,
  },
  {
    rule: 'N86',
    keeps: [...begun(), request(5), complains(5.02, resolution(s2), hub, s2, 6)],
    breaks: [
      ...begun(),
      request(5),
      complains(5.02, resolution(s2), hub, s2, 6, message => ({ ...message, sourceNbma: ipv4Of('150.1.2.2') }) as Nhrp),
    ],
    at: 6,
  },
  {
    rule: 'N88',
    keeps: registers(0, s2, {
      asks: message => ({ ...message, destinationProtocol: ipv4Of('10.0.0.2') }),
      answers: message => ({ ...message, destinationProtocol: ipv4Of('10.0.0.1') }),
    }),
    breaks: registers(0, s2, { asks: message => ({ ...message, destinationProtocol: ipv4Of('10.0.0.2') }) }),
    at: 2,
  },
  {
    rule: 'N90',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3, { answers: message => ({ ...message, flags: message.flags & ~2 }) })],
    at: 7,
  },
]
