/** A frame as a tree: the stack's own walk, watched. */
import type { Frame, Layer, Stack } from '@dmvpn/protocols'
import { beginFrame } from './frame-layer.ts'
import type { FrameRecord } from './frame-record.ts'
import { Session } from './session/session.ts'
import { nodeAt, type TreeNode, treeOf } from './tree.ts'
import { type TreeSource, TreeWitness } from './tree-witness.ts'

export interface DissectOptions {
  /** What spans frames; one of its own for this frame where left out. */
  readonly session?: Session | undefined
  /** The arrays the tree is kept in: given again, the last dissection ends. One of its own where left out. */
  readonly witness?: TreeWitness | undefined
  /** Whether the checksums are verified that Wireshark leaves alone by default: IPv4, UDP, TCP. */
  readonly verify?: boolean | undefined
}

/** A dissected frame: its packets and its tree, which are valid as long as the buffer and the witness are left alone. */
export class Dissection {
  readonly record: FrameRecord
  readonly frame: Frame
  readonly witness: TreeWitness
  private roots: readonly TreeNode[] | undefined = undefined

  constructor(record: FrameRecord, frame: Frame, witness: TreeWitness) {
    this.record = record
    this.frame = frame
    this.witness = witness
  }

  /** The layers in order, `frame` first, the fault last. */
  get tree(): readonly TreeNode[] {
    this.roots ??= treeOf(this.witness)
    return this.roots
  }

  /** What offsets count in: the frame, reassembled datagrams, opened ciphertext. */
  get sources(): readonly TreeSource[] {
    return this.witness.sources
  }

  /** The node of one of the frame's layers. */
  nodeOf(layer: Layer): TreeNode | undefined {
    const { nodes } = this.witness
    const node = nodes.layers[this.frame.layers.indexOf(layer)]
    return node === undefined ? undefined : nodeAt(nodes, node)
  }
}

/** Dissects one record. Never throws, whatever the octets. */
export function dissect(stack: Stack, record: FrameRecord, options: DissectOptions = {}): Dissection {
  const witness = options.witness ?? new TreeWitness()
  const session = options.session ?? new Session()
  const { buffer, view, start, end } = record
  beginDissection(witness, record, session)
  const frame = stack.decodeIn(buffer, view, start, end, record.linkType, {
    witness,
    session,
    fcsLength: record.fcsLength,
    verify: options.verify ?? false,
    missing: Math.max(0, record.originalLength - (end - start)),
    time: record,
  })
  return new Dissection(record, frame, witness)
}

/** Shows the witness and the session that a frame begins, and what the file says of it. */
export function beginDissection(witness: TreeWitness, record: FrameRecord, session: Session): void {
  const { buffer, view, start, end, originalLength } = record
  session.begin(record)
  witness.reset(buffer, view, start, end)
  witness.cut = originalLength > end - start
  beginFrame(witness, record, session)
}
