/** Where one rule puts what it finds: what can be said is said, what must wait for the end waits, everything is counted. */

import { formatIp } from '@dmvpn/wire'
import type { Obstacle, Severity, Verdict } from '../verdict.ts'
import { most } from './bounds.ts'
import type { Network } from './network.ts'
import type { Bench, Breach, Matter, Rule } from './rule.ts'

type Kind = Verdict['verdict']

const nobody: readonly never[] = []
const nowhere: readonly never[] = []

export class RuleBench implements Bench {
  readonly rule: Rule
  readonly network: Network
  readonly counts: Record<Kind, number> = { pass: 0, fail: 0, deviates: 0, 'cannot-judge': 0 }
  private readonly passes: boolean
  private readonly tell: (verdict: Verdict) => void
  private readonly waiting: Breach[] = []

  constructor(rule: Rule, network: Network, passes: boolean, tell: (verdict: Verdict) => void) {
    this.rule = rule
    this.network = network
    this.passes = passes
    this.tell = tell
  }

  pass(matter: () => Matter): void {
    this.counts.pass++
    if (this.passes) this.tell({ ...this.judged(matter()), verdict: 'pass' })
  }

  cannotJudge(matter: Matter, obstacle: Obstacle): void {
    this.counts['cannot-judge']++
    this.tell({ ...this.judged(matter), verdict: 'cannot-judge', obstacle })
  }

  fail(breach: Breach): void {
    if (this.decide(breach, false)) return
    if (this.waiting.length < most) this.waiting.push(breach)
    else this.decide(breach, true)
  }

  /** Decides what has waited. */
  end(): void {
    for (const each of this.waiting) this.decide(each, true)
    this.waiting.length = 0
  }

  private decide(breach: Breach, last: boolean): boolean {
    const { network } = this
    const { station, habitOf = nobody, needs = nowhere } = breach
    if (habitOf.length === 0 && needs.length === 0) {
      this.accuse(breach)
      return true
    }
    // Whether frames were lost, and what was watched, is known at the end.
    if (needs.length > 0 && !last) return false
    if (needs.length > 0 && network.framesLost) {
      this.cannotJudge(breach, 'frames-lost')
      return true
    }
    const unwatched = needs.filter(each => each === undefined || !network.coverage.watches(each))
    if (unwatched.length > 0) {
      this.cannotJudge(breach, 'one-side-only')
      return true
    }
    if (needs.some(each => network.coverage.isVeiled(each!))) {
      this.cannotJudge(breach, 'encrypted')
      return true
    }
    const profile = network.profileOf(station)
    if (habitOf.length > 0 && profile === undefined) {
      if (last) this.cannotJudge(breach, 'profile-unknown')
      return last
    }
    if (habitOf.some(each => each === profile)) {
      this.counts.deviates++
      this.tell({ ...this.judged(breach, breach.severity), verdict: 'deviates', profile: profile! })
    } else this.accuse(breach)
    return true
  }

  private accuse(breach: Breach): void {
    this.counts.fail++
    this.tell({ ...this.judged(breach, breach.severity), verdict: 'fail' })
  }

  private judged(
    { frames, station, because, differences }: Matter,
    severity: Severity = this.rule.severity,
  ): Omit<Verdict & { verdict: 'pass' }, 'verdict'> {
    const { id: rule } = this.rule
    // Spreads take longer than all the rest.
    if (station === undefined)
      return differences === undefined
        ? { rule, severity, frames, because }
        : { rule, severity, frames, because, differences }
    const name = formatIp(station)
    return differences === undefined
      ? { rule, severity, frames, station: name, because }
      : { rule, severity, frames, station: name, because, differences }
  }
}
