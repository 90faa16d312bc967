/** What a message is to others of its ladder, in words. */
import type { Sighting } from '@dmvpn/dissect'
import { patience } from '../patience.ts'
import { timeText } from './ladder.ts'

export interface Ends {
  readonly from: string
  readonly to: string | undefined
}

/** Whether a packet wants nothing more: it asks for no reply, or there is one, to it or to what it was passed on from. */
function isAnswered(packet: Sighting): boolean {
  const { type, wantsReply } = packet
  if ((type !== 1 && type !== 3 && type !== 5) || !wantsReply) return true
  // A reply may take another way back than the request came.
  for (let each: Sighting | undefined = packet, hops = 0; each !== undefined && hops < mostHops; hops++) {
    if (each.responseIn !== undefined || each.errorIn !== undefined) return true
    each = each.forwardedFrom
  }
  return false
}

/** A hop count has 8 bits. */
const mostHops = 256

/** What became of a question: the capture may end before anybody could answer. */
export type Outcome = 'answered' | 'unanswered' | 'open'

export function outcomeOf(packet: Sighting, end: number): Outcome {
  if (isAnswered(packet)) return 'answered'
  return end - packet.time < patience ? 'open' : 'unanswered'
}

/** What is said beside a message. */
export function marksOf(packet: Sighting, outcome: Outcome): readonly string[] {
  const { retransmissionOf, forwardedFrom, indicationIn, responseTo, errorTo, time } = packet
  const marks: string[] = []
  if (forwardedFrom !== undefined) marks.push(`passed on from ${forwardedFrom.frame}`)
  if (retransmissionOf !== undefined) marks.push(`again, first in ${retransmissionOf.frame}`)
  if (indicationIn !== undefined) marks.push(`because of ${indicationIn.frame}`)
  if (responseTo !== undefined) marks.push(`answers ${responseTo.frame} after ${after(time - responseTo.time)}`)
  if (errorTo !== undefined) marks.push(`about ${errorTo.frame}`)
  if (outcome === 'unanswered') marks.push('unanswered')
  if (outcome === 'open') marks.push('open where the capture ends')
  return marks
}

function after(nanoseconds: number): string {
  const milliseconds = Math.max(0, nanoseconds) / 1e6
  return milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : `${timeText(nanoseconds, 3)} s`
}
