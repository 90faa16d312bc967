/** What a first pass learns of NHRP packets, by the packet's number in the capture: shown by the second. */
import type { Sighting } from './exchange.ts'
import { Ledger } from './ledger.ts'

/** What one packet may be to another, in the order in which it is shown. */
export const relations = [
  'responseIn',
  'responseTo',
  'errorTo',
  'errorIn',
  'retransmissionOf',
  'forwardedFrom',
  'forwardedAs',
  'indicationIn',
  'resolutionIn',
] as const

export type Relation = (typeof relations)[number]

/** The packet that another is a duplicate of. */
export interface Original {
  readonly frame: number
  readonly ordinal: number
}

export class ExchangeForesight {
  /** By the relation's place in the list. */
  private readonly frames: readonly Ledger[] = relations.map(() => new Ledger())
  /** Of what is a duplicate: the frame and the number of the packet it is a duplicate of. */
  private readonly originalFrames = new Ledger()
  private readonly originals = new Ledger()
  /** Nanoseconds between the two, in two halves. */
  private readonly high = new Ledger()
  private readonly low = new Ledger()

  /** Keeps the frame of the packet that `sighting` is in a relation to. */
  keep(sighting: Sighting, relation: Relation, other: Sighting): void {
    const { ordinal } = sighting
    this.frames[relations.indexOf(relation)]!.write(ordinal, other.frame)
    if (relation !== 'responseTo' && relation !== 'errorTo') return
    const time = sighting.time - other.time
    this.high.write(ordinal, Math.floor(time / 0x100000000))
    this.low.write(ordinal, time >>> 0)
  }

  keepDuplicate({ ordinal }: Sighting, original: Sighting): void {
    this.originalFrames.write(ordinal, original.frame)
    this.originals.write(ordinal, original.ordinal)
  }

  /** The frame of the packet that packet number `ordinal` is in a relation to, by the relation's place; 0 where there is none. */
  frameOf(ordinal: number, relation: number): number {
    return this.frames[relation]!.at(ordinal)
  }

  /** The packet that this one is a duplicate of; undefined where it is none. */
  duplicateOf(ordinal: number): Original | undefined {
    const frame = this.originalFrames.at(ordinal)
    return frame === 0 ? undefined : { frame, ordinal: this.originals.at(ordinal) }
  }

  /** Nanoseconds between a packet and the one it answers; fewer than 0 where clocks disagree. */
  timeOf(ordinal: number): number {
    return (this.high.at(ordinal) | 0) * 0x100000000 + this.low.at(ordinal)
  }

  /** Whether everything learnt of a packet was kept: beyond so many it is not. */
  covers(ordinal: number): boolean {
    return this.low.reaches(ordinal)
  }
}
