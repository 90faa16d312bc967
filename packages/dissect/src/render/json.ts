/**
 * tshark's `-T json --no-duplicate-keys`: values as strings, a `<name>_tree` beside every value with something below it,
 * text-only subtrees under their titles, siblings of one name as an array. `-T jsonraw` has octets in place of values,
 * as `<name>_raw`; `-x` has both.
 */
import type { Field, Sink } from '@dmvpn/wire'
import { Literal } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import { expertItem, isCutShort } from '../expert.ts'
import { faultField } from '../fault-node.ts'
import { bareTitle } from '../node-facts.ts'
import { sizeOf } from '../node-octets.ts'
import { dayOf } from '../time-text.ts'
import { nodeKind, noNode, type TreeNodes } from '../tree-nodes.ts'
import { JsonExpert } from './json-expert.ts'
import { jsonKey, jsonLine } from './json-key.ts'
import { addJsonOctets } from './json-octets.ts'
import { addJsonString, writeJsonText } from './json-text.ts'
import { addJsonValue } from './json-value.ts'
import { RowTexts } from './row-texts.ts'
import type { Stencil } from './stencil.ts'
import { StencilBuilder } from './stencil-builder.ts'
import { addTitle, isFixed } from './title-hole.ts'
import { TreeShapes } from './tree-shapes.ts'

export interface JsonOptions {
  readonly secrets?: boolean
  /** `both` adds octets to the values, `only` has octets alone. */
  readonly octets?: 'none' | 'both' | 'only' | undefined
  /** One frame a line, without an array around them. */
  readonly lines?: boolean | undefined
}

const comma = 0x2c
const newline = 0x0a

/** Writes frames as one JSON array: `begin`, `frame` for each, `end`. */
export class JsonExport {
  private readonly secrets: boolean
  private readonly values: boolean
  private readonly octets: boolean
  private readonly lines: boolean
  private readonly expert: JsonExpert
  private readonly head: Literal
  private readonly neck: Literal
  private readonly foot: Literal
  private readonly texts = new RowTexts()
  private readonly shapes: TreeShapes<Stencil>
  private first = true

  constructor(options: JsonOptions = {}) {
    const { secrets = false, octets = 'none', lines = false } = options
    this.secrets = secrets
    this.values = octets !== 'only'
    this.octets = octets !== 'none'
    this.lines = lines
    this.expert = new JsonExpert(lines, octets)
    this.head = new Literal(lines ? '{"_index":"packets-' : '\n  {\n    "_index": "packets-')
    this.neck = new Literal(lines ? linesNeck : prettyNeck)
    this.foot = new Literal(lines ? '}}' : '\n    }\n  }')
    this.shapes = new TreeShapes(tree => {
      const b = new StencilBuilder(tree, this.texts)
      this.object(b, tree, noNode, 3)
      return b.build()
    })
  }

  begin(s: Sink): void {
    this.first = true
    if (!this.lines) s.text('[')
  }

  frame(s: Sink, dissection: Dissection): void {
    if (!this.first && !this.lines) s.byte(comma)
    this.first = false
    s.put(this.head).text(dayOf(dissection.record.seconds)).put(this.neck)
    this.shapes.of(dissection.witness).write(s, dissection.witness)
    s.put(this.foot)
    if (this.lines) s.byte(newline)
  }

  end(s: Sink): void {
    if (!this.lines) s.text('\n]\n')
  }

  /** The children of a node as an object; those of one name stand together where the first of them stands. */
  private object(b: StencilBuilder, tree: TreeNodes, parent: number, depth: number): void {
    b.text('{')
    const begun = b.size
    for (const nodes of childrenByName(tree, parent)) this.members(b, tree, nodes, depth + 1, begun)
    b.text(jsonLine(depth, this.lines)).text('}')
  }

  /** Children of one name: the octets, the values, then what is below them, each an array where they are several. */
  private members(b: StencilBuilder, tree: TreeNodes, nodes: readonly number[], depth: number, begun: number): void {
    const octets = this.octets ? nodes.filter(node => this.hasOctets(tree, node)) : []
    const values = this.values ? nodes.filter(node => !isTree(tree, node) || hasValueBeside(tree, node)) : []
    const trees = nodes.filter(node => isTree(tree, node))
    const first = nodes[0]!
    if (octets.length > 0) {
      this.key(b, tree, first, '_raw', depth, begun)
      this.list(b, octets, depth, (node, inner) => {
        addJsonOctets(b, tree, node, inner, this.lines)
      })
    }
    if (values.length > 0) {
      this.key(b, tree, first, '', depth, begun)
      this.list(b, values, depth, node => {
        this.value(b, tree, node)
      })
    }
    if (trees.length === 0) return
    const isBeside = values.length > 0 || hasValueBeside(tree, first)
    this.key(b, tree, first, isBeside ? '_tree' : '', depth, begun)
    this.list(b, trees, depth, (node, inner) => {
      this.inside(b, tree, node, inner)
    })
  }

  private key(b: StencilBuilder, tree: TreeNodes, node: number, suffix: string, depth: number, begun: number): void {
    if (b.size > begun) b.text(',')
    if (tree.kind[node] !== nodeKind.subtree) {
      b.text(jsonKey(nameOf(tree, node) + suffix, depth, this.lines))
      return
    }
    b.text(jsonLine(depth, this.lines))
    if (isFixed(tree, node)) b.text(JSON.stringify(bareTitle(tree.about[node] as string) + suffix))
    else {
      b.node(node, (s, { about }, entry) => {
        writeJsonText(s, bareTitle(about[entry] as string) + suffix)
      })
    }
    b.text(this.lines ? ':' : ': ')
  }

  private list(
    b: StencilBuilder,
    nodes: readonly number[],
    depth: number,
    add: (node: number, inner: number) => void,
  ): void {
    if (nodes.length === 1) {
      add(nodes[0]!, depth)
      return
    }
    b.text('[')
    for (const [index, node] of nodes.entries()) {
      b.text(index > 0 ? ',' : '').text(jsonLine(depth + 1, this.lines))
      add(node, depth + 1)
    }
    b.text(jsonLine(depth, this.lines)).text(']')
  }

  /** What is below a node. */
  private inside(b: StencilBuilder, tree: TreeNodes, node: number, depth: number): void {
    const kind = tree.kind[node]!
    if (kind === nodeKind.note) this.expert.note(b, node, tree.about[node] as Field, depth)
    else if (kind === nodeKind.fault) this.expert.fault(b, node)
    else this.object(b, tree, node, depth)
  }

  private value(b: StencilBuilder, tree: TreeNodes, node: number): void {
    const kind = tree.kind[node]!
    if (kind === nodeKind.layer || kind === nodeKind.fault) {
      addJsonString(b, () => {
        addTitle(b, tree, node)
      })
      return
    }
    if (kind === nodeKind.subtree) {
      b.text('""')
      return
    }
    addJsonValue(b, tree, node, this.secrets)
  }

  /** Texts have no octets of their own; beside its value a node is silent about having none. */
  private hasOctets(tree: TreeNodes, node: number): boolean {
    const kind = tree.kind[node]
    if (kind === nodeKind.subtree || (kind === nodeKind.note && this.values)) return false
    return !this.values || sizeOf(tree, node) > 0
  }
}

const prettyNeck = '",\n    "_type": "doc",\n    "_score": null,\n    "_source": {\n      "layers": '
const linesNeck = '","_type":"doc","_score":null,"_source":{"layers":'

/** A node's children, those of one name together where the first of them stands. */
function childrenByName(tree: TreeNodes, parent: number): Iterable<readonly number[]> {
  const groups = new Map<string, number[]>()
  for (let node = tree.first[parent]!; node !== noNode; node = tree.next[node]!) {
    const name = nameOf(tree, node)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [node])
    else group.push(node)
  }
  return groups.values()
}

function nameOf(tree: TreeNodes, node: number): string {
  const about = tree.about[node]
  if (tree.kind[node] === nodeKind.note) return expertItem.name
  if (about === undefined) return faultField(tree).name
  return typeof about === 'string' ? bareTitle(about) : (about as { readonly name: string }).name
}

/** Whether there is an object to write: something below the node, or what Wireshark's expert information consists of. */
function isTree(tree: TreeNodes, node: number): boolean {
  const kind = tree.kind[node]!
  if (kind === nodeKind.note) return true
  if (kind === nodeKind.fault) return !isCutShort(tree.fault!, tree.cut)
  return tree.first[node] !== noNode
}

/** Layers, texts and fields without a value are just what is below them; everything else has a value beside that. */
function hasValueBeside(tree: TreeNodes, node: number): boolean {
  const kind = tree.kind[node]!
  if (kind !== nodeKind.row && kind !== nodeKind.value && kind !== nodeKind.container) return false
  return (tree.about[node] as Field).type !== 'none'
}
