/** The judge: takes a capture frame by frame, and says of every rule what it found. */
import type { FrameRecord, Session, Sighting } from '@dmvpn/dissect'
import type { IpsecSession } from '@dmvpn/ipsec'
import type { Frame } from '@dmvpn/protocols'
import { formatIp } from '@dmvpn/wire'
import type { JudgedRule, JudgedStation, VerdictCounts } from './judgement.ts'
import type { NhrpSeen, Observation } from './observation.ts'
import { anatomyOf } from './observation-anatomy.ts'
import { ObservationOrder } from './observation-order.ts'
import { ObservationReader } from './observation-reader.ts'
import type { JudgingProfile } from './profiles.ts'
import { rules as allRules } from './rules/all.ts'
import { RuleBench } from './rules/bench.ts'
import { CheckDesk } from './rules/check-desk.ts'
import { type Episode, episodeOf } from './rules/episode.ts'
import { type ConfiguredStation, Network } from './rules/network.ts'
import type { Check, Message, Rule } from './rules/rule.ts'
import type { Verdict } from './verdict.ts'

export interface JudgeOptions {
  /** Whose ways stations are judged by; inferred where left out. */
  readonly profile?: JudgingProfile
  /** Whether every link of the cloud is in the capture, for what is missing to be missing. */
  readonly complete?: boolean
  /** Whether the capturing system says that it lost frames. */
  readonly framesLost?: boolean
  /** What configurations say of stations: rules that depend on it ask nobody else. */
  readonly configured?: readonly ConfiguredStation[]
  /** Whether passes are told one by one, too; they are counted anyway. */
  readonly passes?: boolean
  /** The rules to judge by; all where left out. */
  readonly rules?: readonly Rule[]
  /** Told every verdict as it falls. */
  readonly onVerdict: (verdict: Verdict) => void
}

/** Whoever follows what is seen without judging it: caches over time, stories. */
export interface Witness {
  /** A frame as it was decoded, before anything of it is told. */
  frame?(frame: Frame, number: number, time: number): void
  /** Each thing seen, in the order of time, after the network was told of it. */
  take(seen: Observation): void
  /** A request with all that belongs to it, when nothing more is awaited. */
  episode?(episode: Episode): void
}

/** Judges one capture. */
export class Judge {
  readonly network: Network
  private readonly session: Session
  private readonly reader: ObservationReader
  private readonly order: ObservationOrder
  private readonly benches: readonly RuleBench[]
  private readonly checks: readonly Check[]
  private readonly desk: CheckDesk
  private readonly witnesses: Witness[] = []
  private readonly seenOf = new WeakMap<Sighting, NhrpSeen>()
  private messages = 0

  /** `session` is the one the frames are decoded with; `security` what opens ESP there, where something does. */
  constructor(session: Session, options: JudgeOptions, security?: IpsecSession) {
    const {
      profile = 'auto',
      complete = false,
      framesLost = false,
      configured = [],
      passes = false,
      onVerdict,
    } = options
    this.session = session
    this.network = new Network({ profile, complete, framesLost, configured })
    this.order = new ObservationOrder(seen => this.observe(seen))
    this.reader = new ObservationReader(session, security, seen => {
      if (seen.kind === 'nhrp' && seen.sighting !== undefined && seen.sound) this.seenOf.set(seen.sighting, seen)
      this.order.take(seen)
    })
    const rules = options.rules ?? allRules
    this.benches = rules.map(rule => new RuleBench(rule, this.network, passes, onVerdict))
    this.checks = rules.map((rule, index) => rule.check(this.benches[index]!))
    this.desk = new CheckDesk(this.checks)
    const exchanges = session.nhrp
    if (exchanges !== undefined) {
      exchanges.settled = exchange => {
        const episode = episodeOf(exchange, this.seenOf)
        if (episode === undefined) return
        this.desk.episode(episode)
        for (const witness of this.witnesses) witness.episode?.(episode)
      }
    }
  }

  /** Has a witness told everything from now on. */
  watch(witness: Witness): void {
    this.witnesses.push(witness)
  }

  /** Takes the frame that the session has just decoded, and its record. */
  take(frame: Frame, record: FrameRecord): void {
    for (const witness of this.witnesses) witness.frame?.(frame, this.session.number, this.session.relative)
    this.reader.read(frame, record)
  }

  /** The capturing system says that it lost frames: what is missing may have been among them. */
  framesWereLost(): void {
    this.network.framesLost = true
  }

  /** The capture is over: what was still awaited is judged. */
  end(): void {
    this.order.end()
    const { disordered, firstLate } = this.order
    this.network.disorder = { frames: this.session.number, late: disordered, firstLate }
    this.session.nhrp?.finish()
    for (const check of this.checks) check.end?.()
    const { firstVeiled } = this.network
    this.benches.forEach((bench, index) => {
      bench.end()
      const check = this.checks[index]!
      const reads = 'octets' in check || 'message' in check || 'episode' in check
      if (firstVeiled === undefined || this.messages > 0 || !reads) return
      const because = 'nothing of what is in ESP could be read'
      bench.cannotJudge({ frames: [firstVeiled], station: undefined, because }, 'encrypted')
    })
  }

  /** The rules that were asked. */
  get rules(): readonly JudgedRule[] {
    return this.benches.map(({ rule: { id, statement, source, severity } }) => ({ id, statement, source, severity }))
  }

  /** By rule. */
  get counts(): Readonly<Record<string, VerdictCounts>> {
    return Object.fromEntries(this.benches.map(({ rule, counts }) => [rule.id, counts]))
  }

  /** The stations met, and whose ways they were judged by. */
  get stations(): readonly JudgedStation[] {
    const { profile: given } = this.network.options
    return [...this.network.stations.values()].map(({ nbma, protocols, profile, evidence }) => ({
      station: formatIp(nbma),
      addresses: [...protocols].map(formatIp),
      profile: given === 'auto' ? (profile ?? 'unknown') : given,
      evidence: given === 'auto' ? evidence : [],
    }))
  }

  /** Copies left out. */
  get copies(): number {
    return this.order.copies
  }

  private observe(seen: Observation): void {
    const { network } = this
    const message = seen.kind === 'nhrp'
    const sound = !message || seen.sound
    network.meet(seen, sound)
    if (message) {
      this.messages++
      // What nothing can belong to any more is judged now: memory is bounded by what 90 seconds bring.
      this.session.nhrp?.expire(seen.time)
      this.desk.octets(seen, anatomyOf(seen.octets))
    }
    if (!sound) return
    this.desk.observation(seen)
    if (message && seen.packet !== undefined) {
      this.desk.message(seen as Message)
      network.take(seen)
    }
    for (const witness of this.witnesses) witness.take(seen)
  }
}
