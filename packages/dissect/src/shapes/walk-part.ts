/**
 * A walk in parts: what it left in the witness between two things it told a session, as entries that can be put down
 * again at once, and which of them every frame has its own of.
 */
import type { AnyProtocol } from '@dmvpn/protocols'
import type { Reader } from './value-reader.ts'

/** Entries of a witness, as parallel arrays; places count from the frame's beginning. */
export interface EntryBlock {
  readonly kind: readonly number[]
  readonly at: readonly number[]
  readonly length: readonly number[]
  readonly about: readonly unknown[]
  readonly values: readonly unknown[]
  /** Which of them say the same in all frames of the shape, but for rows: that depends on their bits. */
  readonly fixed: readonly boolean[]
}

/** An entry, by its number in the block, whose value is read; where `read` is undefined it is the octets themselves. */
export interface OwnValue {
  readonly entry: number
  readonly at: number
  readonly length: number
  readonly read: Reader | undefined
}

/** An entry that begins a layer whose line is not the same in all frames. */
export interface OwnLine {
  readonly entry: number
  readonly layer: number
}

/** What a session is told, and where the cursor stands then. */
export interface Told {
  /** In the middle of a header, of a layer that is read without the session, of one that only it can open. */
  readonly kind: 'amid' | 'watch' | 'follow'
  readonly protocol: AnyProtocol
  readonly layer: number
  /** Where the header begins. */
  readonly from: number
  readonly at: number
  readonly end: number
}

export interface WalkPart {
  readonly block: EntryBlock
  readonly values: readonly OwnValue[]
  readonly lines: readonly OwnLine[]
  /** Undefined at the end of the walk. */
  readonly told: Told | undefined
}
