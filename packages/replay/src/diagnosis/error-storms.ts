/** Error Indications that come in crowds, and those that tell of a loop. */
import { formatIp } from '@dmvpn/wire'
import type { Ip, Observation } from '../observation.ts'
import { isError } from '../rules/parts.ts'
import { instant, type Remark, type RemarkStep } from './remark.ts'

const most = 4096
/** A storm: so many of one kind between two stations within so many nanoseconds. */
const crowd = 10
const within = 10e9
/** RFC 2332 §5.2.7; FRRouting and OpenNHRP write 2. */
const loopCodes: readonly number[] = [3, 2]
const mostSteps = 5

interface Errors {
  readonly from: Ip
  readonly to: Ip
  readonly code: number
  readonly steps: RemarkStep[]
  /** Times of the last `crowd` of them. */
  readonly recent: number[]
  count: number
  storm: number | undefined
}

/** Counts Error Indications. */
export class ErrorStorms {
  private readonly errors = new Map<string, Errors>()

  take(seen: Observation): void {
    if (seen.kind !== 'nhrp' || !isError(seen.packet)) return
    const { source: from, destination: to, time, frame, packet } = seen
    if (from === undefined || to === undefined) return
    const { errorCode: code } = packet
    const key = `${from} ${to} ${code}`
    let errors = this.errors.get(key)
    if (errors === undefined) {
      if (this.errors.size >= most) return
      errors = { from, to, code, steps: [], recent: [], count: 0, storm: undefined }
      this.errors.set(key, errors)
    }
    errors.count++
    if (errors.steps.length < mostSteps) errors.steps.push({ time, frame, text: `Error Indication ${code}` })
    errors.recent.push(time)
    if (errors.recent.length > crowd) errors.recent.shift()
    if (errors.recent.length === crowd && time - errors.recent[0]! <= within) errors.storm ??= errors.recent[0]!
  }

  remarks(): readonly Remark[] {
    return [...this.errors.values()].flatMap(({ from, to, code, steps, count, storm }): Remark[] => {
      const stations = [formatIp(from), formatIp(to)]
      const between = `of ${formatIp(from)} to ${formatIp(to)}`
      if (storm !== undefined) {
        const text = `${count} Error Indications ${code} ${between}, a storm from ${instant(storm)} on`
        return [{ topic: 'errors', severity: 'error', stations, text, steps }]
      }
      if (!loopCodes.includes(code)) return []
      const text = `${formatIp(from)} found a message of ${formatIp(to)} going in a circle (${count} Error Indications ${code})`
      return [{ topic: 'errors', severity: 'error', stations, text, steps }]
    })
  }
}
