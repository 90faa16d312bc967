/**
 * tshark's `-T json --no-duplicate-keys`: values as strings, a `<name>_tree` beside every value with something below it,
 * text-only subtrees under their titles, siblings of one name as an array. `-T jsonraw` has octets in place of values,
 * as `<name>_raw`; `-x` has both.
 */
import { type Field, Literal, type Sink } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import { expertItem, isCutShort } from '../expert.ts'
import { faultField } from '../fault-node.ts'
import { valueOf } from '../node-facts.ts'
import { maskOf, positionOf, sizeOf, typeNumberOf, writeNodeOctets } from '../node-octets.ts'
import { dayOf } from '../time-text.ts'
import { titleOf } from '../tree.ts'
import { nodeKind, noNode, type TreeWitness } from '../tree-witness.ts'
import { writeValue } from '../value-text.ts'
import { JsonExpert, noOctets } from './json-expert.ts'
import { type About, type JsonItem, JsonItems } from './json-key.ts'
import { writeJsonText } from './json-text.ts'

export interface JsonOptions {
  readonly secrets?: boolean
  /** `both` adds octets to the values, `only` has octets alone. */
  readonly octets?: 'none' | 'both' | 'only' | undefined
  /** One frame a line, without an array around them. */
  readonly lines?: boolean | undefined
}

const quote = 0x22
const comma = 0x2c
const newline = 0x0a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** Writes frames as one JSON array: `begin`, `frame` for each, `end`. */
export class JsonExport {
  private readonly secrets: boolean
  private readonly values: boolean
  private readonly octets: boolean
  private readonly lines: boolean
  private readonly known: JsonItems
  private readonly expert: JsonExpert
  private readonly head: Literal
  private readonly neck: Literal
  private readonly foot: Literal
  private first = true
  /** The children of the nodes being written, level by level: reused, so that nothing is allocated. */
  private readonly nodes: number[] = []
  private readonly items: JsonItem[] = []
  /** The next sibling of the same name, or -1, and whether this one is the first of them. */
  private readonly same: number[] = []
  private readonly heads: boolean[] = []
  private used = 0

  constructor(options: JsonOptions = {}) {
    const { secrets = false, octets = 'none', lines = false } = options
    this.secrets = secrets
    this.values = octets !== 'only'
    this.octets = octets !== 'none'
    this.lines = lines
    this.known = new JsonItems(secrets, lines)
    this.expert = new JsonExpert(this.known, lines, octets)
    this.head = new Literal(lines ? '{"_index":"packets-' : '\n  {\n    "_index": "packets-')
    this.neck = new Literal(lines ? linesNeck : prettyNeck)
    this.foot = new Literal(lines ? '}}' : '\n    }\n  }')
  }

  begin(s: Sink): void {
    this.first = true
    if (!this.lines) s.byte(openBracket)
  }

  frame(s: Sink, dissection: Dissection): void {
    if (!this.first && !this.lines) s.byte(comma)
    this.first = false
    s.put(this.head).text(dayOf(dissection.record.seconds)).put(this.neck)
    this.object(s, dissection.witness, noNode, 3)
    s.put(this.foot)
    if (this.lines) s.byte(newline)
  }

  end(s: Sink): void {
    if (!this.lines) s.text('\n]\n')
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
    const begun = s.length
    for (let i = from; i < to; i++) {
      if (this.heads[i] !== true) continue
      const before = s.length
      if (before > begun) s.byte(comma)
      const written = s.length
      if (this.same[i] === alone) this.member(s, witness, this.nodes[i]!, this.items[i]!, depth + 1)
      else this.members(s, witness, i, depth + 1)
      // Nothing to say of it: a text without octets.
      if (s.length === written) s.length = before
    }
    this.used = from
    this.line(s, depth)
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
    const begun = s.length
    if (this.octets && this.hasOctets(witness, node)) {
      s.put(key.raw(depth))
      this.raw(s, witness, node, depth)
    }
    const below = isTree(witness, node)
    const beside = hasValueBeside(witness, node)
    if (this.values && (!below || beside)) {
      if (s.length > begun) s.byte(comma)
      s.put(key.own(depth))
      if (write === undefined) this.value(s, witness, node)
      else {
        s.byte(quote)
        write(s, witness.sources[witness.source[node]!]!.view, witness.base[node]!)
        s.byte(quote)
      }
    }
    if (!below) return
    if (s.length > begun) s.byte(comma)
    s.put(beside ? key.tree(depth) : key.own(depth))
    this.inside(s, witness, node, depth)
  }

  /** Children of one name: the octets, the values, then what is below them, as arrays. */
  private members(s: Sink, witness: TreeWitness, at: number, depth: number): void {
    const group: number[] = []
    const { key } = this.items[at]!
    for (let i = at; i >= 0; ) {
      group.push(this.nodes[i]!)
      i = this.same[i]!
    }
    const begun = s.length
    const octets = this.octets ? group.filter(node => this.hasOctets(witness, node)) : []
    const values = this.values ? group.filter(node => !isTree(witness, node) || hasValueBeside(witness, node)) : []
    const trees = group.filter(node => isTree(witness, node))
    const isBeside = values.length > 0 || hasValueBeside(witness, group[0]!)
    if (octets.length > 0) {
      s.put(key.raw(depth))
      this.list(s, octets, depth, (node, inner) => this.raw(s, witness, node, inner))
    }
    if (values.length > 0) {
      if (s.length > begun) s.byte(comma)
      s.put(key.own(depth))
      this.list(s, values, depth, node => this.value(s, witness, node))
    }
    if (trees.length === 0) return
    if (s.length > begun) s.byte(comma)
    s.put(isBeside ? key.tree(depth) : key.own(depth))
    this.list(s, trees, depth, (node, inner) => this.inside(s, witness, node, inner))
  }

  private list(s: Sink, nodes: readonly number[], depth: number, write: (node: number, inner: number) => void): void {
    if (nodes.length === 1) {
      write(nodes[0]!, depth)
      return
    }
    s.byte(openBracket)
    for (const [index, node] of nodes.entries()) {
      if (index > 0) s.byte(comma)
      this.line(s, depth + 1)
      write(node, depth + 1)
    }
    this.line(s, depth)
    s.byte(closeBracket)
  }

  /** What is below a node. */
  private inside(s: Sink, witness: TreeWitness, node: number, depth: number): void {
    const kind = witness.kind[node]!
    if (kind === nodeKind.note) {
      this.expert.note(s, witness.about[node] as Field, witness.values[node] as string, depth)
    } else if (kind === nodeKind.fault) this.expert.fault(s, witness.fault!)
    else this.object(s, witness, node, depth)
  }

  private value(s: Sink, witness: TreeWitness, node: number): void {
    const kind = witness.kind[node]!
    if (kind === nodeKind.layer || kind === nodeKind.fault) writeJsonText(s, titleOf(witness, node))
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

  /** Texts have no octets of their own; beside its value a node is silent about having none. */
  private hasOctets(witness: TreeWitness, node: number): boolean {
    const kind = witness.kind[node]
    if (kind === nodeKind.subtree || (kind === nodeKind.note && this.values)) return false
    return !this.values || sizeOf(witness, node) > 0
  }

  /** The octets, where they lie and how many, the node's bits in them, Wireshark's number of the type. */
  private raw(s: Sink, witness: TreeWitness, node: number, depth: number): void {
    if (witness.kind[node] === nodeKind.note) {
      s.put(noOctets.protocol)
      return
    }
    s.byte(openBracket)
    this.line(s, depth + 1)
    s.byte(quote)
    writeNodeOctets(s, witness, node)
    s.byte(quote)
    for (const number of [positionOf(witness, node), sizeOf(witness, node)]) {
      s.byte(comma)
      this.line(s, depth + 1)
      s.text(String(number))
    }
    s.byte(comma)
    this.line(s, depth + 1)
    s.text(String(maskOf(witness, node))).byte(comma)
    this.line(s, depth + 1)
    s.dec(typeNumberOf(witness, node))
    this.line(s, depth)
    s.byte(closeBracket)
  }

  private line(s: Sink, depth: number): void {
    if (!this.lines) s.put(indents[depth] ?? new Literal(`\n${'  '.repeat(depth)}`))
  }
}

const prettyNeck = '",\n    "_type": "doc",\n    "_score": null,\n    "_source": {\n      "layers": '
const linesNeck = '","_type":"doc","_score":null,"_source":{"layers":'
const alone = -1
const indents: readonly Literal[] = Array.from({ length: 64 }, (_, depth) => new Literal(`\n${'  '.repeat(depth)}`))

/** Whether there is an object to write: something below the node, or what Wireshark's expert information consists of. */
function isTree(witness: TreeWitness, node: number): boolean {
  const kind = witness.kind[node]!
  if (kind === nodeKind.note) return true
  if (kind === nodeKind.fault) return !isCutShort(witness.fault!, witness.cut)
  return witness.first[node] !== noNode
}

/** Layers, texts and fields without a value are just what is below them; everything else has a value beside that. */
function hasValueBeside(witness: TreeWitness, node: number): boolean {
  const kind = witness.kind[node]!
  if (kind !== nodeKind.row && kind !== nodeKind.value && kind !== nodeKind.container) return false
  return (witness.about[node] as Field).type !== 'none'
}
