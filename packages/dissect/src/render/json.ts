/**
 * tshark's `-T json --no-duplicate-keys`: values as strings, a `<name>_tree` beside every value with something below it,
 * text-only subtrees under their titles, siblings of one name as an array.
 */
import type { Fault, Field, Sink } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import {
  expertGroup,
  expertItem,
  expertMessage,
  expertSeverity,
  faultField,
  faultMessage,
  groupOf,
  isCutShort,
  malformedNote,
  malformedReason,
  severityOf,
} from '../expert.ts'
import { literal } from '../literal.ts'
import { valueOf } from '../node-facts.ts'
import { dayOf } from '../time-text.ts'
import { titleOf } from '../tree.ts'
import { nodeKind, noNode, type TreeWitness } from '../tree-witness.ts'
import { writeValue } from '../value-text.ts'
import { type About, type JsonItem, JsonItems, type JsonKey } from './json-key.ts'
import { writeJsonText } from './json-text.ts'

const quote = 0x22
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

const head: Uint8Array = literal('\n  {\n    "_index": "packets-')
const neck: Uint8Array = literal('",\n    "_type": "doc",\n    "_score": null,\n    "_source": {\n      "layers": ')
const foot: Uint8Array = literal('\n    }\n  }')

/** Writes frames as one JSON array: `begin`, `frame` for each, `end`. */
export class JsonExport {
  private readonly secrets: boolean
  private readonly known: JsonItems
  private first = true
  /** The children of the nodes being written, level by level: reused, so that nothing is allocated. */
  private readonly nodes: number[] = []
  private readonly items: JsonItem[] = []
  /** The next sibling of the same name, or -1, and whether this one is the first of them. */
  private readonly same: number[] = []
  private readonly heads: boolean[] = []
  private used = 0

  constructor(options: { readonly secrets?: boolean } = {}) {
    this.secrets = options.secrets ?? false
    this.known = new JsonItems(this.secrets)
  }

  begin(s: Sink): void {
    this.first = true
    s.byte(openBracket)
  }

  frame(s: Sink, dissection: Dissection): void {
    if (!this.first) s.byte(comma)
    this.first = false
    s.raw(head).text(dayOf(dissection.record.seconds)).raw(neck)
    this.object(s, dissection.witness, noNode, 3)
    s.raw(foot)
  }

  end(s: Sink): void {
    s.text('\n]\n')
  }

  /** One frame's layers alone, as an object. */
  layers(s: Sink, dissection: Dissection): void {
    this.object(s, dissection.witness, noNode, 0)
  }

  /** The children of a node as an object; those of one name stand together where the first of them stands. */
  private object(s: Sink, witness: TreeWitness, parent: number, depth: number): void {
    const from = this.used
    const to = this.gather(witness, parent, from)
    this.used = to
    s.byte(openBrace)
    let first = true
    for (let i = from; i < to; i++) {
      if (this.heads[i] !== true) continue
      if (!first) s.byte(comma)
      first = false
      if (this.same[i] === alone) this.member(s, witness, this.nodes[i]!, this.items[i]!, depth + 1)
      else this.members(s, witness, i, depth + 1)
    }
    this.used = from
    line(s, depth)
    s.byte(closeBrace)
  }

  /** Lists the children from `from` on and chains those of one name. */
  private gather(witness: TreeWitness, parent: number, from: number): number {
    let to = from
    for (let node = witness.first[parent]!; node !== noNode; node = witness.next[node]!) {
      const about = witness.kind[node] === nodeKind.note ? expertItem : (witness.about[node] ?? faultField(witness))
      const item = this.known.of(about as About)
      const { key } = item
      this.nodes[to] = node
      this.items[to] = item
      this.same[to] = alone
      // A key remembers its last place; it is one of these children only if that place still holds it.
      const last = key.place
      if (last >= from && last < to && this.items[last]!.key === key) {
        this.same[last] = to
        this.heads[to] = false
      } else this.heads[to] = true
      key.place = to
      to++
    }
    return to
  }

  /** A child whose name no sibling has. */
  private member(s: Sink, witness: TreeWitness, node: number, { key, write }: JsonItem, depth: number): void {
    const kind = witness.kind[node]!
    const below = witness.first[node] !== noNode
    if (write !== undefined) {
      s.raw(key.own(depth)).byte(quote)
      write(s, witness.sources[witness.source[node]!]!.view, witness.base[node]!)
      s.byte(quote)
      if (!below) return
      s.byte(comma).raw(key.tree(depth))
      this.object(s, witness, node, depth)
      return
    }
    if (kind === nodeKind.note) {
      s.raw(key.own(depth))
      this.note(s, witness, node, depth)
      return
    }
    if (!below || hasValue(kind)) {
      s.raw(key.own(depth))
      this.value(s, witness, node)
      if (!below) return
      s.byte(comma).raw(key.tree(depth))
    } else s.raw(key.own(depth))
    this.object(s, witness, node, depth)
  }

  /** Children of one name: the values, then what is below them, as arrays. */
  private members(s: Sink, witness: TreeWitness, at: number, depth: number): void {
    const group: number[] = []
    const { key } = this.items[at]!
    for (let i = at; i >= 0; ) {
      group.push(this.nodes[i]!)
      i = this.same[i]!
    }
    const isTree = (node: number): boolean => witness.first[node] !== noNode || witness.kind[node] === nodeKind.note
    const isValue = (node: number): boolean => !isTree(node) || hasValue(witness.kind[node]!)
    const values = group.filter(isValue)
    const trees = group.filter(isTree)
    if (values.length > 0) {
      s.raw(key.own(depth))
      this.list(s, values, depth, node => this.value(s, witness, node))
      if (trees.length > 0) s.byte(comma)
    }
    if (trees.length === 0) return
    s.raw(values.length > 0 ? key.tree(depth) : key.own(depth))
    const inner = trees.length > 1 ? depth + 1 : depth
    this.list(s, trees, depth, node => {
      if (witness.kind[node] === nodeKind.note) this.note(s, witness, node, inner)
      else this.object(s, witness, node, inner)
    })
  }

  private list(s: Sink, nodes: readonly number[], depth: number, write: (node: number) => void): void {
    if (nodes.length === 1) {
      write(nodes[0]!)
      return
    }
    s.byte(openBracket)
    for (const [index, node] of nodes.entries()) {
      if (index > 0) s.byte(comma)
      line(s, depth + 1)
      write(node)
    }
    line(s, depth)
    s.byte(closeBracket)
  }

  private value(s: Sink, witness: TreeWitness, node: number): void {
    const kind = witness.kind[node]!
    if (kind === nodeKind.fault && !isCutShort(witness.fault!, witness.cut)) this.fault(s, witness.fault!)
    else if (kind === nodeKind.layer || kind === nodeKind.fault) writeJsonText(s, titleOf(witness, node))
    else if (kind === nodeKind.subtree) s.byte(quote).byte(quote)
    else {
      const field = witness.about[node] as Field
      const value = valueOf(witness, node)
      if (field.type === 'string' && !(field.secret && !this.secrets)) {
        writeJsonText(s, field.text === undefined ? String(value ?? '') : field.text(value as never))
        return
      }
      s.byte(quote)
      writeValue(s, field, value, 'json', this.secrets)
      s.byte(quote)
    }
  }

  private keyOf(field: Field): JsonKey {
    return this.known.of(field).key
  }

  private note(s: Sink, witness: TreeWitness, node: number, depth: number): void {
    this.expert(s, witness.about[node] as Field, witness.values[node] as string, depth)
  }

  /** A frame that stops: as tshark has it, and why. It stands at the top of the layers. */
  private fault(s: Sink, fault: Fault): void {
    s.byte(openBrace).raw(this.keyOf(expertItem).own(faultDepth))
    this.expert(s, malformedNote, malformedNote.label, faultDepth)
    s.byte(comma).raw(this.keyOf(malformedReason).own(faultDepth))
    writeJsonText(s, faultMessage(fault))
    line(s, faultDepth - 1)
    s.byte(closeBrace)
  }

  private expert(s: Sink, field: Field, text: string, depth: number): void {
    s.byte(openBrace)
    s.raw(this.keyOf(field).own(depth + 1))
      .byte(quote)
      .byte(quote)
      .byte(comma)
    s.raw(this.keyOf(expertMessage).own(depth + 1))
    writeJsonText(s, text)
    s.byte(comma)
      .raw(this.keyOf(expertSeverity).own(depth + 1))
      .byte(quote)
      .dec(severityOf(field))
      .byte(quote)
    s.byte(comma)
      .raw(this.keyOf(expertGroup).own(depth + 1))
      .byte(quote)
      .dec(groupOf(field))
      .byte(quote)
    line(s, depth)
    s.byte(closeBrace)
  }
}

const alone = -1
const faultDepth = 5

/** A layer or subtree with something below it is just that; everything else has a value of its own. */
function hasValue(kind: number): boolean {
  return kind === nodeKind.row || kind === nodeKind.value || kind === nodeKind.container
}

const lines: readonly Uint8Array[] = Array.from({ length: 64 }, (_, depth) => literal(`\n${'  '.repeat(depth)}`))

function line(s: Sink, depth: number): void {
  s.raw(lines[depth] ?? literal(`\n${'  '.repeat(depth)}`))
}
