/** What is known of stations: registrations, mappings, purges; and what of it was given beforehand. */

import type { ProfileName } from '@dmvpn/core'
import type { Ip } from '../observation.ts'
import type { JudgingProfile } from '../profiles.ts'

/** A station as far as it is known. */
export interface Station {
  readonly nbma: Ip
  profile: ProfileName | undefined
  strength: number
  readonly evidence: string[]
  readonly protocols: Set<Ip>
  /** The first and the greatest request id it was seen to send, and when the first was. */
  firstId: number | undefined
  greatestId: number
}

/** A registration that a server has accepted. */
export interface Registration {
  readonly server: Ip
  readonly protocol: Ip
  /** As the client claims it, and as it was seen. */
  readonly nbma: Ip
  readonly real: Ip
  readonly unique: boolean
  readonly holdingTime: number
  readonly accepted: number
  readonly expires: number
  readonly frame: number
}

/** What a station was told about the way to another. */
export interface Mapping {
  /** Who was told, by the NBMA address. */
  readonly holder: Ip
  /** The way: claimed, and behind NAT the real one. */
  readonly nbmas: readonly Ip[]
  readonly network: Ip
  readonly prefixLength: number
  readonly learned: number
  readonly expires: number
  readonly holdingTime: number
  /** A reply to its request; a request it received; a registration it accepted. */
  readonly from: 'reply' | 'request' | 'registration'
  readonly responder: Ip | undefined
  readonly frame: number
  purged: number | undefined
}

/** A purge as it reached somebody. */
export interface Purge {
  readonly holder: Ip
  readonly network: Ip
  readonly prefixLength: number
  readonly time: number
  readonly frame: number
}

/** What the configuration says of a station, where somebody gives it. */
export interface ConfiguredStation {
  readonly nbma: Ip
  readonly phase?: 1 | 2 | 3
  readonly switching?: 'cef' | 'process'
  /** Prefix length of the tunnel's own network; 24 where left out. */
  readonly tunnelPrefix?: number
}

export interface NetworkOptions {
  readonly profile: JudgingProfile
  /** Whether the capture has every link of the cloud. */
  readonly complete: boolean
  /** Whether the capturing system says that it lost frames. */
  readonly framesLost: boolean
  readonly configured: readonly ConfiguredStation[]
}
