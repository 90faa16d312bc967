/**
 * tshark's `-T ek`: two lines a frame, for Elasticsearch's bulk API. Every layer is flat: what is below a value stands
 * beside it. Where tshark writes one key several times, all its values are in one array here.
 */
import type { Stack } from '@dmvpn/protocols'
import { type Field, Literal, type Row, type Sink, type Value } from '@dmvpn/wire'
import type { Dissection } from '../dissect.ts'
import {
  expertGroup,
  expertItem,
  expertMessage,
  expertSeverity,
  faultMessage,
  groupOf,
  isCutShort,
  malformedItem,
  malformedNote,
  malformedReason,
  severityOf,
} from '../expert.ts'
import type { FrameRecord } from '../frame-record.ts'
import { Moment } from '../moment.ts'
import { nameOf, shownValue } from '../node-facts.ts'
import { sizeOf } from '../node-octets.ts'
import { dayOf, writeIsoTime } from '../time-text.ts'
import { nodeKind, noNode, type TreeNodes } from '../tree-nodes.ts'
import { EkKeys, underscored } from './ek-key.ts'
import { addJsonString, writeJsonText } from './json-text.ts'
import { addJsonValue } from './json-value.ts'
import { addOctets } from './octets-hole.ts'
import { RowTexts } from './row-texts.ts'
import type { EntryWriter, Stencil } from './stencil.ts'
import { StencilBuilder } from './stencil-builder.ts'
import { addBareTitle } from './title-hole.ts'
import { TreeShapes } from './tree-shapes.ts'

export interface EkOptions {
  readonly secrets?: boolean
  /** Whether octets stand beside the values, as `<key>_raw`. */
  readonly octets?: boolean
}

/** What stands under one key of an object: nodes, in the order in which they came, and whether their octets are meant. */
interface Member {
  readonly nodes: number[]
  readonly isRaw: boolean
}

/** The keys of an object in the order in which they came. */
type Members = Map<string, Member>

/** Nodes by key. */
type Groups = Map<string, number[]>

export class EkExport {
  private readonly keys: EkKeys
  private readonly secrets: boolean
  private readonly octets: boolean
  private readonly texts = new RowTexts()
  private readonly shapes: TreeShapes<Stencil>

  constructor(stack: Stack, options: EkOptions = {}) {
    this.keys = new EkKeys(stack)
    this.secrets = options.secrets ?? false
    this.octets = options.octets ?? false
    this.shapes = new TreeShapes(tree => {
      const b = new StencilBuilder(tree, this.texts)
      this.object(b, tree, noNode)
      return b.build()
    })
  }

  frame(s: Sink, { record, witness }: Dissection): void {
    beginEk(s, record)
    this.shapes.of(witness).write(s, witness)
    s.put(end)
  }

  /** The layer's own children by name; behind each name whatever is below those children, also by name. */
  private object(b: StencilBuilder, tree: TreeNodes, parent: number): void {
    const members: Members = new Map()
    const children: Groups = new Map()
    for (let node = tree.first[parent]!; node !== noNode; node = tree.next[node]!) {
      this.put(children, tree, node)
    }
    for (const [key, group] of children) {
      this.add(members, tree, key, group)
      if (isObject(tree, group[0]!) || !group.some(node => tree.first[node] !== noNode)) continue
      const below: Groups = new Map()
      for (const node of group) this.gather(below, tree, node)
      for (const [inner, nodes] of below) this.add(members, tree, inner, nodes)
    }
    let before = '{'
    for (const [key, { nodes, isRaw }] of members) {
      b.text(before).text(keyText(key))
      before = ','
      if (nodes.length > 1) b.text('[')
      for (const [index, node] of nodes.entries()) {
        if (index > 0) b.text(',')
        if (!isRaw) this.value(b, tree, node)
        else {
          b.text('"')
          addOctets(b, tree, node)
          b.text('"')
        }
      }
      if (nodes.length > 1) b.text(']')
    }
    b.text(members.size === 0 ? '{}' : '}')
  }

  /** Everything below a node in the order of the tree, but for what is inside of layers. */
  private gather(groups: Groups, tree: TreeNodes, parent: number): void {
    for (let node = tree.first[parent]!; node !== noNode; node = tree.next[node]!) {
      this.put(groups, tree, node)
      if (!isObject(tree, node)) this.gather(groups, tree, node)
    }
  }

  private put(groups: Groups, tree: TreeNodes, node: number): void {
    const key = this.keyOf(tree, node)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [node])
    else group.push(node)
  }

  private add(members: Members, tree: TreeNodes, key: string, group: readonly number[]): void {
    if (this.octets) {
      for (const node of group) {
        if (sizeOf(tree, node) > 0 && tree.kind[node] !== nodeKind.subtree) {
          addTo(members, `${key}_raw`, node, true)
        }
      }
    }
    for (const node of group) addTo(members, key, node, false)
  }

  private keyOf(tree: TreeNodes, node: number): string {
    switch (tree.kind[node]) {
      case nodeKind.subtree:
        return 'text'
      case nodeKind.note:
        return underscored(expertItem.name)
      default:
        return isObject(tree, node) ? underscored(nameOf(tree, node)) : this.keys.ofField(nameOf(tree, node))
    }
  }

  private value(b: StencilBuilder, tree: TreeNodes, node: number): void {
    switch (tree.kind[node]) {
      case nodeKind.subtree:
        addJsonString(b, () => {
          addBareTitle(b, tree, node)
        })
        break
      case nodeKind.layer:
        this.object(b, tree, node)
        break
      case nodeKind.note:
        this.note(b, tree.about[node] as Field, () => b.node(node, writeNoteText))
        break
      case nodeKind.fault:
        this.fault(b, tree, node)
        break
      default:
        this.fieldValue(b, tree, node)
    }
  }

  private fieldValue(b: StencilBuilder, tree: TreeNodes, node: number): void {
    const field = tree.about[node] as Field
    if (field.type === 'protocol') b.text('{}')
    else if (field.type === 'none') b.text('null')
    else if (field.type === 'absolute-time') b.text('"').node(node, writeIso).text('"')
    else if (field.type !== 'boolean') addJsonValue(b, tree, node, this.secrets)
    else if (tree.kind[node] !== nodeKind.row)
      b.few(node, field, 2, (s, { values }, entry) => writeTruth(s, shownValue(values[entry])))
    else b.row(node, field as Row, (s, view, at) => writeTruth(s, (field as Row).read(view, at)))
  }

  private note(b: StencilBuilder, field: Field, text: () => void): void {
    const { keys } = this
    b.text(`{${keyText(keys.ofField(field.name))}null,${keyText(keys.ofField(expertMessage.name))}`)
    text()
    b.text(`,${keyText(keys.ofField(expertSeverity.name))}"${severityOf(field)}"`)
    b.text(`,${keyText(keys.ofField(expertGroup.name))}"${groupOf(field)}"}`)
  }

  private fault(b: StencilBuilder, { fault, cut }: TreeNodes, node: number): void {
    b.text('{')
    if (fault !== undefined && !isCutShort(fault, cut)) {
      b.text(keyText(underscored(expertItem.name)))
      this.note(b, malformedNote, () => b.text(JSON.stringify(malformedNote.label)))
      b.text(`,${keyText(this.keys.ofField(malformedReason.name))}`).node(node, writeReason)
      b.text(`,${keyText(underscored(malformedItem.name))}{}`)
    }
    b.text('}')
  }
}

const end = new Literal('}\n')
const yes = new Literal('true')
const no = new Literal('false')

function keyText(key: string): string {
  return `${JSON.stringify(key)}:`
}

const writeNoteText: EntryWriter = (s, { values }, entry) => writeJsonText(s, values[entry] as string)
const writeReason: EntryWriter = (s, { fault }) => writeJsonText(s, faultMessage(fault!))
const writeIso: EntryWriter = (s, { values }, entry) => {
  const value = values[entry]
  if (value instanceof Moment) value.writeIso(s)
  else writeIsoTime(s, BigInt(value as bigint | number))
}

function writeTruth(s: Sink, value: Value): void {
  s.put(value === true || value === 1 ? yes : no)
}

function addTo(members: Members, key: string, node: number, isRaw: boolean): void {
  const member = members.get(key)
  if (member === undefined) members.set(key, { nodes: [node], isRaw })
  else member.nodes.push(node)
}

/** The line of the index and the beginning of the document, up to its layers. */
export function beginEk(s: Sink, { seconds, nanoseconds }: FrameRecord): void {
  s.put(index).text(dayOf(seconds)).put(document)
  const time = seconds * 1000 + Math.floor(nanoseconds / 1_000_000)
  if (Number.isSafeInteger(time)) s.dec(time)
  else s.text(String(time))
  s.put(layers)
}

const index = new Literal('{"index":{"_index":"packets-')
const document = new Literal('","_type":"doc"}}\n{"timestamp":"')
const layers = new Literal('","layers":')

/** Layers, notes and faults are objects of their own. */
function isObject(tree: TreeNodes, node: number): boolean {
  const kind = tree.kind[node]!
  if (kind === nodeKind.layer || kind === nodeKind.note || kind === nodeKind.fault) return true
  return kind !== nodeKind.subtree && (tree.about[node] as Field).type === 'protocol'
}
