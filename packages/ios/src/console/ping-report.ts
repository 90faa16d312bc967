/** What a router says of its ping: what is sent, a mark per echo, and the sum. */
import { type PingState, type Step, wholeSeconds } from '@dmvpn/core'
import { formatIp } from '@dmvpn/wire'

/** Before the first echo. */
export function pingHeading({ count, size, destination, timeout, source }: PingState): readonly string[] {
  return [
    '',
    'Type escape sequence to abort.',
    `Sending ${count}, ${size}-byte ICMP Echos to ${formatIp(destination)}, timeout is ${wholeSeconds(timeout)} seconds:`,
    ...(source === undefined ? [] : [`Packet sent with a source address of ${formatIp(source)}`]),
  ]
}

/** Marks on one line before the next begins. */
export const marksPerLine = 70

/** Behind the last mark. Round trips are in milliseconds; less than one counts as one. */
export function pingResult({ answered, roundTrips }: Extract<Step, { step: 'ping finished' }>): string {
  const count = answered.filter(Boolean).length
  const rate = `Success rate is ${Math.floor((100 * count) / answered.length)} percent (${count}/${answered.length})`
  if (count === 0) return rate
  const times = roundTrips.map(each => Math.max(1, Math.round(each / 1000)))
  const average = Math.round(times.reduce((sum, each) => sum + each, 0) / times.length)
  return `${rate}, round-trip min/avg/max = ${Math.min(...times)}/${average}/${Math.max(...times)} ms`
}
