/** What the reference router says of a frame that a station sent, or should have sent. */
import type { Obstacle } from '../verdict.ts'

/** Why the reference router cannot say: the obstacles of rules, and its own limits. */
export type CoreObstacle = Obstacle | 'not-modelled' | 'state-unknown'

/** A field in which a frame is not as the reference router's, by Wireshark's name. */
export interface CoreDifference {
  readonly field: string
  /** Undefined: the reference router's frame has no such field. */
  readonly expected?: string
  /** Undefined: the frame has no such field. */
  readonly observed?: string
  /** First octet and the one after the last, in the frame or in what was opened of it. */
  readonly range?: readonly [start: number, end: number]
}

interface Judged {
  /** Its NBMA address. */
  readonly station: string
  /** The frame; of what is missing the frame that should have caused it. */
  readonly frame: number
  /** Nanoseconds since the first frame. */
  readonly time: number
  /** What it is: `Registration Reply 7 to 150.1.2.2`. */
  readonly subject: string
  /** One sentence for a person. */
  readonly because: string
}

/** One frame against the reference router's. */
export type CoreVerdict =
  | (Judged & { readonly verdict: 'agrees' | 'missing' | 'unexpected' })
  | (Judged & { readonly verdict: 'differs'; readonly differences: readonly CoreDifference[] })
  | (Judged & { readonly verdict: 'cannot-judge'; readonly obstacle: CoreObstacle })

/** How often a station's frames ended in what. */
export type CoreCounts = Record<CoreVerdict['verdict'], number>

export const noCounts: Readonly<CoreCounts> = { agrees: 0, differs: 0, missing: 0, unexpected: 0, 'cannot-judge': 0 }
