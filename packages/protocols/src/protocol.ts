/** A protocol: its names, its edges, and three plain functions over one set of layouts — walk, size, write. */
import {
  type Change,
  changeOf,
  type Field,
  type Lens,
  type Merge,
  mergeOf,
  type Outline,
  type Sink,
  type Writer,
} from '@dmvpn/wire'
import type { Frame } from './frame.ts'
import type { CaptureTime, PacketCursor } from './packet-cursor.ts'

/** Where a protocol is found: `{ table: 'ip.proto', key: 47 }`. Link types are the table `link`. */
export interface Edge {
  readonly table: string
  readonly key: number
}

/** What the bytes say about the facts: lengths, offsets, checksums. Lenses count from the start of the layer. */
export type Claims = Readonly<Record<string, Lens<number>>>

/** What a header needs of the layers around it to be written. */
export interface Surroundings {
  /** The sum of the pseudo-header for `length` octets of protocol number `next` (RFC 768, RFC 8200 §8.1); 0 where nothing below has one. */
  pseudoHeader(next: number, length: number): number
}

/**
 * `P` is a readonly plain object of facts: what the sender meant. Lengths, offsets and checksums are claims, not facts;
 * octets nobody asked for, reserved bits and unused words are facts and survive a round trip.
 */
export interface Protocol<P> {
  /** Wireshark's filter name. */
  readonly name: string
  /** Wireshark's long name. */
  readonly label: string
  /** What the protocol column says. */
  readonly short: string
  readonly over: readonly Edge[]
  /** Everything a witness may be shown: the catalogue of filters and exports. */
  readonly fields: readonly (Outline | Field)[]
  /** A valid packet: every slot present. */
  readonly defaults: P
  /** Which fact names what is carried, where one does: filled from the next layer's edge when left out. */
  readonly selects?: { readonly table: string; readonly fact: string }
  /** Octets behind what this layer carries belong to the layer around it: below a label stack, Ethernet's padding. */
  readonly yields?: boolean
  /** What it carries is shown inside of it: an echo's data. */
  readonly encloses?: boolean
  /** Takes the packet from the cursor; says through `carries` what follows. */
  walk(c: PacketCursor): P
  /** Octets of the header that `write` writes. */
  size(packet: P): number
  /** Writes the header in front of its payload, every length and checksum true. */
  write(w: Writer, packet: P, around: Surroundings): void
  claims?(packet: P): Claims
  /** Writes the layer's line in the tree, where it says more than the label. `length` counts the octets shown as its own. */
  title?(s: Sink, packet: P, length?: number): void
  /** The information column. Left out where an outer layer says more. `at` is the layer's number in the frame. */
  info?(s: Sink, packet: P, frame: Frame, at: number): void
  /** The information column of a packet in which the walk stopped, from the octets that are there. */
  infoWhenStopped?(s: Sink, view: DataView, at: number, end: number): void
  /** The layer's line in the tree for a packet in which the walk stopped, from the octets that are there. */
  titleWhenStopped?(s: Sink, view: DataView, at: number, end: number): void
  /** The protocol column, where it depends on the packet. */
  column?(packet: P): string
  /** The source and destination columns. */
  endpoints?(packet: P): Endpoints
  /** The sum of this layer's pseudo-header (see `Surroundings`). */
  pseudoHeader?(packet: P, next: number, length: number): number
  /**
   * Whether a walk has nothing to say of a packet but its fields, and that what its checksum covers is right: no note,
   * nothing computed. For who knows its steering octets from another packet (see `@dmvpn/dissect`), and asks what the
   * others are. It begins at `at`, and ends with what it carries at `end`. Packets of a protocol that does not say are
   * always walked.
   */
  isQuiet?(view: DataView, at: number, end: number, time: CaptureTime): boolean
  /** Shows octets behind what this layer carries: padding, a frame check sequence. The cursor spans just them. */
  trail?(c: PacketCursor, packet: P): void
  /** Completes facts with those of another packet; `protocol` makes it. */
  readonly merge?: Merge<P>
  /** A packet with another value of the fact that `selects`; `protocol` makes it. */
  readonly choose?: Change<P>
}

export interface Endpoints {
  /** `'none'`: there are no addresses at this layer, and those of the layers around it count. */
  readonly kind: 'ipv4' | 'ipv6' | 'mac' | 'none'
  readonly source: number | bigint | undefined
  readonly destination: number | bigint | undefined
}

/** A protocol of any packet: what lists and tables hold. Methods are bivariant, so every protocol is one. */
// oxlint-disable-next-line no-explicit-any -- the packet type is known to the protocol alone
export type AnyProtocol = Protocol<any>

/**
 * Declares a protocol. Every slot is there in every one, so all of them have one hidden class: the stack goes from each
 * protocol to any other, and would look for its methods among forty shapes otherwise.
 */
export function protocol<P>(of: Protocol<P>): Protocol<P> {
  /* oxlint-disable typescript/unbound-method -- a description's methods have no use for `this` */
  const made: { -readonly [K in keyof Required<Protocol<P>>]: Protocol<P>[K] | undefined } = {
    name: of.name,
    label: of.label,
    short: of.short,
    over: of.over,
    fields: of.fields,
    defaults: of.defaults,
    selects: of.selects,
    yields: of.yields,
    encloses: of.encloses,
    walk: of.walk,
    size: of.size,
    write: of.write,
    claims: of.claims,
    title: of.title,
    info: of.info,
    infoWhenStopped: of.infoWhenStopped,
    titleWhenStopped: of.titleWhenStopped,
    column: of.column,
    endpoints: of.endpoints,
    pseudoHeader: of.pseudoHeader,
    isQuiet: of.isQuiet,
    trail: of.trail,
    // Made when they are first called: most programs encode few of the many protocols.
    merge: (under, over) => {
      made.merge = mergeOf(of.defaults)
      return made.merge(under, over)
    },
    choose:
      of.selects &&
      ((under, value) => {
        made.choose = changeOf(of.defaults, of.selects!.fact)
        return made.choose(under, value)
      }),
  }
  /* oxlint-enable typescript/unbound-method */
  // To whoever asks, what is undefined is left out.
  return made as Protocol<P>
}
