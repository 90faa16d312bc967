/** What a witness's node is called, worth and where it begins. */
import type { AnyProtocol } from '@dmvpn/protocols'
import type { Field, Row, Titled, Value } from '@dmvpn/wire'
import { faultField } from './fault-node.ts'
import { Moment } from './moment.ts'
import { nodeKind, type TreeWitness } from './tree-witness.ts'

/** The field of a node, where it has one. */
export function fieldOf(witness: TreeWitness, node: number): Field | undefined {
  switch (witness.kind[node]) {
    case nodeKind.layer:
    case nodeKind.subtree:
      return undefined
    case nodeKind.fault:
      return faultField(witness)
    default:
      return witness.about[node] as Field
  }
}

/** A node's filter name; a text-only subtree has its title. */
export function nameOf(witness: TreeWitness, node: number): string {
  const about = witness.about[node]
  if (typeof about === 'string') return about
  return about === undefined ? faultField(witness).name : (about as { readonly name: string }).name
}

/** The title of a text-only subtree without the brackets that say it was computed: what exports call it. */
export function bareTitle(title: string): string {
  return title.startsWith('[') && title.endsWith(']') ? title.slice(1, -1) : title
}

/** A node's value; a layer's is the frame's business. */
export function valueOf(witness: TreeWitness, node: number): Value {
  switch (witness.kind[node]) {
    case nodeKind.row: {
      const { view } = witness.sources[witness.source[node]!]!
      return (witness.about[node] as Row).read(view, witness.base[node]!)
    }
    case nodeKind.value:
    case nodeKind.container:
    case nodeKind.note: {
      const value = witness.values[node]
      return value instanceof Moment ? value.epoch : (value as Value)
    }
    default:
      return undefined
  }
}

/** The first octet of a node, in the buffer of its source. */
export function beginOf(witness: TreeWitness, node: number): number {
  const base = witness.base[node]!
  return witness.kind[node] === nodeKind.row ? base + ((witness.about[node] as Row).bit >>> 3) : base
}

/** The line of a layer in which the walk stopped: what its first octets say, or its long name. */
export function stoppedTitle(protocol: Titled, view: DataView, at: number, end: number): string {
  const { titleWhenStopped } = protocol as Titled & Pick<AnyProtocol, 'titleWhenStopped'>
  return titleWhenStopped?.(view, at, end) ?? protocol.label
}

/** A layer's line: what its protocol makes of the packet, or its long name. */
export function layerTitle(protocol: Titled, packet: unknown, length?: number): string {
  return packet === undefined || protocol.title === undefined ? protocol.label : protocol.title(packet, length)
}
