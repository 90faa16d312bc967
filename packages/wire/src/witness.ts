/**
 * What a walk may be watched by. The decoder has no witness; the dissector's draws the tree, and because there is only
 * one walk the tree cannot disagree with the packet. Offsets are those of the buffer the cursor reads.
 */
import type { Fault } from './fault.ts'
import type { Field, Value } from './field.ts'
import type { Outline } from './layout/layout.ts'
import type { Sink } from './sink.ts'

/** What a witness learns of a protocol: its name and how it titles its layer. */
export interface Titled {
  readonly name: string
  readonly label: string
  /** Writes the layer's line in the tree, where it says more than the label. `length` counts the octets shown as its own. */
  title?(s: Sink, packet: unknown, length?: number): void
  /** What it carries is shown inside of it. */
  readonly encloses?: boolean
}

export interface Witness {
  /** Whether anybody wants this computed field or note: what nobody wants is not computed. */
  wants(field: Field): boolean
  /**
   * Whether anything of a protocol's layers is wanted; where not, they are walked as if nobody watched, and their
   * beginning and end are not told. Everything is where a witness does not say.
   */
  watches?(protocol: Titled): boolean
  /** A layer begins. */
  beginLayer(protocol: Titled, at: number): void
  /** The layer's own octets end at `body`; what it carries ends at `end`. `packet` is undefined where a fault ended it. */
  endLayer(protocol: Titled, packet: unknown, body: number, end: number): void
  /** Octets behind what layer number `index` carries are shown in it until `close`. */
  reopenLayer(index: number): void
  /** The octets of the layers that follow are these, not the frame's: a reassembled datagram, opened ciphertext. */
  beginSource(title: string, bytes: Uint8Array, view: DataView): void
  /** A layout was taken at `at`; where fewer than `layout.size` octets are there, `available` says how many. */
  rows(layout: Outline, at: number, available: number): void
  /** A named value at `[at, at + length)`. Computed fields may have length 0. */
  value(field: Field, at: number, length: number, value: Value): void
  /** What follows belongs below the value, or the last of the rows, shown before it, until `close`. */
  below(): void
  /** A subtree without a field of its own. */
  open(title: string, at: number): void
  /** A subtree under a named field that covers what is taken until `close`. */
  openField(field: Field, at: number, value: Value): void
  /** Ends what `reopenLayer`, `below`, `open` or `openField` began. `title` replaces the one it was opened with. */
  close(at: number, title?: string): void
  /** What was odd but did not stop the walk. */
  note(field: Field, at: number, length: number, text: string): void
  /** A quoted packet begins: the layers until `endQuote` are inside the present one. */
  beginQuote(at: number): void
  /** `fault` says where the quote stopped; one that is merely cut short is no fault of the frame. */
  endQuote(at: number, fault: Fault | undefined): void
  /** The walk stopped. */
  stopped(fault: Fault): void
}
