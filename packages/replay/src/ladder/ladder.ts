/** A ladder: what the stations of a DMVPN said to each other, in the order of time, ready to be drawn. */

export interface LadderStation {
  /** Its outer address, or its tunnel address where only that is known. */
  readonly address: string
  /** What a person calls it, where that is known. */
  readonly name: string | undefined
  /** Its addresses in the tunnel, as far as it told them. */
  readonly tunnel: readonly string[]
}

/** How an arrow is drawn: a question, an answer, a refusal, somebody's hint, something broken, data. */
export type LadderTone = 'request' | 'reply' | 'refusal' | 'indication' | 'broken' | 'data'

export interface LadderRow {
  readonly tone: LadderTone
  /** The first frame it is about, and the last: of data they may differ. */
  readonly frame: number
  readonly lastFrame: number
  /** Nanoseconds since the capture's first frame. */
  readonly time: number
  /** Numbers of stations, from the left; `to` is undefined where the capture does not tell. */
  readonly from: number
  readonly to: number | undefined
  /** `Registration Request, ID=26`; `12 × ICMP`. */
  readonly title: string
  /** What else it says; empty where nothing. */
  readonly detail: string
  /** What it is to other rows: `unanswered`, `again, first in frame 4`. */
  readonly marks: readonly string[]
  /** A question that no answer came to, though there was time for one. */
  readonly lost: boolean
}

export interface Ladder {
  /** From the left: servers in the middle, their clients on both sides. */
  readonly stations: readonly LadderStation[]
  readonly rows: readonly LadderRow[]
  /** Messages and data frames of the tunnel for which there was no row left. */
  readonly left: { readonly messages: number; readonly data: number }
  /** Frames that are no part of the tunnel: ARP and what else is on the link. */
  readonly others: number
}

/** A time as ladders say it: seconds with so many decimals. */
export function timeText(time: number, decimals: number): string {
  return (time / 1e9).toFixed(decimals)
}

/** The names a station's column is headed with, one below the other. */
export function headingOf({ name, address, tunnel }: LadderStation): readonly string[] {
  const shown = tunnel.filter(each => each !== address)
  return [...(name === undefined ? [] : [name]), address, ...(shown.length === 0 ? [] : [shown.join(', ')])]
}

/** What is said below a ladder of what it leaves out; empty where it leaves out nothing of the tunnel. */
export function leftText({ left }: Ladder): string {
  const parts = [
    ...(left.messages === 0 ? [] : [`${left.messages} more message${left.messages === 1 ? '' : 's'}`]),
    ...(left.data === 0 ? [] : [`${left.data} more data frame${left.data === 1 ? '' : 's'}`]),
  ]
  return parts.length === 0 ? '' : `${parts.join(' and ')} not shown`
}
