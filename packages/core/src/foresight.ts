/** Which of a router's alarms still count: whoever has ten thousand routers wakes none for the others. */
import type { Alarm } from './alarms.ts'
import type { Instant } from './instant.ts'
import { scanPeriod, wantsScan } from './nhrp/ageing.ts'
import type { RouterState } from './router-state.ts'

/** Instants that are looked ahead. */
export const foreseen = 3

/** More alarms than this are not looked through: the first one is taken to count. */
const fewAlarms = 8

/**
 * When the router wants to be woken, in order, into `wakes` from `place` on: instants at which all alarms are void, as
 * things are, and last one that counts, or that cannot be told. Behind the last there is infinity.
 */
export function foreseeWakes(router: RouterState, wakes: Instant[], place: number): void {
  const { agenda } = router
  const end = place + foreseen
  for (let i = place; i < end; i++) wakes[i] = never
  wakes[place] = agenda.next ?? never
  if (agenda.length > fewAlarms) return
  for (let at = place; at < end - 1; at++) {
    const due = wakes[at]!
    let next = never
    let count = 0
    for (let i = 0; i < agenda.length; i++) {
      const time = agenda.dueAt(i)
      if (time > due) next = time < next ? time : next
      else if (time === due) {
        const alarm = agenda.itemAt(i)
        if (!isVoid(router, alarm, due)) return
        // The scan that follows one that finds nothing.
        if (alarm.alarm === 'scan' && due + scanPeriod < next) next = due + scanPeriod
        count++
      }
    }
    if (count === 0) return
    wakes[at + 1] = next
  }
}

/** Whether nothing would come of an alarm. */
function isVoid(router: RouterState, alarm: Alarm, due: Instant): boolean {
  if (alarm.alarm === 'registration') return alarm.server.due > due
  return alarm.alarm === 'scan' && !wantsScan(router)
}

const never: Instant = Number.POSITIVE_INFINITY
