/**
 * The dissector's witness: a frame's tree as parallel arrays, reused over frames. A row of a layout costs a few integer
 * stores; names, values and titles are asked of the layout only when somebody prints them.
 *
 * Nodes are numbers; those of rows have no value of their own. Node 0 is the root; its children are the layers. Siblings form linked lists, because what stands
 * behind a payload is shown in a layer that ended long before.
 */
import type { Fault, Field, Outline, Row, Titled, Value, Witness } from '@dmvpn/wire'
import { hiddenMalformed, isMalformed } from './expert.ts'
import { type Plan, planOf } from './layout-plan.ts'
import type { Moment } from './moment.ts'

/** What a node is, and what `about` holds for it. */
export const nodeKind = {
  /** A protocol layer: `about` is the protocol, `value` the packet, undefined where a fault ended it. */
  layer: 0,
  /** A row of a layout: `about` is the row, `base` where the layout starts. */
  row: 1,
  /** A named value: `about` is the field. */
  value: 2,
  /** A subtree without a field: `about` is its title, `value` whether it was opened in brackets: what is computed. */
  subtree: 3,
  /** A named value that covers what is below it. */
  container: 4,
  /** Something odd: `about` is the note's field, `value` its text. */
  note: 5,
  /** Why the walk stopped: `value` is the fault. */
  fault: 6,
} as const

export const noNode = 0

/** The octets nodes count in. */
export interface TreeSource {
  readonly title: string
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Where the source begins in `bytes`, and where it ends. */
  readonly start: number
  readonly end: number
}

export class TreeWitness implements Witness {
  count = 1
  kind: Uint8Array = new Uint8Array(0)
  source: Uint8Array = new Uint8Array(0)
  /** Where a node begins in its source's buffer; for a row, where its layout begins. */
  base: Int32Array = new Int32Array(0)
  length: Int32Array = new Int32Array(0)
  parent: Int32Array = new Int32Array(0)
  first: Int32Array = new Int32Array(0)
  /** The last child; nothing counts where there is no first. */
  last: Int32Array = new Int32Array(0)
  next: Int32Array = new Int32Array(0)
  readonly about: unknown[] = []
  readonly values: unknown[] = []
  /** What was added, in order: a node, or, as its complement, the first of the rows of a whole layout. */
  additions: Int32Array = new Int32Array(0)
  added = 0
  readonly sources: TreeSource[] = []
  /** Protocol names in the order they appeared, quoted packets included: tshark's `frame.protocols`. */
  readonly protocols: string[] = []
  fault: Fault | undefined = undefined
  /** Whether the capture kept fewer octets of the frame than were on the wire. */
  cut = false

  private capacity = 0
  private readonly stack: number[] = [0]
  private depth = 0
  private readonly layers: number[] = []
  private layerCount = 0
  private quotes = 0
  private shown = 0
  private current = 0

  constructor() {
    this.grow(256)
  }

  /** Forgets the last frame; the next one lies in `[start, end)` of the buffer. */
  reset(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    this.count = 1
    this.added = 0
    this.first[0] = noNode
    this.last[0] = noNode
    this.depth = 0
    this.layerCount = 0
    this.protocols.length = 0
    const source = { title: 'Frame', bytes, view, start, end }
    if (this.sources.length === 1) this.sources[0] = source
    else this.sources.splice(0, this.sources.length, source)
    this.current = 0
    this.quotes = 0
    this.shown = 0
    this.fault = undefined
  }

  wants(): boolean {
    return true
  }

  beginLayer(protocol: Titled, at: number): void {
    const node = this.appendTo(this.aboveLayer(protocol), nodeKind.layer, protocol, at, 0, undefined)
    if (this.quotes === 0) this.layers[this.layerCount++] = node
    listLayer(this.protocols, protocol.name, this.quotes > 0)
    this.push(node)
  }

  endLayer(protocol: Titled, packet: unknown, body: number, end: number): void {
    const node = this.endSubtrees(body)
    this.values[node] = packet
    const begin = this.base[node]!
    this.length[node] = (packet === undefined ? end : body) - begin
    const above = this.parent[node]!
    if (above !== 0 && this.kind[above] === nodeKind.layer) {
      this.length[above] = Math.max(this.length[above]!, begin + this.length[node]! - this.base[above]!)
    }
    if (packet !== undefined && carriesEtherType(protocol, packet)) this.protocols.push('ethertype')
  }

  reopenLayer(index: number): void {
    const node = this.layers[index]!
    this.current = this.source[node]!
    this.push(node)
  }

  /** A layer that no protocol of the stack walks: `frame` itself, Wireshark's `raw`. Ended by `close`. */
  beginPseudoLayer(protocol: Titled, packet: unknown, at: number, length: number): void {
    const node = this.append(nodeKind.layer, protocol, at, length, packet)
    this.push(node)
  }

  beginSource(title: string, bytes: Uint8Array, view: DataView): void {
    this.current = this.sources.length
    this.sources.push({ title, bytes, view, start: 0, end: bytes.length })
  }

  rows(layout: Outline, at: number, available: number): void {
    const plan = planOf(layout)
    if (available < layout.size) this.addCut(plan, at, 8 * available)
    else this.addPlan(plan, at)
  }

  value(field: Field, at: number, length: number, value: Value | Moment): void {
    const node = this.append(nodeKind.value, field, at, length, value)
    this.shown = node
    if (field.generated) this.putBeside(node, judgedBy(field))
  }

  below(): void {
    this.push(this.shown)
  }

  open(title: string, at: number): void {
    const computed = title.startsWith('[')
    const about = computed ? title.slice(1, -1) : title
    this.push(this.append(nodeKind.subtree, about, at, 0, computed ? true : undefined))
  }

  openField(field: Field, at: number, value: Value): void {
    this.push(this.append(nodeKind.container, field, at, 0, value))
  }

  close(at: number, title?: string): void {
    const node = this.pop()
    const kind = this.kind[node]!
    if (kind === nodeKind.subtree || kind === nodeKind.container) this.length[node] = at - this.base[node]!
    if (title !== undefined && kind === nodeKind.subtree) this.about[node] = title
    this.shown = node
  }

  /** A note is shown below what begins where it points, if the present subtree has such a thing, else in the subtree. */
  note(field: Field, at: number, length: number, text: string): void {
    let below = this.stack[this.depth]!
    for (let node = this.first[below]!; node !== noNode; node = this.next[node]!) {
      const kind = this.kind[node]!
      if (kind !== nodeKind.row && kind !== nodeKind.value && kind !== nodeKind.container) continue
      const { bit = 0, hidden } = this.about[node] as Partial<Row> & Field
      if (this.base[node]! + (bit >>> 3) !== at || hidden) continue
      below = node
      break
    }
    this.appendTo(below, nodeKind.note, field, at, length, text)
    if (isMalformed(field)) this.appendTo(below, nodeKind.value, hiddenMalformed, at, 0, hiddenMalformed.label)
  }

  beginQuote(): void {
    this.quotes++
  }

  endQuote(): void {
    this.quotes--
  }

  stopped(fault: Fault): void {
    this.fault = fault
    const at = this.sources[this.current]!.start + fault.at
    this.appendTo(0, nodeKind.fault, undefined, at, 0, fault)
  }

  /** The node of layer number `index` of the frame; quoted layers do not count. */
  layerNode(index: number): number | undefined {
    return index < this.layerCount ? this.layers[index] : undefined
  }

  /** Replaces the value of a node: what is known only after the walk, such as the protocols of a frame. */
  settle(node: number, value: Value): void {
    this.values[node] = value
  }

  /** A status stands directly behind what it judges, `ip.checksum.status` behind `ip.checksum`, whenever it was computed. */
  private putBeside(node: number, judged: string): void {
    if (judged === '') return
    const parent = this.parent[node]!
    let judgedNode = noNode
    let before = noNode
    for (let each = this.first[parent]!; each !== node; each = this.next[each]!) {
      if (this.kind[each] === nodeKind.row && (this.about[each] as Row).name === judged) judgedNode = each
      before = each
    }
    if (judgedNode === noNode || judgedNode === before) return
    this.next[before] = noNode
    this.last[parent] = before
    this.next[node] = this.next[judgedNode]!
    this.next[judgedNode] = node
  }

  /** Where the next layer is shown: beside the others, or inside the last one where that encloses what it carries. */
  private aboveLayer({ name }: Titled): number {
    const beside = this.stack[this.depth]!
    const before = this.first[beside] === noNode ? noNode : this.last[beside]!
    const outer = this.kind[before] === nodeKind.layer ? (this.about[before] as Titled | undefined) : undefined
    if (outer === undefined || this.source[before] !== this.current) return beside
    return outer.encloses === true || isCiphertext(outer.name, name) ? before : beside
  }

  private append(kind: number, about: unknown, at: number, length: number, value: unknown): number {
    return this.appendTo(this.stack[this.depth]!, kind, about, at, length, value)
  }

  private appendTo(parent: number, kind: number, about: unknown, at: number, length: number, value: unknown): number {
    const node = this.count++
    if (node >= this.capacity) this.grow(node + 1)
    this.kind[node] = kind
    this.source[node] = this.current
    this.base[node] = at
    this.length[node] = length
    this.parent[node] = parent
    this.first[node] = noNode
    this.last[node] = noNode
    this.next[node] = noNode
    this.about[node] = about
    this.values[node] = value
    this.additions[this.added++] = node
    this.link(parent, node, node)
    return node
  }

  /** Puts a chain of siblings behind the last child of `parent`. */
  private link(parent: number, from: number, to: number): void {
    if (this.first[parent] === noNode) this.first[parent] = from
    else this.next[this.last[parent]!] = from
    this.last[parent] = to
  }

  private addPlan(plan: Plan, at: number): void {
    const base = this.count
    const { size } = plan
    this.count = base + size
    if (this.count > this.capacity) this.grow(this.count)
    if (size === 0) return
    const { kind, source, base: bases, length, parent, first, last, next, about, current } = this
    const above = this.stack[this.depth]!
    this.additions[this.added++] = ~base
    const { rows, octets } = plan
    for (let i = 0; i < size; i++) {
      const node = base + i
      kind[node] = nodeKind.row
      source[node] = current
      bases[node] = at
      length[node] = octets[i]!
      parent[node] = above
      first[node] = noNode
      next[node] = node + 1
      about[node] = rows[i]
    }
    // Most rows are followed by their sibling and have nothing below them; these are the others.
    const { exceptions } = plan
    for (let i = 0; i < exceptions.length; i++) {
      const row = exceptions[i]!
      const node = base + row
      if (plan.parent[row]! >= 0) parent[node] = base + plan.parent[row]!
      if (plan.first[row]! >= 0) {
        first[node] = base + plan.first[row]!
        last[node] = base + plan.last[row]!
      }
      next[node] = plan.next[row]! < 0 ? noNode : base + plan.next[row]!
    }
    this.link(above, base, base + plan.lastTop)
    this.shown = base + plan.lastShown
  }

  /** The rows that fit into `bits` of a layout that was cut. */
  private addCut(plan: Plan, at: number, bits: number): void {
    const placed: number[] = []
    for (let i = 0; i < plan.size; i++) {
      const row = plan.rows[i]!
      const above = plan.parent[i]!
      const parent = above < 0 ? this.stack[this.depth]! : (placed[above] ?? noNode)
      if (row.bit + row.width > bits || (above >= 0 && parent === noNode)) continue
      placed[i] = this.appendTo(parent, nodeKind.row, row, at, plan.octets[i]!, undefined)
      if (above < 0 && !row.hidden) this.shown = placed[i]!
    }
  }

  private push(node: number): void {
    this.stack[++this.depth] = node
  }

  private pop(): number {
    return this.depth === 0 ? 0 : this.stack[this.depth--]!
  }

  /** Ends the present layer, and the subtrees that a walk which stopped left open in it. */
  private endSubtrees(at: number): number {
    let node = this.pop()
    while (this.kind[node] !== nodeKind.layer) {
      if (this.kind[node] !== nodeKind.row) this.length[node] = Math.max(this.length[node]!, at - this.base[node]!)
      node = this.pop()
    }
    return node
  }

  private grow(least: number): void {
    this.capacity = Math.max(2 * this.capacity, least, 256)
    this.kind = copied(new Uint8Array(this.capacity), this.kind)
    this.source = copied(new Uint8Array(this.capacity), this.source)
    this.base = copied(new Int32Array(this.capacity), this.base)
    this.length = copied(new Int32Array(this.capacity), this.length)
    this.parent = copied(new Int32Array(this.capacity), this.parent)
    this.first = copied(new Int32Array(this.capacity), this.first)
    this.last = copied(new Int32Array(this.capacity), this.last)
    this.next = copied(new Int32Array(this.capacity), this.next)
    this.additions = copied(new Int32Array(this.capacity), this.additions)
    while (this.about.length < this.capacity) {
      this.about.push(undefined)
      this.values.push(undefined)
    }
  }
}

const judgements = new WeakMap<Field, string>()

/** What a status judges: the name of the row that it stands beside; empty for fields that are none. */
function judgedBy(field: Field): string {
  let judged = judgements.get(field)
  if (judged === undefined) {
    judged = field.name.endsWith('.status') ? field.name.slice(0, -7) : ''
    judgements.set(field, judged)
  }
  return judged
}

function copied<A extends Uint8Array | Int32Array>(to: A, from: A): A {
  to.set(from)
  return to
}

/** Enters a layer in `frame.protocols`: Wireshark counts what is quoted, but no packet of the protocol that quotes it. */
export function listLayer(protocols: string[], name: string, quoted: boolean): void {
  const before = protocols.at(-1)
  if (isCiphertext(before, name) || (quoted && before === name)) return
  protocols.push(name)
}

/** Whether a layer is what ESP carries while nobody can read it: Wireshark leaves that to ESP itself. */
export function isCiphertext(before: string | undefined, name: string): boolean {
  return name === 'data' && before === 'esp'
}

/** Whether Wireshark's Ethertype dissector stands between this layer and the next: it counts in `frame.protocols`. */
export function carriesEtherType(protocol: Titled, packet: unknown): boolean {
  const { selects } = protocol as { readonly selects?: { readonly table: string; readonly fact: string } }
  if (selects === undefined || selects.table !== 'ethertype') return false
  return (packet as Readonly<Record<string, unknown>>)[selects.fact] !== undefined
}
