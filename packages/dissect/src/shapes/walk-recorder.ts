/**
 * Takes down a walk so that it can be shown again of other frames of the same shape: a witness and a session that do
 * nothing else. Of what it cannot tell how it came about it says that it is odd.
 */
import type { AnyProtocol, Continuation, Layer, PacketCursor, Session } from '@dmvpn/protocols'
import type { Field, Outline, Titled, Value, Witness } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import { TreeWitness } from '../tree-witness.ts'
import { readerOf } from './value-reader.ts'
import type { EntryBlock, OwnLine, OwnValue, Told, WalkPart } from './walk-part.ts'

/**
 * Computed values that are the same in all frames of a shape: what a checksum is worth that is right or that nobody
 * verifies (`Protocol.isQuiet` tells of the others), and how long something is.
 */
const settledNames: ReadonlySet<string> = new Set([
  'ip.checksum.status',
  'nhrp.hdr.chksum.status',
  'icmp.checksum.status',
  'udp.checksum.status',
  'data.len',
])
const bad = 0

/** The part that is being taken down: where its entries begin in the witness. */
interface Draft {
  readonly from: number
  readonly values: OwnValue[]
  readonly lines: OwnLine[]
  told: Told | undefined
}

export class WalkRecorder implements Witness, Session {
  /** Whether something was shown that other frames of the shape need not have, or not so. */
  odd = false
  private readonly witness = new TreeWitness()
  private readonly drafts: Draft[] = [{ from: 0, values: [], lines: [], told: undefined }]
  private readonly fixed: boolean[] = []
  /** Whether all bits count of so many octets: then they are the same in all frames of the shape. */
  private readonly isSteering: (at: number, length: number) => boolean
  private readonly view: DataView
  private readonly start: number
  /** The numbers of the layers that have not ended. */
  private readonly layers: number[] = []
  private begun = 0

  constructor({ buffer, view, start, end }: FrameRecord, isSteering: (at: number, length: number) => boolean) {
    this.view = view
    this.start = start
    this.isSteering = isSteering
    this.witness.reset(buffer, view, start, end)
  }

  /** What was taken down; of layers with a `fixed` line the packet is kept, it is the line of all. */
  parts(isFixedLine: (layer: number) => boolean): readonly WalkPart[] {
    const { drafts, witness } = this
    return drafts.map(({ from, values, lines, told }, i) => ({
      block: this.blockOf(
        from,
        drafts[i + 1]?.from ?? witness.count,
        lines.filter(({ layer }) => isFixedLine(layer)),
      ),
      values,
      lines: lines.filter(({ layer }) => !isFixedLine(layer)),
      told,
    }))
  }

  wants(): boolean {
    return true
  }

  beginLayer(protocol: Titled, at: number): void {
    const layer = this.begun++
    this.layers.push(layer)
    this.draft.lines.push({ entry: this.next, layer })
    this.witness.beginLayer(protocol, at)
  }

  endLayer(protocol: Titled, packet: unknown, body: number, end: number): void {
    if (packet === undefined) this.odd = true
    this.layers.pop()
    this.witness.endLayer(protocol, packet, body, end)
  }

  rows(layout: Outline, at: number, available: number): void {
    this.witness.rows(layout, at, available)
  }

  value(field: Field, at: number, length: number, value: Value): void {
    if (this.isSettled(field, at, length, value)) this.fixed[this.witness.count] = true
    else this.own(at, length, value)
    this.witness.value(field, at, length, value)
  }

  openField(field: Field, at: number, value: Value): void {
    if (value instanceof Uint8Array) this.own(at, value.length, value)
    else this.odd = true
    this.witness.openField(field, at, value)
  }

  below(): void {
    this.witness.below()
  }

  open(title: string, at: number): void {
    this.witness.open(title, at)
  }

  close(at: number, title?: string): void {
    this.witness.close(at, title)
  }

  amid(c: PacketCursor, protocol: AnyProtocol, start: number): void {
    this.tell('amid', c, protocol, start - this.start)
  }

  watch(c: PacketCursor, layer: Layer): void {
    this.tell('watch', c, layer.protocol, layer.at)
  }

  follow(c: PacketCursor, layer: Layer): Continuation | undefined {
    this.tell('follow', c, layer.protocol, layer.at)
    return undefined
  }

  reopenLayer(): void {
    this.odd = true
  }

  beginSource(): void {
    this.odd = true
  }

  note(): void {
    this.odd = true
  }

  beginQuote(): void {
    this.odd = true
  }

  endQuote(): void {}

  stopped(): void {
    this.odd = true
  }

  private get draft(): Draft {
    return this.drafts.at(-1)!
  }

  /** The number that the next entry will have in its block. */
  private get next(): number {
    return this.witness.count - this.draft.from
  }

  private tell(kind: Told['kind'], c: PacketCursor, protocol: AnyProtocol, from: number): void {
    const { start, draft } = this
    draft.told = { kind, protocol, layer: this.layers.at(-1)!, from, at: c.at - start, end: c.end - start }
    this.drafts.push({ from: this.witness.count, values: [], lines: [], told: undefined })
  }

  /** The next entry's value is read from each frame, if it is clear how. */
  private own(at: number, length: number, value: Value): void {
    const isOctets = this.isTheOctets(at, length, value)
    const read = isOctets ? undefined : readerOf(this.view, at, length, value)
    if (!isOctets && read === undefined) this.odd = true
    this.draft.values.push({ entry: this.next, at: at - this.start, length, read })
  }

  /** What is computed may depend on anything; what is not, on its own octets and on those that steer. */
  private isSettled({ name, generated }: Field, at: number, length: number, value: Value): boolean {
    if (settledNames.has(name)) return value !== bad || !name.endsWith('.status')
    return !generated && length > 0 && this.isSteering(at - this.start, length) && !this.isTheOctets(at, length, value)
  }

  private isTheOctets(at: number, length: number, value: Value): boolean {
    if (!(value instanceof Uint8Array) || length === 0 || value.length !== length) return false
    return value.buffer === this.view.buffer && value.byteOffset === this.view.byteOffset + at
  }

  private blockOf(from: number, to: number, fixedLines: readonly OwnLine[]): EntryBlock {
    const { kind, at, length, about, values } = this.witness
    const fixed = Array.from({ length: to - from }, (_, i) => this.fixed[from + i] ?? false)
    for (const { entry } of fixedLines) fixed[entry] = true
    return {
      kind: Array.from(kind.subarray(from, to)),
      at: Array.from(at.subarray(from, to), each => each - this.start),
      length: Array.from(length.subarray(from, to)),
      about: about.slice(from, to),
      values: values.slice(from, to),
      fixed,
    }
  }
}
