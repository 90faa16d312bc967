/**
 * Datagrams from fragments, RFC 791 §3.2 and RFC 8200 §4.5, as tshark puts them together: what a fragment carries is
 * shown with the frame that completes the datagram. Bounded in memory and in age, whatever the capture holds.
 */
import { type Continuation, type PacketCursor, promisedBehind, type ReassembledFields } from '@dmvpn/protocols'
import type { Ledger } from './ledger.ts'

/** One fragment, as its header describes it. */
export interface Fragment {
  /** What all fragments of one datagram have in common, as text. */
  readonly datagram: string
  /** Octets from the start of the datagram's payload. */
  readonly offset: number
  readonly more: boolean
  /** Who reads the datagram once it is whole. */
  readonly table: string
  readonly key: number
  readonly title: string
  readonly fields: ReassembledFields
  /** Whether it is read where it is the first and cut short. */
  readonly readsCut: boolean
}

export interface ReassemblyLimits {
  /** Octets held in all. */
  readonly octets: number
  /** Incomplete datagrams held. */
  readonly datagrams: number
  /** Nanoseconds from the first fragment: RFC 8200 §4.5 gives a minute. */
  readonly age: number
}

const usualLimits: ReassemblyLimits = { octets: 32 * 1024 * 1024, datagrams: 8192, age: 60e9 }

/** The longest payload the length fields of IPv4 and IPv6 allow. */
const longestDatagram = 65535

interface Piece {
  readonly from: number
  readonly frame: number
  readonly bytes: Uint8Array
  /** Which fragment of the capture this is. */
  readonly ordinal: number
}

interface Incomplete {
  readonly pieces: Piece[]
  readonly begun: number
  octets: number
  /** Where the datagram ends, once its last fragment was seen. */
  end: number | undefined
  multipleTails: boolean
}

/** A datagram of which all octets are there. */
interface Whole {
  readonly datagram: Incomplete
  readonly end: number
}

/** What came of a fragment: which of the capture's it is, and the datagram where it completes one. */
interface Finding {
  readonly ordinal: number
  readonly whole: Whole | undefined
}

export class Reassembly {
  private readonly limits: ReassemblyLimits
  /** In the order in which their first fragments came. */
  private readonly incomplete = new Map<string, Incomplete>()
  private held = 0
  /** What came of the present frame's fragments, in order, for whoever walks the frame again. */
  private readonly findings: Finding[] = []
  private frame = 0
  private at = 0
  private fragments = 0
  /** By fragment, the frame that completes its datagram: written in a first pass over a capture, read in the second. */
  private readonly kept: Ledger | undefined
  private readonly known: Ledger | undefined

  constructor(limits: Partial<ReassemblyLimits> = {}, kept?: Ledger, known?: Ledger) {
    this.limits = { ...usualLimits, ...limits }
    this.kept = kept
    this.known = known
  }

  /** Octets held at present. */
  get octets(): number {
    return this.held
  }

  /**
   * Adds what is left in the cursor's region; the whole datagram where this completes it. A fragment that is cut short
   * is not added: IPv4's first one is then read as far as it goes. `now` counts nanoseconds from the capture's beginning.
   */
  add(c: PacketCursor, fragment: Fragment, frame: number, now: number): Continuation | undefined {
    if (frame !== this.frame) {
      this.findings.length = 0
      this.frame = frame
      this.at = 0
    }
    if (this.at === this.findings.length) {
      const ordinal = this.fragments++
      this.findings.push({ ordinal, whole: this.take(c, fragment, ordinal, now) })
    }
    const { ordinal, whole } = this.findings[this.at++]!
    if (whole !== undefined) return completed(c, fragment, whole.datagram, whole.end)
    if (isCut(c)) {
      if (fragment.readsCut) readFirst(c, fragment)
      return undefined
    }
    const completedIn = this.known?.at(ordinal) ?? 0
    if (completedIn > 0) c.show(fragment.fields.reassembledIn, completedIn)
    return undefined
  }

  /** The present frame is walked again: its fragments are not new. */
  repeat(): void {
    this.at = 0
  }

  private take(c: PacketCursor, fragment: Fragment, ordinal: number, now: number): Whole | undefined {
    if (isCut(c)) return undefined
    const { frame, kept } = this
    const from = fragment.offset
    const { left } = c
    if (left === 0 || from + left > longestDatagram) return undefined
    this.forget(now)
    let datagram = this.incomplete.get(fragment.datagram)
    if (datagram === undefined) {
      datagram = { pieces: [], begun: now, octets: 0, end: undefined, multipleTails: false }
      this.incomplete.set(fragment.datagram, datagram)
    }
    datagram.pieces.push({ from, frame, bytes: c.bytes.slice(c.at, c.end), ordinal })
    datagram.octets += left
    this.held += left
    if (!fragment.more) {
      if (datagram.end !== undefined && datagram.end !== from + left) datagram.multipleTails = true
      datagram.end ??= from + left
    }
    if (datagram.end === undefined || !covers(datagram.pieces, datagram.end)) return undefined
    this.drop(fragment.datagram, datagram)
    if (kept !== undefined) for (const piece of datagram.pieces) kept.write(piece.ordinal, frame)
    return { datagram, end: datagram.end }
  }

  private drop(name: string, datagram: Incomplete): void {
    this.incomplete.delete(name)
    this.held -= datagram.octets
  }

  /** Lets go of what is too old, and of the oldest where there is too much. */
  private forget(now: number): void {
    for (const [name, datagram] of this.incomplete) {
      const tooMuch = this.held > this.limits.octets || this.incomplete.size >= this.limits.datagrams
      if (!tooMuch && Math.abs(now - datagram.begun) <= this.limits.age) return
      this.drop(name, datagram)
    }
  }
}

/** Whether there is less of a fragment than its packet's length says. */
function isCut(c: PacketCursor): boolean {
  return (promisedBehind(c) ?? 0) > 0
}

/** A first fragment that will not be put together with others is read in the frame, as far as it goes. */
export function readFirst(c: PacketCursor, fragment: Fragment): void {
  if (fragment.offset === 0) c.readOn()
}

/** Whether the pieces reach from 0 to `end` without a gap. */
function covers(pieces: readonly Piece[], end: number): boolean {
  let reached = 0
  for (const { from, bytes } of sorted(pieces)) {
    if (from > reached) return false
    reached = Math.max(reached, from + bytes.length)
  }
  return reached >= end
}

function sorted(pieces: readonly Piece[]): Piece[] {
  return pieces.toSorted((a, b) => a.from - b.from)
}

/** The datagram's octets, the earlier fragment winning where two overlap, and its subtree for a witness. */
function completed(c: PacketCursor, fragment: Fragment, datagram: Incomplete, end: number): Continuation {
  const bytes = new Uint8Array(end)
  const filled = new Uint8Array(end)
  const { fields } = fragment
  const marks = datagram.pieces.map(piece => place(piece, bytes, filled))
  if (c.witness !== undefined) {
    const list = datagram.pieces.map(({ frame, bytes: part }) => `#${frame}(${part.length})`).join(', ')
    const { at } = c
    c.openField(fields.fragments, bytes)
    for (const [index, { frame }] of datagram.pieces.entries()) {
      c.show(fields.fragment, frame, at)
      const mark = marks[index]!
      if (!mark.overlap && !mark.tooLong) continue
      c.below()
      if (mark.overlap) c.show(fields.overlap, true, at)
      if (mark.conflict) c.show(fields.conflict, true, at)
      if (mark.tooLong) c.show(fields.tooLong, true, at)
      c.close()
    }
    if (marks.some(mark => mark.overlap)) c.show(fields.overlap, true, at)
    if (marks.some(mark => mark.conflict)) c.show(fields.conflict, true, at)
    if (datagram.multipleTails) c.show(fields.multipleTails, true, at)
    if (marks.some(mark => mark.tooLong)) c.show(fields.tooLong, true, at)
    c.show(fields.count, datagram.pieces.length, at)
    c.show(fields.length, end, at)
    c.show(fields.data, bytes, at)
    c.close(`${datagram.pieces.length} ${fields.fragments.label} (${end} bytes): ${list}`)
  }
  return { title: fragment.title, bytes, table: fragment.table, key: fragment.key }
}

interface Mark {
  readonly overlap: boolean
  readonly conflict: boolean
  readonly tooLong: boolean
}

function place({ from, bytes: part }: Piece, bytes: Uint8Array, filled: Uint8Array): Mark {
  let overlap = false
  let conflict = false
  const length = Math.min(part.length, bytes.length - from)
  for (let i = 0; i < length; i++) {
    if (filled[from + i] === 1) {
      overlap = true
      if (bytes[from + i] !== part[i]) conflict = true
      continue
    }
    bytes[from + i] = part[i]!
    filled[from + i] = 1
  }
  return { overlap, conflict, tooLong: length < part.length }
}
