/** Two stations that do not understand each other: another GRE key each way, another password. */
import { formatIp } from '@dmvpn/wire'
import type { Ip, NhrpSeen, Observation } from '../observation.ts'
import { isMulticast } from '../observation.ts'
import { PairMap } from '../rules/pair-map.ts'
import { isError, passwordOf } from '../rules/parts.ts'
import type { Remark, RemarkStep } from './remark.ts'

const most = 16_384
/** Keys of one direction remembered. */
const mostKeys = 8

/** One direction between two stations. */
interface Direction {
  readonly from: Ip
  readonly to: Ip
  /** By key, undefined where there is none: where it was seen first. */
  readonly keys: Map<number | undefined, RemarkStep>
  /** By password, in hexadecimal; of messages of the sender's own. */
  readonly passwords: Map<string, RemarkStep>
}

/** RFC 2332 §5.2.7. */
const authenticationFailure = 11

/** Compares what both directions of a pair of stations have. */
export class Mismatches {
  private readonly directions = new PairMap<Direction>(most)
  private readonly complaints = new Map<string, Remark>()

  take(seen: Observation): void {
    const { source, destination } = seen
    if (seen.kind === 'esp' || seen.kind === 'key-exchange') return
    if (source === undefined || destination === undefined || isMulticast(destination)) return
    const direction = this.directionOf(source, destination)
    if (direction === undefined) return
    const { time, frame, gre } = seen
    if (gre !== undefined) {
      const { key } = gre.packet
      if (!direction.keys.has(key) && direction.keys.size < mostKeys)
        direction.keys.set(key, { time, frame, text: `${formatIp(source)} sends with key ${key ?? 'none'}` })
    }
    if (seen.kind === 'nhrp') this.takeMessage(seen, direction)
  }

  remarks(): readonly Remark[] {
    const found: Remark[] = [...this.complaints.values()]
    for (const one of this.directions.values()) {
      const other = this.directions.get(one.to, one.from)
      // Each pair once.
      if (other === undefined || one.from > one.to) continue
      if (differ(one.keys, other.keys)) found.push(mismatch(one, 'GRE keys', one.keys, other.keys))
      if (differ(one.passwords, other.passwords))
        found.push(mismatch(one, 'NHRP passwords', one.passwords, other.passwords))
    }
    return found
  }

  private takeMessage({ packet, time, frame }: NhrpSeen, direction: Direction): void {
    if (packet === undefined) return
    const { from, to, passwords } = direction
    const password = passwordOf(packet)
    // Errors quote and carry what they like.
    if (
      password !== undefined &&
      password !== '' &&
      !isError(packet) &&
      !passwords.has(password) &&
      passwords.size < mostKeys
    )
      passwords.set(password, {
        time,
        frame,
        text: `${formatIp(from)} sends a password of ${password.length / 2} octets`,
      })
    if (!isError(packet) || packet.errorCode !== authenticationFailure) return
    const key = `${from} ${to}`
    if (this.complaints.has(key) || this.complaints.size >= most) return
    this.complaints.set(key, {
      topic: 'mismatch',
      severity: 'error',
      stations: [formatIp(from), formatIp(to)],
      text: `${formatIp(from)} does not accept the password of ${formatIp(to)} (Error Indication 11)`,
      steps: [{ time, frame, text: 'Error Indication' }],
    })
  }

  private directionOf(from: Ip, to: Ip): Direction | undefined {
    let direction = this.directions.get(from, to)
    if (direction === undefined && this.directions.size < most) {
      direction = { from, to, keys: new Map(), passwords: new Map() }
      this.directions.set(from, to, direction)
    }
    return direction
  }
}

/** Whether both ways have something and nothing of it is the same. */
function differ(one: ReadonlyMap<unknown, unknown>, other: ReadonlyMap<unknown, unknown>): boolean {
  return one.size > 0 && other.size > 0 && [...one.keys()].every(key => !other.has(key))
}

function mismatch(
  { from, to }: Direction,
  what: string,
  one: ReadonlyMap<unknown, RemarkStep>,
  other: ReadonlyMap<unknown, RemarkStep>,
): Remark {
  return {
    topic: 'mismatch',
    severity: 'error',
    stations: [formatIp(from), formatIp(to)],
    text: `${formatIp(from)} and ${formatIp(to)} use different ${what}`,
    steps: [...one.values(), ...other.values()].toSorted((a, b) => a.time - b.time),
  }
}
