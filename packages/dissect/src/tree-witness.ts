/**
 * The dissector's witness: what a walk shows of a frame, taken down in order as parallel arrays, reused over frames. The
 * tree is drawn from them when somebody looks at it; most frames are like one whose tree was drawn before, and what is
 * printed of them is read off these entries.
 */
import type { Fault, Field, Outline, Titled, Value, Witness } from '@dmvpn/wire'
import { entryKind } from './entry-kind.ts'
import { hiddenMalformed, isMalformed } from './expert.ts'
import { carriesEtherType, isCiphertext } from './layer-list.ts'
import type { Moment } from './moment.ts'
import { placeIn } from './note-place.ts'
import type { KnownWalk } from './shapes/known-walk.ts'
import type { EntryBlock } from './shapes/walk-part.ts'
import { TreeDrawing } from './tree-drawing.ts'
import type { TreeNodes } from './tree-nodes.ts'

/** The octets nodes count in. */
export interface TreeSource {
  readonly title: string
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Where the source begins in `bytes`, and where it ends. */
  readonly start: number
  readonly end: number
}

/** Stands where no entry is open, or rows, whose length nobody settles. */
const noEntry = -1

export class TreeWitness implements Witness {
  /** How many entries there are. */
  count = 0
  kind: Uint8Array = new Uint8Array(0)
  at: Int32Array = new Int32Array(0)
  length: Int32Array = new Int32Array(0)
  readonly about: unknown[] = []
  readonly values: unknown[] = []
  readonly sources: TreeSource[] = []
  fault: Fault | undefined = undefined
  /** Whether the capture kept fewer octets of the frame than were on the wire. */
  cut = false
  /** What the frame was shown by, where it was not walked: it tells what all frames of the shape have alike. */
  known: KnownWalk | undefined = undefined
  /** The blocks that were put down at once, how many, and where each begins among the entries. */
  readonly blocks: EntryBlock[] = []
  readonly blockBegins: number[] = []
  blockCount = 0

  private capacity = 0
  /** The entries that are open, from 1 on. */
  private readonly stack: number[] = [noEntry]
  private depth = 0
  private readonly layers: number[] = []
  private readonly layerSources: number[] = []
  private layerCount = 0
  private quotes = 0
  private shown = noEntry
  private current = 0
  private readonly drawing: TreeDrawing = new TreeDrawing(this)

  constructor() {
    this.grow()
  }

  /** Forgets the last frame; the next one lies in `[start, end)` of the buffer. */
  reset(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    this.count = 0
    this.depth = 0
    this.layerCount = 0
    const source = { title: 'Frame', bytes, view, start, end }
    if (this.sources.length === 1) this.sources[0] = source
    else this.sources.splice(0, this.sources.length, source)
    this.current = 0
    this.quotes = 0
    this.shown = noEntry
    this.fault = undefined
    this.known = undefined
    this.blockCount = 0
    this.drawing.clear()
  }

  /** Puts down what an earlier walk left of a frame of the same shape; `start` is where the present one begins. */
  append(block: EntryBlock, start: number): number {
    const { kind, at, length, about, values } = block
    const first = this.count
    const end = first + kind.length
    while (end > this.capacity) this.grow()
    for (let i = 0; i < kind.length; i++) {
      const entry = first + i
      this.kind[entry] = kind[i]!
      this.at[entry] = start + at[i]!
      this.length[entry] = length[i]!
      this.about[entry] = about[i]
      this.values[entry] = values[i]
    }
    this.count = end
    if (end > first) {
      this.blocks[this.blockCount] = block
      this.blockBegins[this.blockCount++] = first
    }
    return first
  }

  /** The block that an entry is of, and which of its entries it is. */
  blockPlace(entry: number): { readonly block: EntryBlock; readonly index: number } | undefined {
    for (let i = 0; i < this.blockCount; i++) {
      const block = this.blocks[i]!
      const index = entry - this.blockBegins[i]!
      if (index >= 0 && index < block.kind.length) return { block, index }
    }
    return undefined
  }

  /** The tree of what was shown so far; valid until the next frame. */
  get nodes(): TreeNodes {
    return this.drawing.finish()
  }

  wants(): boolean {
    return true
  }

  beginLayer(protocol: Titled, at: number): void {
    const kind = this.isEnclosed(protocol) ? entryKind.inside : entryKind.layer
    const entry = this.add(kind, protocol, at, 0, undefined)
    if (this.quotes === 0) {
      this.layerSources[this.layerCount] = this.current
      this.layers[this.layerCount++] = entry
    }
    this.stack[++this.depth] = entry
  }

  endLayer(protocol: Titled, packet: unknown, body: number, end: number): void {
    const entry = this.endSubtrees(body)
    const { at, length, values, kind } = this
    values[entry] = packet
    const begin = at[entry]!
    length[entry] = (packet === undefined ? end : body) - begin
    // What encloses it ended directly before it: `at` of that entry is where it had begun.
    if (kind[entry] === entryKind.inside) {
      const outer = at[entry - 1]!
      length[outer] = Math.max(length[outer]!, begin + length[entry]! - at[outer]!)
    }
    const carries = packet !== undefined && carriesEtherType(protocol, packet)
    this.add(entryKind.end, protocol, entry, carries ? 1 : 0, undefined)
  }

  reopenLayer(index: number): void {
    this.add(entryKind.reopen, undefined, 0, index, undefined)
    this.current = this.layerSources[index]!
    this.stack[++this.depth] = this.layers[index]!
  }

  /** A layer that no protocol of the stack walks: `frame` itself. Ended by `close`. */
  beginPseudoLayer(protocol: Titled, packet: unknown, at: number, length: number): void {
    this.stack[++this.depth] = this.add(entryKind.pseudo, protocol, at, length, packet)
  }

  beginSource(title: string, bytes: Uint8Array, view: DataView): void {
    this.current = this.sources.length
    this.sources.push({ title, bytes, view, start: 0, end: bytes.length })
    this.add(entryKind.source, undefined, 0, this.current, undefined)
  }

  rows(layout: Outline, at: number, available: number): void {
    if (layout.size === 0) return
    if (available < layout.size) this.add(entryKind.cut, layout, at, available, undefined)
    else this.add(entryKind.rows, layout, at, 0, undefined)
    this.shown = noEntry
  }

  value(field: Field, at: number, length: number, value: Value | Moment): void {
    this.shown = this.add(entryKind.value, field, at, length, value)
  }

  below(): void {
    this.add(entryKind.below, undefined, 0, 0, undefined)
    this.stack[++this.depth] = this.shown
  }

  open(title: string, at: number): void {
    const computed = title.startsWith('[')
    const entry = computed
      ? this.add(entryKind.computed, title.slice(1, -1), at, 0, undefined)
      : this.add(entryKind.subtree, title, at, 0, undefined)
    this.stack[++this.depth] = entry
  }

  openField(field: Field, at: number, value: Value): void {
    this.stack[++this.depth] = this.add(entryKind.container, field, at, 0, value)
  }

  close(at: number, title?: string): void {
    const entry = this.pop()
    this.add(entryKind.close, undefined, 0, 0, undefined)
    this.shown = entry
    if (entry === noEntry) return
    const kind = this.kind[entry]!
    const isTitled = kind === entryKind.subtree || kind === entryKind.computed
    if (isTitled || kind === entryKind.container) this.length[entry] = at - this.at[entry]!
    if (isTitled && title !== undefined) this.about[entry] = title
  }

  /** A note is shown below what begins where it points. */
  note(field: Field, at: number, length: number, text: string): void {
    const open = this.stack[this.depth]!
    const below = (open === noEntry ? undefined : placeIn(this, open, at)) ?? this.drawing.placeAt(at)
    this.add(entryKind.place, undefined, 0, below, undefined)
    this.add(entryKind.note, field, at, length, text)
    if (!isMalformed(field)) return
    this.add(entryKind.place, undefined, 0, below, undefined)
    this.add(entryKind.value, hiddenMalformed, at, 0, hiddenMalformed.label)
  }

  beginQuote(): void {
    this.quotes++
    this.add(entryKind.quote, undefined, 0, 0, undefined)
  }

  endQuote(): void {
    this.quotes--
    this.add(entryKind.endQuote, undefined, 0, 0, undefined)
  }

  stopped(fault: Fault): void {
    this.fault = fault
    const at = this.sources[this.current]!.start + fault.at
    this.add(entryKind.fault, undefined, at, 0, fault)
  }

  /** Whether a layer that begins now is shown inside of the one that ended just before. */
  private isEnclosed({ name }: Titled): boolean {
    const before = this.count - 1
    if (before < 0 || this.kind[before] !== entryKind.end) return false
    const outer = this.about[before] as Titled
    return outer.encloses === true || isCiphertext(outer.name, name)
  }

  private add(kind: number, about: unknown, at: number, length: number, value: unknown): number {
    const entry = this.count++
    if (entry >= this.capacity) this.grow()
    this.kind[entry] = kind
    this.at[entry] = at
    this.length[entry] = length
    this.about[entry] = about
    this.values[entry] = value
    return entry
  }

  private pop(): number {
    return this.depth === 0 ? noEntry : this.stack[this.depth--]!
  }

  /** Ends the present layer, and the subtrees that a walk which stopped left open in it. */
  private endSubtrees(at: number): number {
    const { kind, length } = this
    let entry = this.pop()
    while (this.depth > 0 && (entry === noEntry || kind[entry]! > entryKind.inside)) {
      if (entry !== noEntry) length[entry] = Math.max(length[entry]!, at - this.at[entry]!)
      entry = this.pop()
    }
    return entry
  }

  private grow(): void {
    this.capacity = Math.max(2 * this.capacity, 256)
    this.kind = copied(new Uint8Array(this.capacity), this.kind)
    this.at = copied(new Int32Array(this.capacity), this.at)
    this.length = copied(new Int32Array(this.capacity), this.length)
    while (this.about.length < this.capacity) {
      this.about.push(undefined)
      this.values.push(undefined)
    }
  }
}

function copied<A extends Uint8Array | Int32Array>(to: A, from: A): A {
  to.set(from)
  return to
}
