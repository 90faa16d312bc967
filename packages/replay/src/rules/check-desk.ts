/** Shows each thing seen to those checks alone that want it: of a capture's every packet somebody wants something else. */
import type { NhrpSeen, Observation } from '../observation.ts'
import type { Anatomy } from '../observation-anatomy.ts'
import type { Episode } from './episode.ts'
import type { Check, Message } from './rule.ts'

type Shown<K extends 'octets' | 'torn' | 'message' | 'observation' | 'episode'> = NonNullable<Check[K]>

/** Types of message there are, and 0 for any other. */
const types = [0, 1, 2, 3, 4, 5, 6, 7, 8]

export class CheckDesk {
  // Functions, not checks: to look one up in an object of ninety shapes takes as long as most checks do.
  private readonly ofOctets: readonly Shown<'octets'>[]
  private readonly ofTorn: readonly Shown<'torn'>[]
  private readonly ofEverything: readonly Shown<'observation'>[]
  private readonly ofEpisodes: readonly Shown<'episode'>[]
  /** By type of message. */
  private readonly ofMessages: readonly (readonly Shown<'message'>[])[]

  constructor(checks: readonly Check[]) {
    this.ofOctets = checks.flatMap(check => check.octets?.bind(check) ?? [])
    this.ofTorn = checks.flatMap(check => check.torn?.bind(check) ?? [])
    this.ofEverything = checks.flatMap(check => check.observation?.bind(check) ?? [])
    this.ofEpisodes = checks.flatMap(check => check.episode?.bind(check) ?? [])
    this.ofMessages = types.map(type =>
      checks.flatMap(check => (check.types?.includes(type) === false ? [] : (check.message?.bind(check) ?? []))),
    )
  }

  octets(seen: NhrpSeen, anatomy: Anatomy | undefined): void {
    for (const show of this.ofOctets) show(seen, anatomy)
    if (!seen.cut || seen.packet !== undefined || anatomy === undefined) return
    for (const show of this.ofTorn) show(seen, anatomy)
  }

  message(seen: Message): void {
    for (const show of this.ofMessages[seen.packet.type] ?? this.ofMessages[0]!) show(seen)
  }

  observation(seen: Observation): void {
    for (const show of this.ofEverything) show(seen)
  }

  episode(episode: Episode): void {
    for (const show of this.ofEpisodes) show(episode)
  }
}
