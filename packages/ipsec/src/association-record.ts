/** What was seen of one association: verdicts, and what an anti-replay window makes of its sequence numbers. */
import { formatIp, type Ipv4, type Ipv6 } from '@dmvpn/wire'
import { type SecurityAssociation, transformName, usualReplayWindow } from './association.ts'
import type { Refusal } from './open.ts'
import { ReplayWindow } from './replay-window.ts'
import { SequenceSearch } from './sequence-search.ts'
import type { Verdict } from './verdict.ts'

/** What a packet's number means: `replayed` has other octets than the packet that had it first, `duplicate` the same. */
export type Replay = 'new' | 'late' | 'duplicate' | 'replayed' | 'too-old' | 'invalid'

/** In words, for the tree and statistics. */
export const replayText: Readonly<Record<Replay, string>> = {
  new: 'new',
  late: 'late, within the window',
  duplicate: 'seen before with the same octets',
  replayed: 'seen before with other octets',
  'too-old': 'left of the window',
  invalid: 'sequence number 0',
}

/** Counts of one association, ready for JSON. */
export interface AssociationCounts {
  packets: number
  octets: number
  readonly verdicts: Record<Verdict, number>
  /** The same packet again: often one packet captured twice. */
  duplicates: number
  /** A number seen before on another packet. */
  replays: number
  tooOld: number
  invalid: number
  /** Packets that came after a higher number. */
  late: number
  /** Places where numbers were left out, and how many numbers are still missing. */
  gaps: number
  missing: number
}

export class AssociationRecord {
  readonly protocol: 'esp' | 'ah'
  readonly spi: number
  readonly source: Ipv4 | Ipv6
  readonly destination: Ipv4 | Ipv6
  readonly association: SecurityAssociation | undefined
  readonly search: SequenceSearch
  readonly counts: AssociationCounts = {
    packets: 0,
    octets: 0,
    verdicts: { 'icv-good': 0, 'icv-bad': 0, unchecked: 0, 'no-association': 0, 'padding-wrong': 0, 'cut-short': 0 },
    duplicates: 0,
    replays: 0,
    tooOld: 0,
    invalid: 0,
    late: 0,
    gaps: 0,
    missing: 0,
  }
  /** The SPI used before this one between the same two ends. */
  rekeyOf: number | undefined = undefined
  firstSequence: number | undefined = undefined
  firstFrame = 0
  lastFrame = 0
  /** Bits of evidence that nothing is encrypted, over all packets that were read so without an association. */
  nullEvidence = 0
  readonly window: ReplayWindow
  /** Why its packets stay closed where nobody has a key: the same for all of them. */
  closed: Refusal | undefined = undefined

  constructor(
    protocol: 'esp' | 'ah',
    spi: number,
    source: Ipv4 | Ipv6,
    destination: Ipv4 | Ipv6,
    association: SecurityAssociation | undefined,
  ) {
    this.protocol = protocol
    this.spi = spi
    this.source = source
    this.destination = destination
    this.association = association
    this.window = new ReplayWindow(association?.replayWindow || usualReplayWindow)
    this.search = new SequenceSearch(association?.extendedSequence, association?.sequenceHigh ?? 0)
  }

  /** Counts a packet. What was verified, or cannot be, moves the window (RFC 4303 §3.4.3). */
  count(packet: Uint8Array, sequence: number, high: number | undefined, verdict: Verdict, frame: number): Replay {
    const { counts, window } = this
    counts.packets++
    counts.octets += packet.length
    counts.verdicts[verdict]++
    if (this.firstFrame === 0) this.firstFrame = frame
    this.lastFrame = frame
    this.firstSequence ??= sequence
    const upper = high ?? 0
    const print = printOf(packet)
    const arrival = window.classify(upper, sequence)
    const replay = arrival === 'repeated' ? (window.printOf(sequence) === print ? 'duplicate' : 'replayed') : arrival
    // What is known to be changed says nothing about the sender's numbers.
    if (verdict === 'icv-bad' || verdict === 'padding-wrong') return replay
    this.tally(replay, upper, sequence)
    if (arrival === 'new' || arrival === 'late') window.commit(upper, sequence, print)
    return replay
  }

  private tally(replay: Replay, high: number, low: number): void {
    const { counts, window } = this
    if (replay === 'new' && window.started) {
      const skipped = window.ahead(high, low) - 1
      if (skipped > 0) {
        counts.gaps++
        counts.missing += skipped
      }
    } else if (replay === 'late') {
      counts.late++
      counts.missing = Math.max(0, counts.missing - 1)
    } else if (replay === 'duplicate') counts.duplicates++
    else if (replay === 'replayed') counts.replays++
    else if (replay === 'too-old') counts.tooOld++
    else if (replay === 'invalid') counts.invalid++
  }
}

/** An association in words and numbers, ready for JSON. */
export interface AssociationReport extends AssociationCounts {
  readonly protocol: 'esp' | 'ah'
  readonly spi: string
  readonly source: string
  readonly destination: string
  /** Undefined where nobody gave keys. */
  readonly transform: string | undefined
  readonly extendedSequence: boolean | undefined
  readonly rekeyOf: string | undefined
  readonly firstFrame: number
  readonly lastFrame: number
  readonly firstSequence: number | undefined
  /** The highest number that was accepted, upper half included. */
  readonly highestSequence: string | undefined
}

/** What was seen of an association, for statistics. */
export function reportOf(record: AssociationRecord): AssociationReport {
  const { association, rekeyOf, window, search } = record
  return {
    protocol: record.protocol,
    spi: spiText(record.spi),
    source: formatIp(record.source),
    destination: formatIp(record.destination),
    transform: association === undefined ? undefined : transformName(association),
    extendedSequence: search.extended,
    rekeyOf: rekeyOf === undefined ? undefined : spiText(rekeyOf),
    firstFrame: record.firstFrame,
    lastFrame: record.lastFrame,
    firstSequence: record.firstSequence,
    highestSequence: window.started ? String((BigInt(window.high) << 32n) | BigInt(window.low)) : undefined,
    ...record.counts,
  }
}

function spiText(spi: number): string {
  return `0x${spi.toString(16).padStart(8, '0')}`
}

/** Enough of a packet to tell it from another of the same number: its length and its last octets, where the ICV stands. */
function printOf(packet: Uint8Array): number {
  let print = packet.length
  for (let i = Math.max(0, packet.length - 16); i < packet.length; i++) {
    print = (Math.imul(print, 0x01000193) ^ packet[i]!) >>> 0
  }
  return print
}
