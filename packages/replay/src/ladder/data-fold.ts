/** Data between two messages, folded: one row for each direction and protocol, however many frames. */
import { endsOf, writeProtocolColumn } from '@dmvpn/dissect'
import type { Frame } from '@dmvpn/protocols'
import { type Ipv4, type Ipv6, Sink } from '@dmvpn/wire'
import { addressText } from './station-table.ts'
import type { TunnelEnds } from './tunnel-ends.ts'

/** Data of one protocol from one station to another. */
export interface Fold extends TunnelEnds {
  readonly protocol: string
  readonly first: number
  readonly time: number
  last: number
  lastTime: number
  /** Who talks inside the tunnel; empty where nobody sees that, and where several do. */
  about: string
  /** Frames by the interface that saw them: a packet seen on two interfaces is one. */
  readonly seen: Map<number, number>
}

/** Rows of data between two messages at most: what comes on top is counted with the last one. */
const mostFolds = 64

export class DataFold {
  private readonly folds = new Map<string, Fold>()
  private readonly protocol = new Sink(32)

  /** How many rows it will come to. */
  get size(): number {
    return this.folds.size
  }

  /** Counts a frame. `time` is in nanoseconds since the first. */
  add(frame: Frame, ends: TunnelEnds, number: number, time: number, seenBy: number): void {
    const { protocol: s, folds } = this
    s.length = 0
    writeProtocolColumn(s, frame)
    const protocol = s.toString()
    const about = talkersOf(frame, ends)
    const key = `${ends.from} ${ends.to ?? ''} ${protocol}`
    const known = folds.get(key) ?? (folds.size < mostFolds ? undefined : [...folds.values()].at(-1))
    if (known === undefined) {
      const seen = new Map([[seenBy, 1]])
      folds.set(key, { ...ends, protocol, about, first: number, last: number, time, lastTime: time, seen })
      return
    }
    known.last = number
    known.lastTime = time
    if (known.about !== about) known.about = ''
    known.seen.set(seenBy, (known.seen.get(seenBy) ?? 0) + 1)
  }

  /** What was folded since the last message, in the order of time. */
  take(): readonly Fold[] {
    const taken = [...this.folds.values()]
    this.folds.clear()
    return taken
  }
}

/** How many packets a fold stands for. */
export function packetsOf({ seen }: Fold): number {
  return Math.max(...seen.values())
}

function talkersOf(frame: Frame, ends: TunnelEnds): string {
  const inner = endsOf(frame)
  if (inner === undefined || inner.kind === 'mac' || inner.kind === 'none') return ''
  const from = addressText(inner.source as Ipv4 | Ipv6 | undefined)
  const to = addressText(inner.destination as Ipv4 | Ipv6 | undefined)
  if (from === undefined || to === undefined || (from === ends.from && to === ends.to)) return ''
  return `${from} → ${to}`
}
