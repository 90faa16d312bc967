/** Which of a router's alarms still count: whoever has ten thousand routers wakes none for the others. */
import type { Alarm } from './alarms.ts'
import type { Instant } from './instant.ts'
import { wantsScan } from './nhrp/ageing.ts'
import type { RouterState } from './router-state.ts'

/** More alarms than this are not looked through: the first one is taken to count. */
const fewAlarms = 8

/** When the first alarm is due that counts, as things are; undefined where none does. */
export function nextThatCounts(router: RouterState): Instant | undefined {
  const { agenda } = router
  if (agenda.length > fewAlarms) return agenda.next
  let first: Instant | undefined
  for (let i = 0; i < agenda.length; i++) {
    const due = agenda.dueAt(i)
    if ((first === undefined || due < first) && !isVoid(router, agenda.itemAt(i), due)) first = due
  }
  return first
}

/** Whether nothing would come of an alarm; of a scan, nor of all that would follow it. */
function isVoid(router: RouterState, alarm: Alarm, due: Instant): boolean {
  if (alarm.alarm === 'registration') return alarm.server.due > due
  return alarm.alarm === 'scan' && !wantsScan(router)
}
