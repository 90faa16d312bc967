/** Forms that most rules have: what is asked of one message, and what becomes of the answer. */
import type { Ip, NhrpSeen } from '../observation.ts'
import type { Anatomy } from '../observation-anatomy.ts'
import type { Discrepancy } from '../verdict.ts'
import { ipIn, isError, isRelayed, isReply } from './parts.ts'
import type { Bench, Breach, Message, Rule } from './rule.ts'

/** What is wrong with one message. */
export type Problem = Pick<Breach, 'because' | 'habitOf' | 'severity' | 'needs'> & {
  readonly differences?: readonly Discrepancy[]
  /** Who is judged, where not who sent it. */
  readonly station?: Ip | undefined
}

/** The answer of a question about a message: nothing to ask, right, or what is wrong. */
export type Answer = 'not-asked' | 'right' | Problem | readonly Problem[]

export type Facts = Pick<Rule, 'id' | 'statement' | 'source' | 'severity'> & Partial<Pick<Rule, 'profiles'>>

/** Facts of a rule about messages: of which types, where not of all. */
export type MessageFacts = Facts & { readonly types?: readonly number[] }

/** A rule about the octets of one message, as far as its lengths lead. */
export function octetRule(facts: Facts, ask: (seen: NhrpSeen, anatomy: Anatomy) => Answer): Rule {
  return {
    profiles: [],
    ...facts,
    check: bench => ({
      octets(seen, anatomy) {
        if (seen.cut && (anatomy === undefined || seen.octets.length < Math.min(anatomy.size, seen.sent))) {
          const because = `${seen.octets.length} of ${seen.sent} octets are in the capture`
          bench.cannotJudge({ frames: [seen.frame], station: seen.source, because }, 'cut-short')
        } else if (anatomy !== undefined) settle(bench, seen, facts.statement, ask(seen, anatomy))
      },
    }),
  }
}

/** A rule about what one message says. */
export function messageRule({ types, ...facts }: MessageFacts, ask: (seen: Message, bench: Bench) => Answer): Rule {
  return {
    profiles: [],
    ...facts,
    check: bench => ({
      ...(types === undefined ? {} : { types }),
      message: seen => settle(bench, seen, facts.statement, ask(seen, bench)),
      torn(seen, anatomy) {
        if (types !== undefined && !types.includes(anatomy.type)) return
        const because = `${seen.octets.length} of ${seen.sent} octets are in the capture`
        bench.cannotJudge({ frames: [seen.frame], station: seen.source, because }, 'cut-short')
      },
    }),
  }
}

/** Puts an answer where it belongs. */
export function settle(bench: Bench, seen: NhrpSeen, statement: string, answer: Answer): void {
  if (answer === 'not-asked') return
  if (answer !== 'right') {
    const problems = 'because' in answer ? [answer] : answer
    for (const problem of problems) bench.fail({ frames: [seen.frame], station: authorOf(seen), ...problem })
    if (problems.length > 0) return
  }
  bench.pass(() => ({ frames: [seen.frame], station: authorOf(seen), because: statement }))
}

/** Who wrote a message: of replies and errors the sender, unless it was passed on; of others who it says. */
export function authorOf({ packet, source }: NhrpSeen): Ip | undefined {
  if (packet === undefined) return source
  if (isReply(packet) || isError(packet)) {
    if (!isRelayed(packet)) return source
    const responder = packet.extensions.find(each => each.kind === 'responder-address')
    return responder !== undefined && 'entries' in responder ? (ipIn(responder.entries[0]?.nbma) ?? source) : source
  }
  return isRelayed(packet) ? (ipIn(packet.sourceNbma) ?? source) : (source ?? ipIn(packet.sourceNbma))
}

/** A field that is not as it should be, at octets of a message. */
export function difference(
  { at }: NhrpSeen,
  field: string,
  observed: string | number,
  expected?: string | number,
  place?: readonly [offset: number, length: number],
): Discrepancy {
  return {
    field,
    observed: String(observed),
    ...(expected === undefined ? {} : { expected: String(expected) }),
    ...(place === undefined ? {} : { range: [at + place[0], at + place[0] + place[1]] as const }),
  }
}
