/** `show ip eigrp neighbors`: who was heard, on which interface, and how long ago. */
import { type Instant, type RouterState, seconds, secondsLeft } from '@dmvpn/core'
import { formatIpv4 } from '@dmvpn/wire'
import { shortInterfaceName } from '../interface-name.ts'
import { clock } from './clock.ts'

export function showIpEigrpNeighbors(router: RouterState, now: Instant): readonly string[] {
  return router.eigrp.flatMap(({ settings, interfaces }) => {
    const neighbors = [...interfaces.values()].flatMap(on => [...on.neighbors.values()].map(each => ({ on, each })))
    neighbors.sort((one, other) => one.each.since - other.each.since)
    const lines = neighbors.map(({ on, each }, number) => {
      const columns = [
        String(number).padEnd(4),
        formatIpv4(each.address).padEnd(24),
        shortInterfaceName(on.name).padEnd(12),
        String(secondsLeft(now, each.heard + seconds(each.hold))).padStart(7),
        ` ${clock(now - each.since)}`,
        // Nobody here measures round trips: timers are fixed.
        '    -',
        '    -',
        String(each.queue.length).padStart(3),
        ` ${String(each.received).padStart(3)}`,
      ]
      return columns.join('')
    })
    return [
      `IP-EIGRP neighbors for process ${settings.autonomousSystem}`,
      'H   Address                 Interface       Hold Uptime   SRTT   RTO  Q  Seq',
      '                                            (sec)         (ms)       Cnt Num',
      ...lines,
    ]
  })
}
