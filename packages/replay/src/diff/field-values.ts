/** The compared fields of a dissected frame: what two frames are compared by. */
import { type Dissection, nodeKind, type TreeNodes, valueOfNode, valueText, writeValue } from '@dmvpn/dissect'
import { describe, type Fault, type Field, type Row, type Sink, type Titled, type Value } from '@dmvpn/wire'
import type { ComparedFields } from './compared-fields.ts'

export interface FieldValue {
  readonly name: string
  /** As exports write it: passwords are in it as they are. */
  readonly text: string
  readonly secret: boolean
}

/** Its fields that are compared, in the order of the frame. */
export function fieldValues({ witness }: Dissection, compared: ComparedFields): readonly FieldValue[] {
  const found: FieldValue[] = []
  new Walk(witness.nodes, compared, (field, value) => {
    if (field === undefined) found.push({ name: malformed, text: describe(value as Fault), secret: false })
    else found.push({ name: field.name, text: valueText(field, value as Value), secret: field.secret })
  }).below(0)
  return found
}

/** Writes the same, without a string for each. */
export function writeFieldValues(s: Sink, { witness }: Dissection, compared: ComparedFields): void {
  new Walk(witness.nodes, compared, (field, value) => {
    s.text(field?.name ?? malformed).byte(0)
    if (field === undefined) s.text(describe(value as Fault))
    else writeValue(s, field, value as Value, 'fields', true)
    s.byte(0)
  }).below(0)
}

const malformed = '_ws.malformed'
const messageType = 'nhrp.hdr.op.type'

/** Told of a field and its value; of a fault without a field. */
type Visit = (field: Field | undefined, value: Value | Fault) => void

/** Goes through a tree by the numbers of its nodes: of a long capture every frame is, so no objects are made of them. */
class Walk {
  private readonly tree: TreeNodes
  private readonly compared: ComparedFields
  private readonly visit: Visit
  /** The type of the NHRP message the walk is in: of the quoted one in a quotation. */
  private message = 0

  constructor(tree: TreeNodes, compared: ComparedFields, visit: Visit) {
    this.tree = tree
    this.compared = compared
    this.visit = visit
  }

  /** Whether anything below a node was there to compare, taken or not. */
  below(parent: number): boolean {
    const { first, next } = this.tree
    let found = false
    for (let node = first[parent]!; node !== 0; node = next[node]!) if (this.node(node)) found = true
    return found
  }

  /** A node speaks for itself where nothing below it does. */
  private node(node: number): boolean {
    const { kind, about, values } = this.tree
    switch (kind[node]) {
      case nodeKind.note:
        return false
      case nodeKind.subtree:
        return this.below(node)
      case nodeKind.layer:
        return !this.compared.skips((about[node] as Titled).name) && this.below(node)
      case nodeKind.fault:
        if (this.compared.compares(malformed, 0)) this.visit(undefined, values[node] as Fault)
        return true
      case nodeKind.row:
        return this.row(node)
      default: {
        const field = about[node] as Field
        if (field.hidden || (field.generated && !isVerdict(field.name))) return false
        // Octets that are read further may hold what is not compared; any other value is one of its own.
        if (this.below(node) && (field.type === 'bytes' || field.type === 'none')) return true
        this.take(field, node)
        return true
      }
    }
  }

  /** A row speaks for itself unless rows below it tell all of its bits: named flags of a word beside unnamed ones do not. */
  private row(node: number): boolean {
    const { about, first, next } = this.tree
    const row = about[node] as Row
    if (row.hidden) return false
    let told = 0
    for (let child = first[node]!; child !== 0; child = next[child]!) {
      const { width = row.width, hidden } = about[child] as Partial<Row>
      // What has all of its bits is the same under another name.
      if (width < row.width && hidden !== true) told += width
    }
    if (told >= row.width) return this.below(node)
    if (row.name === messageType) this.message = Number(valueOfNode(this.tree, node))
    this.take(row, node)
    for (let child = first[node]!; child !== 0; child = next[child]!) {
      const { name = '', width = row.width } = about[child] as Partial<Row>
      if (width < row.width || this.compared.names(name)) this.node(child)
    }
    return true
  }

  private take(field: Field, node: number): void {
    if (this.compared.compares(field.name, this.message)) this.visit(field, valueOfNode(this.tree, node))
  }
}

/** What is computed says nothing that the octets do not say, but for whether a sum or a signature over them is right. */
function isVerdict(name: string): boolean {
  return name.endsWith('.status') || name === 'esp.verdict'
}
