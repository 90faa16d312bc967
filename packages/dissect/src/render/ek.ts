/**
 * tshark's `-T ek`: two lines a frame, for Elasticsearch's bulk API. Every layer is flat: what is below a value stands
 * beside it. Where tshark writes one key several times, all its values are in one array here.
 */
import type { Stack } from '@dmvpn/protocols'
import { type Field, Literal, Literals, type Sink } from '@dmvpn/wire'
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
import { bareTitle, nameOf, valueOf } from '../node-facts.ts'
import { sizeOf, writeNodeOctets } from '../node-octets.ts'
import { dayOf, isoTime } from '../time-text.ts'
import { titleOf } from '../tree.ts'
import { nodeKind, noNode, type TreeWitness } from '../tree-witness.ts'
import { writeValue } from '../value-text.ts'
import { EkKeys, underscored } from './ek-key.ts'
import { writeJsonText } from './json-text.ts'

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

const quote = 0x22
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

export class EkExport {
  private readonly keys: EkKeys
  private readonly secrets: boolean
  private readonly octets: boolean
  private readonly quoted = new Literals<string>(key => `${JSON.stringify(key)}:`)

  constructor(stack: Stack, options: EkOptions = {}) {
    this.keys = new EkKeys(stack)
    this.secrets = options.secrets ?? false
    this.octets = options.octets ?? false
  }

  frame(s: Sink, { record, witness }: Dissection): void {
    beginEk(s, record)
    this.object(s, witness, noNode)
    s.put(end)
  }

  /** The layer's own children by name; behind each name whatever is below those children, also by name. */
  private object(s: Sink, witness: TreeWitness, parent: number): void {
    const members: Members = new Map()
    const children: Groups = new Map()
    for (let node = witness.first[parent]!; node !== noNode; node = witness.next[node]!) {
      this.put(children, witness, node)
    }
    for (const [key, group] of children) {
      this.add(members, witness, key, group)
      if (isObject(witness, group[0]!) || !group.some(node => witness.first[node] !== noNode)) continue
      const below: Groups = new Map()
      for (const node of group) this.gather(below, witness, node)
      for (const [inner, nodes] of below) this.add(members, witness, inner, nodes)
    }
    s.byte(openBrace)
    let isFirst = true
    for (const [key, { nodes, isRaw }] of members) {
      if (!isFirst) s.byte(comma)
      isFirst = false
      s.put(this.quoted.of(key))
      if (nodes.length > 1) s.byte(openBracket)
      for (let i = 0; i < nodes.length; i++) {
        if (i > 0) s.byte(comma)
        if (isRaw) {
          s.byte(quote)
          writeNodeOctets(s, witness, nodes[i]!)
          s.byte(quote)
        } else this.value(s, witness, nodes[i]!)
      }
      if (nodes.length > 1) s.byte(closeBracket)
    }
    s.byte(closeBrace)
  }

  /** Everything below a node in the order of the tree, but for what is inside of layers. */
  private gather(groups: Groups, witness: TreeWitness, parent: number): void {
    for (let node = witness.first[parent]!; node !== noNode; node = witness.next[node]!) {
      this.put(groups, witness, node)
      if (!isObject(witness, node)) this.gather(groups, witness, node)
    }
  }

  private put(groups: Groups, witness: TreeWitness, node: number): void {
    const key = this.keyOf(witness, node)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [node])
    else group.push(node)
  }

  private add(members: Members, witness: TreeWitness, key: string, group: readonly number[]): void {
    if (this.octets) {
      for (const node of group) {
        if (sizeOf(witness, node) > 0 && witness.kind[node] !== nodeKind.subtree) {
          addTo(members, `${key}_raw`, node, true)
        }
      }
    }
    for (const node of group) addTo(members, key, node, false)
  }

  private keyOf(witness: TreeWitness, node: number): string {
    switch (witness.kind[node]) {
      case nodeKind.subtree:
        return 'text'
      case nodeKind.note:
        return underscored(expertItem.name)
      default:
        return isObject(witness, node) ? underscored(nameOf(witness, node)) : this.keys.ofField(nameOf(witness, node))
    }
  }

  private value(s: Sink, witness: TreeWitness, node: number): void {
    switch (witness.kind[node]) {
      case nodeKind.subtree:
        writeJsonText(s, bareTitle(titleOf(witness, node)))
        break
      case nodeKind.layer:
        this.object(s, witness, node)
        break
      case nodeKind.note:
        this.note(s, witness.about[node] as Field, witness.values[node] as string)
        break
      case nodeKind.fault:
        this.fault(s, witness)
        break
      default:
        this.fieldValue(s, witness, node, witness.about[node] as Field)
    }
  }

  private fieldValue(s: Sink, witness: TreeWitness, node: number, field: Field): void {
    if (field.type === 'protocol') s.text('{}')
    else if (field.type === 'none') s.text('null')
    else {
      const value = valueOf(witness, node)
      if (field.type === 'boolean') s.put(value === true || value === 1 ? yes : no)
      else if (field.type === 'absolute-time') s.text(`"${isoTime(BigInt(value as bigint | number))}"`)
      else {
        const from = s.length
        s.byte(quote)
        writeValue(s, field, value, 'json', this.secrets)
        if (field.type === 'string' || field.text !== undefined) escapeSince(s, from)
        s.byte(quote)
      }
    }
  }

  private note(s: Sink, field: Field, text: string): void {
    const { keys } = this
    s.byte(openBrace)
    this.key(s, keys.ofField(field.name)).text('null,')
    this.key(s, keys.ofField(expertMessage.name))
    writeJsonText(s, text)
    this.key(s.byte(comma), keys.ofField(expertSeverity.name)).text(`"${severityOf(field)}",`)
    this.key(s, keys.ofField(expertGroup.name)).text(`"${groupOf(field)}"}`)
  }

  private fault(s: Sink, { fault, cut }: TreeWitness): void {
    s.byte(openBrace)
    if (fault !== undefined && !isCutShort(fault, cut)) {
      this.note(this.key(s, underscored(expertItem.name)), malformedNote, malformedNote.label)
      this.key(s.byte(comma), this.keys.ofField(malformedReason.name))
      writeJsonText(s, faultMessage(fault))
      this.key(s.byte(comma), underscored(malformedItem.name)).text('{}')
    }
    s.byte(closeBrace)
  }

  private key(s: Sink, key: string): Sink {
    return s.put(this.quoted.of(key))
  }
}

const end = new Literal('}\n')
const yes = new Literal('true')
const no = new Literal('false')

/** Writes again, with escapes, what was written since the quote at `from`, where it needs any. */
function escapeSince(s: Sink, from: number): void {
  const { bytes, length } = s
  for (let at = from + 1; at < length; at++) {
    const octet = bytes[at]!
    if (octet >= 0x20 && octet !== quote && octet !== backslash) continue
    const text = JSON.stringify(s.toString(from + 1))
    s.length = from
    s.text(text)
    // The closing quote is the caller's.
    s.length -= 1
    return
  }
}

const backslash = 0x5c

function addTo(members: Members, key: string, node: number, isRaw: boolean): void {
  const member = members.get(key)
  if (member === undefined) members.set(key, { nodes: [node], isRaw })
  else member.nodes.push(node)
}

/** The line of the index and the beginning of the document, up to its layers. */
export function beginEk(s: Sink, { seconds, nanoseconds }: FrameRecord): void {
  s.text('{"index":{"_index":"packets-').text(dayOf(seconds)).text('","_type":"doc"}}\n{"timestamp":"')
  s.text(String(seconds * 1000 + Math.floor(nanoseconds / 1_000_000))).text('","layers":')
}

/** Layers, notes and faults are objects of their own. */
function isObject(witness: TreeWitness, node: number): boolean {
  const kind = witness.kind[node]!
  if (kind === nodeKind.layer || kind === nodeKind.note || kind === nodeKind.fault) return true
  return kind !== nodeKind.subtree && (witness.about[node] as Field).type === 'protocol'
}
