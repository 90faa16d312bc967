/**
 * Dissects the frames of a capture one after the other. Most are of a shape that came before: what the walk of one of
 * them showed is shown again, with their values.
 */
import type { Stack } from '@dmvpn/protocols'
import { hostNames } from '@dmvpn/wire'
import { beginDissection, Dissection, dissect } from './dissect.ts'
import type { FrameRecord } from './frame-record.ts'
import type { Session } from './session/session.ts'
import { freeInTrees } from './shapes/free-in-trees.ts'
import { canBeQuiet, isQuiet, KnownWalk } from './shapes/known-walk.ts'
import type { Shape } from './shapes/shape.ts'
import { Shapes } from './shapes/shapes.ts'
import { TreeWitness } from './tree-witness.ts'

/** A walk is taken down when its shape was seen so often; of so many shapes at most, for each has its own texts. */
const often = 4
const most = 128

export interface DissectorOptions {
  /** Whether the checksums are verified that Wireshark leaves alone by default: IPv4, UDP, TCP. */
  readonly verify?: boolean | undefined
}

export class Dissector {
  /** The tree of the present frame is drawn from it. */
  readonly witness: TreeWitness = new TreeWitness()
  private readonly stack: Stack
  private readonly verify: boolean
  private readonly shapes: Shapes
  /** By the number of the shape: how often it was seen, as long as that is not often. */
  private readonly walks: (KnownWalk | number | 'walked' | undefined)[] = []
  private known = 0

  constructor(stack: Stack, options: DissectorOptions = {}) {
    this.stack = stack
    this.verify = options.verify ?? false
    this.shapes = new Shapes(stack, [], undefined, freeInTrees)
  }

  /** Dissects the session's next record, valid until the one after it. Never throws, whatever the octets. */
  dissect(record: FrameRecord, session: Session): Dissection {
    // What checksums are worth that are verified on demand differs from frame to frame, and so do names.
    if (this.verify || hostNames.size > 0) return this.walk(record, session)
    const shape = this.shapes.find(record)
    if (shape !== undefined) return this.showKnown(shape, record, session) ?? this.walk(record, session)
    const dissection = this.walk(record, session)
    this.shapes.learn(record, dissection.frame)
    return dissection
  }

  private walk(record: FrameRecord, session: Session): Dissection {
    const { stack, witness, verify } = this
    return dissect(stack, record, { session, witness, verify })
  }

  private showKnown(shape: Shape, record: FrameRecord, session: Session): Dissection | undefined {
    const { walks, witness } = this
    const walk = (walks[shape.id] ??= canBeQuiet(shape) ? 0 : 'walked')
    if (walk === 'walked' || !isQuiet(shape, record)) return undefined
    if (typeof walk === 'number') {
      walks[shape.id] = walk < often ? walk + 1 : this.learn(shape, record)
      return undefined
    }
    beginDissection(witness, record, session)
    const frame = walk.show(witness, record, session)
    if (frame !== undefined) return new Dissection(record, frame, witness)
    walks[shape.id] = 'walked'
    session.again()
    return undefined
  }

  private learn(shape: Shape, record: FrameRecord): KnownWalk | 'walked' {
    const walk = this.known < most ? KnownWalk.of(this.stack, shape, record) : undefined
    if (walk !== undefined) this.known++
    return walk ?? 'walked'
  }
}
