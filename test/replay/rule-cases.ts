/** For every rule a capture that keeps it and one that breaks it. */
import type { JudgeOptions } from '@dmvpn/replay'
import { ipv4Of } from '@dmvpn/wire'
import type { HowToJudge, Timed } from './judge-capture.ts'
import { bodyCases } from './rule-cases-bodies.ts'
import { conductCases } from './rule-cases-conduct.ts'
import { pairingCases } from './rule-cases-pairing.ts'
import {
  begun,
  entry,
  extensions,
  hub,
  over,
  padded,
  registers,
  registration,
  s2,
  say,
  withPasswordTwice,
} from './talk.ts'

export interface RuleCase {
  readonly rule: string
  readonly keeps: readonly Timed[]
  readonly breaks: readonly Timed[]
  /** The frame the first failure is about, from 1. */
  readonly at: number
  readonly how?: HowToJudge & Pick<JudgeOptions, never>
}

const nothing = new Uint8Array(0)
const good = registers(0, s2)
const first = good[0]!

const encodingCases: readonly RuleCase[] = [
  { rule: 'N01', keeps: good, breaks: [over(first, 12, [0, 0], { honest: false })], at: 1 },
  { rule: 'N02', keeps: good, breaks: [over(first, 10, [0x10, 0], { honest: false })], at: 1 },
  { rule: 'N03', keeps: good, breaks: [padded(first, 6)], at: 1 },
  { rule: 'N04', keeps: good, breaks: [over(first, 14, [0, 30])], at: 1 },
  { rule: 'N05', keeps: good, breaks: [over(first, 16, [2])], at: 1 },
  { rule: 'N06', keeps: good, breaks: [over(first, 4, [0, 0, 0, 8, 0])], at: 1 },
  { rule: 'N07', keeps: good, breaks: [over(first, 18, [0x84])], at: 1 },
  { rule: 'N08', keeps: good, breaks: [over(first, 22, [0x80, 0x12])], at: 1 },
  { rule: 'N09', keeps: good, breaks: [say(0, { ...registration(s2), leftover: new Uint8Array(5) }, s2, hub)], at: 1 },
  { rule: 'N10', keeps: good, breaks: [say(0, entry({ unused: 7 })(registration(s2)), s2, hub)], at: 1 },
  {
    rule: 'N11',
    keeps: good,
    breaks: [
      say(
        0,
        extensions<ReturnType<typeof registration>>(each => (each.kind === 'end' ? undefined : each))(registration(s2)),
        s2,
        hub,
      ),
    ],
    at: 1,
  },
  {
    rule: 'N12',
    keeps: good,
    breaks: [say(0, withPasswordTwice(registration(s2)), s2, hub)],
    at: 1,
  },
  {
    rule: 'N13',
    keeps: good,
    breaks: [
      say(
        0,
        extensions<ReturnType<typeof registration>>(each =>
          each.kind === 'responder-address' ? { ...each, compulsory: false } : each,
        )(registration(s2)),
        s2,
        hub,
      ),
    ],
    at: 1,
  },
  {
    rule: 'N14',
    keeps: good,
    breaks: [
      say(
        0,
        extensions<ReturnType<typeof registration>>(each =>
          each.kind === 'nat-address' ? { ...each, leftover: new Uint8Array(5) } : each,
        )(registration(s2)),
        s2,
        hub,
      ),
    ],
    at: 1,
  },
  {
    rule: 'N15',
    keeps: good,
    breaks: [
      say(
        0,
        extensions<ReturnType<typeof registration>>(each =>
          each.kind === 'authentication' && each.form === 'cleartext' ? { ...each, key: nothing } : each,
        )(registration(s2)),
        s2,
        hub,
      ),
    ],
    at: 1,
  },
  { rule: 'N16', keeps: good, breaks: [say(0, { ...registration(s2), afterEnd: new Uint8Array(4) }, s2, hub)], at: 1 },
  {
    rule: 'N17',
    keeps: [...begun(), ...unknownExtension(false)],
    breaks: [...begun(), ...unknownExtension(true)],
    at: 6,
  },
]

/** A request with an extension nobody knows, answered by an error, or by a reply all the same. */
function unknownExtension(answered: boolean): Timed[] {
  const strange = {
    kind: 'unrecognised',
    type: 0x3801,
    compulsory: true,
    reserved: false,
    value: new Uint8Array([1, 2]),
  } as const
  const asks = (message: ReturnType<typeof registration>) => ({
    ...message,
    extensions: [strange, ...message.extensions],
  })
  const [request, reply] = registers(5, s2, { id: 2, asks })
  if (answered) return [request!, reply!]
  const error = {
    ...registration(s2),
    kind: 'error-indication',
    type: 7,
    unused: 0,
    errorCode: 1,
    errorOffset: 52,
    quote: quoteOf(request!),
    extensions: [],
    afterEnd: nothing,
    sourceNbma: ipv4Of('150.1.1.1'),
    sourceProtocol: ipv4Of('10.0.0.1'),
    destinationProtocol: ipv4Of('10.0.0.2'),
  } as never
  return [request!, say(5.02, error, hub, s2)]
}

function quoteOf({ frame }: Timed): Uint8Array {
  return frame.bytes.subarray(28)
}

export const ruleCases: readonly RuleCase[] = [...encodingCases, ...bodyCases, ...pairingCases, ...conductCases]
