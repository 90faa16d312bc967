/** What the tree witness takes down of a walk. */

/**
 * What an entry takes down. `about` is the protocol, the field, the layout or the title; `at` where it begins in its
 * source's buffer. Of the kinds from `cut` on, `length` is a number that is the same in all trees of one shape.
 */
export const entryKind = {
  /** A layer that is no protocol's: `frame` itself. */
  pseudo: 0,
  /** A protocol layer begins: `value` will be the packet, undefined where a fault ended it. */
  layer: 1,
  /** The same inside of the layer that ended just before, which encloses what it carries. */
  inside: 2,
  value: 3,
  /** A named value that covers what follows until `close`. */
  container: 4,
  /** A subtree without a field. */
  subtree: 5,
  /** The same of what is computed: it was opened in brackets, which `about` is without. */
  computed: 6,
  /** Something odd: `value` is its text. */
  note: 7,
  /** Why the walk stopped: `value` is the fault. */
  fault: 8,
  /** All rows of a layout. */
  rows: 9,
  /** Those that fit into the first `length` octets. */
  cut: 10,
  /** What the next entry hangs below; see `note-place.ts`. */
  place: 11,
  /** Layer number `length` of the frame is continued. */
  reopen: 12,
  /** The present layer ends; `length` is 1 where an Ethertype says what follows. */
  end: 13,
  below: 14,
  close: 15,
  /** What follows counts in the next source. */
  source: 16,
  quote: 17,
  endQuote: 18,
} as const
