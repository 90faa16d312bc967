/** What is learnt of an NHRP packet only after its frame, by the packet's number: kept by a first pass, shown by a second. */
import type { Sighting } from './exchange.ts'
import { Ledger } from './ledger.ts'

/** What one packet may be to another. */
export const relations = [
  'responseIn',
  'responseTo',
  'retransmissionOf',
  'forwardedFrom',
  'forwardedAs',
  'indicationIn',
  'resolutionIn',
  'errorTo',
  'errorIn',
] as const

export type Relation = (typeof relations)[number]

export class ExchangeForesight {
  private readonly frames: readonly Ledger[] = relations.map(() => new Ledger())
  /** Nanoseconds between the two, in two halves. */
  private readonly high = new Ledger()
  private readonly low = new Ledger()

  /** Keeps the frame of the packet that `sighting` is in a relation to. */
  keep(sighting: Sighting, relation: Relation, other: Sighting): void {
    this.frames[relations.indexOf(relation)]!.write(sighting.ordinal, other.frame)
    if (relation !== 'responseTo' && relation !== 'errorTo') return
    const time = Math.max(0, sighting.time - other.time)
    this.high.write(sighting.ordinal, Math.floor(time / 0x100000000))
    this.low.write(sighting.ordinal, time >>> 0)
  }

  /** The frame that was learnt later; 0 where none was. */
  frameOf(sighting: Sighting, relation: Relation): number {
    return this.frames[relations.indexOf(relation)]!.at(sighting.ordinal)
  }

  /** Nanoseconds between a reply and its request. */
  timeOf({ ordinal }: Sighting): number {
    return this.high.at(ordinal) * 0x100000000 + this.low.at(ordinal)
  }

  /** Whether everything learnt of a packet was kept: beyond so many it is not. */
  covers({ ordinal }: Sighting): boolean {
    return this.low.reaches(ordinal)
  }
}
