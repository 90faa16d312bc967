/** What a rule says of something seen: never silence. */

/** How bad a failure is. */
export type Severity = 'error' | 'warning' | 'information'

/** Why nothing can be said: the closed list. */
export type Obstacle =
  | 'began-before-capture'
  | 'ended-after-capture'
  | 'one-side-only'
  | 'encrypted'
  | 'cut-short'
  | 'frames-lost'
  | 'not-configured'
  | 'profile-unknown'

/** A field that is not as it should be, by Wireshark's name, with its octets in the source the layer names. */
export interface Discrepancy {
  readonly field: string
  readonly expected?: string
  readonly observed: string
  /** First octet and the one after the last. */
  readonly range?: readonly [start: number, end: number]
}

interface Judged {
  /** The rule's id: `N53`. */
  readonly rule: string
  readonly severity: Severity
  /** Frame numbers, counted from 1, the one that decides first. */
  readonly frames: readonly number[]
  /** The capture they are counted in, as it was named; the first one judged where left out. */
  readonly file?: string
  /** The station that is judged: its NBMA or protocol address. */
  readonly station?: string
  /** One sentence for a person. */
  readonly because: string
  readonly differences?: readonly Discrepancy[]
}

/** One rule applied to one thing seen. */
export type Verdict =
  | (Judged & { readonly verdict: 'pass' | 'fail' })
  /** A departure that this profile is known for. */
  | (Judged & { readonly verdict: 'deviates'; readonly profile: string })
  | (Judged & { readonly verdict: 'cannot-judge'; readonly obstacle: Obstacle })
