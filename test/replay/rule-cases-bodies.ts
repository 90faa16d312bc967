/** N18–N31: what messages say. */
import type { Nhrp, NhrpExchange } from '@dmvpn/protocols'
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
  registration,
  resolution,
  resolves,
  s2,
  s3,
  say,
  usual,
  with_,
} from './talk.ts'

const rfc = { ...usual, profile: 'ios12' } as const
const talk = [...begun(), ...resolves(5, s2, s3)]
const old = [...begun(rfc), ...resolves(5, s2, s3, { manner: rfc })]
const refusal = { code: 12, holdingTime: 0, nbma: undefined, protocol: undefined, prefixLength: 0, mtu: 0 }
const error = (change: (message: Nhrp) => Nhrp = each => each) => [
  ...begun(),
  say(5, resolution(s2), s2, hub),
  complains(5.02, resolution(s2), hub, s2, 6, change),
]

export const bodyCases: readonly RuleCase[] = [
  {
    rule: 'N18',
    keeps: old,
    breaks: [say(0, entry({ prefixLength: 24 })(registration(s2, 1, rfc)), s2, hub, rfc)],
    at: 1,
  },
  { rule: 'N19', keeps: talk, breaks: [say(0, entry({ code: 4 })(registration(s2)), s2, hub)], at: 1 },
  {
    rule: 'N20',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3, { asks: message => ({ ...message, flags: message.flags & ~0x0800 }) })],
    at: 5,
  },
  {
    rule: 'N21',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3, { asks: message => ({ ...message, flags: message.flags | 0x2000 }) })],
    at: 5,
  },
  {
    rule: 'N22',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3, { asks: entry({ nbma: 0x96010202 }) })],
    at: 5,
  },
  {
    rule: 'N23',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3, { answers: entry({ holdingTime: 0 }) })],
    at: 7,
  },
  {
    rule: 'N24',
    keeps: [...begun(), ...resolves(5, s2, s3, { answers: entry(refusal) })],
    breaks: [...begun(), ...resolves(5, s2, s3, { answers: entry({ ...refusal, code: 14 }) })],
    at: 7,
  },
  {
    rule: 'N25',
    keeps: registers(0, s2, { answers: entry({ code: 14, holdingTime: 0 }) }),
    breaks: registers(0, s2, { answers: entry({ code: 12, holdingTime: 0 }) }),
    at: 2,
  },
  {
    rule: 'N26',
    keeps: talk,
    breaks: [
      ...begun(),
      ...resolves(5, s2, s3, {
        answers: message => ({ ...message, entries: [...message.entries, ...message.entries] }),
      }),
    ],
    at: 7,
  },
  {
    rule: 'N27',
    keeps: [...talk, ...purges(9, s3, s2, { asks: entry({ mtu: 0 }) })],
    breaks: [...talk, ...purges(9, s3, s2, { asks: entry({ code: 12 }) })],
    at: 8,
  },
  { rule: 'N28', keeps: error(), breaks: error(message => ({ ...message, errorOffset: 4000 }) as Nhrp), at: 6 },
  { rule: 'N29', keeps: error(), breaks: error(message => ({ ...message, errorCode: 99 }) as Nhrp), at: 6 },
  {
    rule: 'N30',
    keeps: [...begun(), indicates(5, s2)],
    breaks: [...begun(), indicates(5, s2, with_<Nhrp>({ destinationProtocol: 0x0a000303 }))],
    at: 5,
  },
  { rule: 'N31', keeps: old, breaks: [...begun(), ...resolves(5, s2, s3, { answers: recordPrefix })], at: 7 },
]

function recordPrefix(message: NhrpExchange): NhrpExchange {
  return extensions<NhrpExchange>(each =>
    each.kind === 'responder-address'
      ? { ...each, entries: each.entries.map(one => ({ ...one, prefixLength: 24 })) }
      : each,
  )(message)
}
