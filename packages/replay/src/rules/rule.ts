/** What a rule is: a value that says what must be so and where that is written, and checks it. */
import type { ProfileName } from '@dmvpn/core'
import type { Nhrp } from '@dmvpn/protocols'
import type { Ip, NhrpSeen, Observation } from '../observation.ts'
import type { Anatomy } from '../observation-anatomy.ts'
import type { Discrepancy, Obstacle, Severity } from '../verdict.ts'
import type { Episode } from './episode.ts'
import type { Network } from './network.ts'

/** A message whose octets were read to the end. */
export type Message = NhrpSeen & { readonly packet: Nhrp }

/** What a verdict is about. */
export interface Matter {
  /** The one that decides first. */
  readonly frames: readonly number[]
  /** Who is judged, by the NBMA address. */
  readonly station: Ip | undefined
  readonly because: string
  readonly differences?: readonly Discrepancy[]
}

/** A matter in which the rule was broken. */
export interface Breach extends Matter {
  /** Whose known habit it is: a deviation then, no failure. */
  readonly habitOf?: readonly ProfileName[] | undefined
  /** Where not the rule's own. */
  readonly severity?: Severity
  /** Stations whose links must have been watched, both ways, for what is missing to be missing. */
  readonly needs?: readonly (Ip | undefined)[]
}

/** Where a rule puts what it finds. */
export interface Bench {
  readonly network: Network
  /** What is right is counted; in words it is put only where somebody asked for it. */
  pass(matter: () => Matter): void
  fail(breach: Breach): void
  cannotJudge(matter: Matter, obstacle: Obstacle): void
}

/** What a rule wants to be shown; each is called in the order of time. */
export interface Check {
  /** Every NHRP message on every link, broken ones too, with its anatomy. */
  octets?(seen: NhrpSeen, anatomy: Anatomy | undefined): void
  /** Every message that was cut short so early that it could not be read, with its anatomy. */
  torn?(seen: NhrpSeen, anatomy: Anatomy): void
  /** Every NHRP message that could be read. */
  message?(seen: Message): void
  /** The types of message it wants to be shown; all where left out. */
  readonly types?: readonly number[]
  /** Everything, before the network is told of it. */
  observation?(seen: Observation): void
  /** A request with all that belongs to it, when nothing more is awaited. */
  episode?(episode: Episode): void
  /** The capture is over. */
  end?(): void
}

export interface Rule {
  /** `N53`. */
  readonly id: string
  /** What must be so, in one sentence. */
  readonly statement: string
  readonly source: string
  readonly severity: Severity
  /** Profiles that are known to depart from it. */
  readonly profiles: readonly ProfileName[]
  /** Begins checking one capture. */
  check(bench: Bench): Check
}
