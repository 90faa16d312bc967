/**
 * tshark's `-T ek`: two lines a frame, for Elasticsearch's bulk API. Every layer is flat: what is below a value stands
 * beside it. Where tshark writes one key several times, all its values are in one array here.
 */
import type { Stack } from '@dmvpn/protocols'
import { type Field, Sink } from '@dmvpn/wire'
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

export interface EkOptions {
  readonly secrets?: boolean
  /** Whether octets stand beside the values, as `<key>_raw`. */
  readonly octets?: boolean
}

/** An object of `-T ek`: JSON texts by key, in the order in which the keys came. */
type Members = Map<string, string[]>

/** Nodes by key. */
type Groups = Map<string, number[]>

export class EkExport {
  private readonly keys: EkKeys
  private readonly secrets: boolean
  private readonly octets: boolean
  private readonly scratch = new Sink(256)

  constructor(stack: Stack, options: EkOptions = {}) {
    this.keys = new EkKeys(stack)
    this.secrets = options.secrets ?? false
    this.octets = options.octets ?? false
  }

  frame(s: Sink, { record, witness }: Dissection): void {
    beginEk(s, record)
    s.text(this.object(witness, noNode)).text('}\n')
  }

  /** The layer's own children by name; behind each name whatever is below those children, also by name. */
  private object(witness: TreeWitness, parent: number): string {
    const members: Members = new Map()
    const children: Groups = new Map()
    for (let node = witness.first[parent]!; node !== noNode; node = witness.next[node]!) {
      this.put(children, witness, node)
    }
    for (const [key, group] of children) {
      this.write(members, witness, key, group)
      if (isObject(witness, group[0]!)) continue
      const below: Groups = new Map()
      for (const node of group) this.gather(below, witness, node)
      for (const [inner, nodes] of below) this.write(members, witness, inner, nodes)
    }
    return textOf(members)
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

  private write(members: Members, witness: TreeWitness, key: string, group: readonly number[]): void {
    if (this.octets) {
      for (const node of group) {
        if (sizeOf(witness, node) > 0 && witness.kind[node] !== nodeKind.subtree) {
          add(members, `${key}_raw`, `"${this.raw(witness, node)}"`)
        }
      }
    }
    for (const node of group) add(members, key, this.value(witness, node))
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

  private value(witness: TreeWitness, node: number): string {
    switch (witness.kind[node]) {
      case nodeKind.subtree:
        return JSON.stringify(bareTitle(titleOf(witness, node)))
      case nodeKind.layer:
        return this.object(witness, node)
      case nodeKind.note:
        return this.note(witness.about[node] as Field, witness.values[node] as string)
      case nodeKind.fault:
        return this.fault(witness)
      default:
        return this.fieldValue(witness, node, witness.about[node] as Field)
    }
  }

  private fieldValue(witness: TreeWitness, node: number, field: Field): string {
    if (field.type === 'protocol') return '{}'
    if (field.type === 'none') return 'null'
    const value = valueOf(witness, node)
    if (field.type === 'boolean') return value === true || value === 1 ? 'true' : 'false'
    if (field.type === 'absolute-time') return `"${isoTime(BigInt(value as bigint | number))}"`
    const { scratch } = this
    scratch.clear()
    writeValue(scratch, field, value, 'json', this.secrets)
    return JSON.stringify(scratch.toString())
  }

  private raw(witness: TreeWitness, node: number): string {
    const { scratch } = this
    scratch.clear()
    writeNodeOctets(scratch, witness, node)
    return scratch.toString()
  }

  private note(field: Field, text: string): string {
    const { keys } = this
    return textOf(
      new Map([
        [keys.ofField(field.name), ['null']],
        [keys.ofField(expertMessage.name), [JSON.stringify(text)]],
        [keys.ofField(expertSeverity.name), [`"${severityOf(field)}"`]],
        [keys.ofField(expertGroup.name), [`"${groupOf(field)}"`]],
      ]),
    )
  }

  private fault({ fault, cut }: TreeWitness): string {
    if (fault === undefined || isCutShort(fault, cut)) return '{}'
    return textOf(
      new Map([
        [underscored(expertItem.name), [this.note(malformedNote, malformedNote.label)]],
        [this.keys.ofField(malformedReason.name), [JSON.stringify(faultMessage(fault))]],
        [underscored(malformedItem.name), ['{}']],
      ]),
    )
  }
}

/** The line of the index and the beginning of the document, up to its layers. */
export function beginEk(s: Sink, { seconds, nanoseconds }: FrameRecord): void {
  s.text('{"index":{"_index":"packets-').text(dayOf(seconds)).text('","_type":"doc"}}\n{"timestamp":"')
  s.text(String(seconds * 1000 + Math.floor(nanoseconds / 1_000_000))).text('","layers":')
}

function add(members: Members, key: string, text: string): void {
  const texts = members.get(key)
  if (texts === undefined) members.set(key, [text])
  else texts.push(text)
}

function textOf(members: Members): string {
  const parts: string[] = []
  for (const [key, texts] of members) {
    parts.push(`${JSON.stringify(key)}:${texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`}`)
  }
  return `{${parts.join(',')}}`
}

/** Layers, notes and faults are objects of their own. */
function isObject(witness: TreeWitness, node: number): boolean {
  const kind = witness.kind[node]!
  if (kind === nodeKind.layer || kind === nodeKind.note || kind === nodeKind.fault) return true
  return kind !== nodeKind.subtree && (witness.about[node] as Field).type === 'protocol'
}
