/** Mappings that were left to expire and came back: what refreshes too late for the holding time it announces. */
import { formatIp } from '@dmvpn/wire'
import type { BindingTimeline } from '../bindings/binding-timeline.ts'
import { instant, type Remark, type RemarkStep } from './remark.ts'

/** From the histories of registered mappings. `now` is when the capture ends. */
export function holdingTimeRemarks(bindings: BindingTimeline, now: number): readonly Remark[] {
  return bindings.all(now).flatMap(({ origin, events, holder, network, nbma, holdingTime }): Remark[] => {
    if (origin !== 'registered' || nbma === undefined) return []
    const steps: RemarkStep[] = []
    let longest = 0
    for (const [index, { change, time, frame }] of events.entries()) {
      const ended = events.slice(0, index).findLast(each => each.change !== 'used' && each.change !== 'refused')
      if (change !== 'created' || ended?.change !== 'expired' || frame === undefined) continue
      longest = Math.max(longest, time - ended.time)
      steps.push({ time, frame, text: `registered again, ${instant(time - ended.time)} after it had expired` })
    }
    if (steps.length === 0) return []
    const times = steps.length === 1 ? 'once' : `${steps.length} times`
    return [
      {
        topic: 'holding-time',
        severity: 'warning',
        stations: [formatIp(nbma), formatIp(holder)],
        text: `${formatIp(network)} of ${formatIp(nbma)} expired at ${formatIp(holder)} ${times} before it was registered again: a holding time of ${holdingTime} s is refreshed too late (up to ${instant(longest)})`,
        steps,
      },
    ]
  })
}
