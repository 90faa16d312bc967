/** N53–N57, N59–N83, N87, N89: what is held over time, what goes through the tunnels, and under ESP. */
import type { Nhrp, NhrpExchange } from '@dmvpn/protocols'
import type { Manner } from '@dmvpn/synth'
import { ipv4Of } from '@dmvpn/wire'
import type { RuleCase } from './rule-cases.ts'
import {
  begun,
  complains,
  datagram,
  entry,
  espKeys,
  extensions,
  greFrame,
  hub,
  indicates,
  octetsOf,
  overGre,
  protects,
  purges,
  registers,
  registration,
  resolution,
  resolves,
  s2,
  s3,
  s4,
  say,
  sends,
  usual,
} from './talk.ts'

const talk = [...begun(), ...resolves(5, s2, s3)]
const old = { ...usual, profile: 'ios12' } as const
const thief = { ...s2, nbma: '150.1.4.4' }
const natted = { ...s2, nbma: '192.168.2.2' }
const multicast = { source: '10.0.0.1', destination: '224.0.0.10' }

/** The hub answers for a client, from what it holds. */
function answersFor(at: number, holdingTime: number, nbma = '150.1.3.3'): RuleCase['keeps'] {
  const request = resolution(s2, 10, old, '10.0.0.3')
  const reply: NhrpExchange = {
    ...request,
    kind: 'resolution-reply',
    type: 2,
    flags: 0xf800,
    entries: [
      { ...request.entries[0]!, nbma: ipv4Of(nbma), protocol: ipv4Of('10.0.0.3'), prefixLength: 32, holdingTime },
    ],
    extensions: request.extensions.map(each =>
      each.kind === 'responder-address'
        ? { ...each, entries: [{ ...request.entries[0]!, nbma: ipv4Of('150.1.1.1'), protocol: ipv4Of('10.0.0.1') }] }
        : each,
    ),
  }
  return [say(at, request, s2, hub, old), say(at + 0.02, reply, hub, s2, old)]
}

const asked = (at: number, id: number, manner: Manner = usual) => say(at, resolution(s2, id, manner), s2, hub, manner)
const configured = (phase: 2 | 3) => ({ configured: [{ nbma: ipv4Of('150.1.2.2'), phase, switching: 'cef' as const }] })
const sealedTalk = [...begun(), ...resolves(5, s2, s3)].map((each, index) =>
  protects(each, { spi: 0x1000 + index, sequence: 1 }),
)
const otherKey = { ...usual, key: 7 }
const keyed = extensions<NhrpExchange>(each =>
  each.kind === 'authentication' && each.form === 'cleartext' ? { ...each, key: new Uint8Array([0x6e, 0x6f]) } : each,
)
const ike = (length: number): Uint8Array => {
  const octets = new Uint8Array(4 + 28)
  octets[4 + 17] = 0x20
  octets[4 + 27] = length
  return octets
}

export const conductCases: readonly RuleCase[] = [
  {
    rule: 'N53',
    keeps: [...registers(0, s2), ...registers(5, thief, { answers: entry({ code: 14, holdingTime: 0 }) })],
    breaks: [...registers(0, s2), ...registers(5, thief)],
    at: 4,
  },
  { rule: 'N54', keeps: [...begun(old), ...answersFor(18, 42)], breaks: [...begun(old), ...answersFor(18, 60)], at: 6 },
  {
    rule: 'N55',
    keeps: talk,
    breaks: [...begun(), ...resolves(5, s2, s3, { answers: entry({ nbma: ipv4Of('150.1.9.9') }) })],
    at: 7,
  },
  {
    rule: 'N56',
    keeps: [...talk, ...resolves(9, s2, s3, { id: 11, target: '10.0.3.4' })],
    breaks: [...talk, ...resolves(9, s2, s3, { id: 11, target: '10.0.3.4', prefixLength: 25 })],
    at: 10,
  },
  {
    rule: 'N57',
    keeps: [...registers(0, s2), ...registers(20, s2, { id: 2 })],
    breaks: [...registers(0, s2), ...registers(90, s2, { id: 2 })],
    at: 3,
  },
  {
    rule: 'N59',
    keeps: [...begun(), say(5, resolution(s2, 10, usual, '10.0.0.3'), s2, hub)],
    breaks: [...begun(), asked(5, 10)],
    at: 5,
    how: configured(2),
  },
  {
    rule: 'N60',
    keeps: [...begun(), indicates(5, s2), asked(5.1, 10)],
    breaks: [...begun(), asked(5, 10)],
    at: 5,
    how: configured(3),
  },
  { rule: 'N61', keeps: [...talk, sends(6, s2, s3)], breaks: [...begun(), sends(5, s2, hub), sends(6, s2, s3)], at: 6 },
  {
    rule: 'N62',
    keeps: [...begun(), asked(5, 10), sends(5.5, s2, hub)],
    breaks: [...begun(), asked(5, 10), sends(5.5, s2, s3)],
    at: 6,
  },
  { rule: 'N63', keeps: [...talk, sends(20, s2, s3)], breaks: [...talk, sends(90, s2, s3)], at: 8 },
  {
    rule: 'N64',
    keeps: [...talk, ...resolves(60, s2, s3, { id: 11 })],
    breaks: [
      ...begun(),
      ...resolves(5, s2, { ...s3, holdingTime: 7200 }),
      ...resolves(60, s2, { ...s3, holdingTime: 7200 }, { id: 11 }),
    ],
    at: 8,
  },
  {
    rule: 'N65',
    keeps: [...talk, ...purges(9, s3, s2), sends(12, s2, hub)],
    breaks: [...talk, ...purges(9, s3, s2), sends(12, s2, s3)],
    at: 10,
  },
  {
    rule: 'N66',
    keeps: [...talk, ...purges(9, s3, s2), sends(50, s2, hub), asked(55, 30)],
    breaks: [...talk, ...resolves(7, s4, s3, { id: 12 }), ...purges(9, s3, s2), sends(50, s2, hub), asked(55, 30)],
    at: 11,
  },
  { rule: 'N67', keeps: begun(), breaks: registers(0, s2, { asks: keyed, answers: () => ({ ...answerTo() }) }), at: 2 },
  { rule: 'N68', keeps: begun(), breaks: [...begun(), say(5, keyed(resolution(s2)), s2, hub)], at: 5 },
  {
    rule: 'N69',
    keeps: [...begun(), indicates(5, s2), indicates(14, s2)],
    breaks: [...begun(), indicates(5, s2), indicates(6, s2)],
    at: 6,
  },
  {
    rule: 'N70',
    keeps: [...begun(), asked(5, 10), complains(5.02, resolution(s2), hub, s2, 6)],
    breaks: [
      ...begun(),
      asked(5, 10),
      complains(5.02, resolution(s2), hub, s2, 6),
      complains(5.1, resolution(s2), hub, s2, 6),
    ],
    at: 7,
  },
  {
    rule: 'N71',
    keeps: [...begun(), ...feeds(5), ...feeds(10), ...feeds(15)],
    breaks: [...begun(), ...feeds(5), ...feeds(10), ...feeds(15).slice(0, 1), sends(18, s2, hub)],
    at: 9,
  },
  {
    rule: 'N72',
    keeps: registers(0, natted, { from: '198.51.100.2' }),
    breaks: registers(0, natted, {
      from: '198.51.100.2',
      answers: extensions(each =>
        each.kind === 'nat-address' ? { ...each, entries: each.entries.slice(0, 1) } : each,
      ),
    }),
    at: 2,
  },
  { rule: 'N73', keeps: talk, breaks: [overGre(sends(5, s2, hub), 1, [0x01])], at: 1 },
  {
    rule: 'N74',
    keeps: [...talk, sends(6, s2, s3), sends(7, s2, s3)],
    breaks: [...begun(), say(5, resolution(s2), s2, hub, otherKey)],
    at: 5,
  },
  { rule: 'N75', keeps: talk, breaks: [greFrame(5, s2, hub, 0x2002, octetsOf(registration(s2)))], at: 1 },
  {
    rule: 'N76',
    keeps: [...begun(), sends(5, s2, hub, { sequence: 1 }), sends(6, s2, hub, { sequence: 2 })],
    breaks: [...begun(), sends(5, s2, hub, { sequence: 2 }), sends(6, s2, hub, { sequence: 2 })],
    at: 6,
  },
  {
    rule: 'N77',
    keeps: sealedTalk,
    breaks: [protects(sends(5, s2, hub), { spi: 9 })],
    at: 1,
    how: { keyText: espKeys },
  },
  {
    rule: 'N78',
    keeps: sealedTalk,
    breaks: [protects(sends(5, s2, hub), { wrong: true })],
    at: 1,
    how: { keyText: espKeys },
  },
  {
    rule: 'N79',
    keeps: sealedTalk,
    breaks: [protects(sends(5, s2, hub)), sends(6, s2, hub)],
    at: 2,
    how: { keyText: espKeys },
  },
  {
    rule: 'N80',
    keeps: sealedTalk,
    breaks: [...sealedTalk, protects(sends(6, s2, hub), { next: 17, spi: 0x3000 })],
    at: 8,
    how: { keyText: espKeys },
  },
  {
    rule: 'N81',
    keeps: [datagram(0, s2, hub, 4500, new Uint8Array([0xff])), datagram(1, s2, hub, 4500, ike(28))],
    breaks: [datagram(0, s2, hub, 4500, ike(99))],
    at: 1,
  },
  {
    rule: 'N82',
    keeps: [...sealedTalk, protects(sends(6, s2, s3), { spi: 0x2000 })],
    breaks: [
      ...begun().map((each, index) => protects(each, { spi: 0x1000 + index })),
      protects(sends(5, s2, s3), { spi: 0x2000 }),
    ],
    at: 5,
    how: { keyText: espKeys },
  },
  {
    rule: 'N83',
    keeps: [...sealedTalk, protects(sends(6, s2, s3), { spi: 0x2000 })],
    breaks: [...sealedTalk, protects(sends(300, s2, s3), { spi: 0x2000 })],
    at: 8,
    how: { keyText: espKeys },
  },
  { rule: 'N87', keeps: talk, breaks: [talk[1]!, talk[0]!, ...talk.slice(2)], at: 2 },
  {
    rule: 'N89',
    keeps: [...begun(), asked(5, 10), complains(5.02, resolution(s2), hub, s2, 6)],
    breaks: [
      ...begun(),
      asked(5, 10),
      complains(
        5.02,
        resolution(s2),
        hub,
        s2,
        6,
        message => ({ ...message, quote: (message as { quote: Uint8Array }).quote.subarray(0, 40) }) as Nhrp,
      ),
    ],
    at: 6,
  },
]

/** The hub's hello to both. */
function feeds(at: number): RuleCase['keeps'] {
  const identification = 1000 + at
  return [
    sends(at, hub, s2, { ...multicast, identification }),
    sends(at + 0.001, hub, s3, { ...multicast, identification }),
  ]
}

/** The right answer to s2's registration, whatever was asked with. */
function answerTo(): NhrpExchange {
  const message = registration(s2)
  return { ...message, kind: 'registration-reply', type: 4 }
}
