/** One station's NHRP cache while it is followed: lessons come in, bindings come of them, live and end. */
import { formatIp, maskOf } from '@dmvpn/wire'
import type { Ip } from '../observation.ts'
import { covers, second } from '../rules/parts.ts'
import type { Binding, BindingChange, BindingEvent } from './binding.ts'

/** Events remembered of one binding. */
const mostEvents = 64

/** What a message teaches a station. */
export type Lesson = Pick<Binding, 'origin' | 'network' | 'prefixLength' | 'via' | 'nbma' | 'holdingTime'> &
  Partial<Pick<Binding, 'claimed' | 'unique'>>

/** When something was seen: nanoseconds since the first frame, and the frame, where one shows it. */
export interface Moment {
  readonly time: number
  readonly frame: number | undefined
}

/** A binding while it is followed. */
type Line = { -readonly [K in keyof Binding]: K extends 'events' ? BindingEvent[] : Binding[K] }

export class StationCache {
  private readonly holder: Ip
  /** By network. */
  private readonly lines = new Map<number | string, Line>()
  /** Prefix lengths there have been, the longest first. */
  private readonly lengths: number[] = []

  constructor(holder: Ip) {
    this.holder = holder
  }

  get size(): number {
    return this.lines.size
  }

  /** Every binding there has been, as it is at an instant. */
  bindings(time: number): readonly Binding[] {
    const lines = [...this.lines.values()]
    for (const line of lines) expire(line, time)
    return lines
  }

  learn(lesson: Lesson, moment: Moment): void {
    const { prefixLength, nbma, origin, holdingTime } = lesson
    const network = networkPart(lesson.network, prefixLength)
    const known = {
      origin,
      network,
      prefixLength,
      via: lesson.via,
      nbma,
      holdingTime,
      claimed: lesson.claimed ?? nbma,
      unique: lesson.unique ?? false,
      expires: origin === 'server' ? undefined : moment.time + holdingTime * second,
      ended: undefined,
      used: false,
    }
    const key = keyOf(network, prefixLength)
    const old = this.lines.get(key)
    if (old === undefined) {
      const line: Line = { ...known, holder: this.holder, created: moment.time, events: [], flaps: 0 }
      this.lines.set(key, line)
      if (!this.lengths.includes(prefixLength)) insertLength(this.lengths, prefixLength)
      note(line, origin === 'asked' ? 'asked' : 'created', moment)
      return
    }
    expire(old, moment.time)
    const change = changeOf(old, lesson)
    // The answer to a question is no flap, nor is asking again.
    if ((change === 'created' || change === 'moved') && old.origin !== 'asked') old.flaps++
    if (change === 'created' || change === 'asked') old.created = moment.time
    const before = old.nbma
    Object.assign(old, known)
    note(old, change, moment, change === 'moved' && before !== undefined ? `was at ${formatIp(before)}` : undefined)
  }

  /** A refusal is an event of what is there; where a question was refused, nothing else comes of it. */
  refuse(network: Ip, prefixLength: number, moment: Moment, because: string): void {
    const line = this.lines.get(keyOf(network, prefixLength))
    if (line !== undefined && line.ended === undefined) note(line, 'refused', moment, because)
  }

  /** A network was told where a host was asked for: the question is answered. */
  settleQuestion(target: Ip, width: number): void {
    const key = keyOf(target, width)
    if (this.lines.get(key)?.origin === 'asked') this.lines.delete(key)
  }

  /** Ends what is equal to or inside of a network, or, where a host is purged, what covers it; a server is kept. */
  purge(network: Ip, prefixLength: number, isHost: boolean, moment: Moment): void {
    for (const line of this.lines.values()) {
      if (line.ended !== undefined || line.origin === 'server') continue
      const inside = line.prefixLength >= prefixLength && covers(network, prefixLength, line.network)
      const around = isHost && covers(line.network, line.prefixLength, network)
      if (!inside && !around) continue
      line.ended = moment.time
      note(line, 'purged', moment)
    }
  }

  /** A packet went to an address by an NBMA address: the binding that says so is used. */
  use(address: Ip, nbma: Ip, moment: Moment): void {
    const line = this.lineCovering(address, moment.time)
    if (line === undefined || line.used || line.nbma !== nbma) return
    line.used = true
    note(line, 'used', moment)
  }

  /** The longest that covers an address and lives. */
  covering(address: Ip, time: number): Binding | undefined {
    return this.lineCovering(address, time)
  }

  forgetOldest(): void {
    const [oldest] = this.lines.keys()
    if (oldest !== undefined) this.lines.delete(oldest)
  }

  private lineCovering(address: Ip, time: number): Line | undefined {
    const width = typeof address === 'number' ? 32 : 128
    for (const length of this.lengths) {
      if (length > width) continue
      const line = this.lines.get(keyOf(address, length))
      if (line === undefined) continue
      expire(line, time)
      if (line.ended === undefined) return line
    }
    return undefined
  }
}

function insertLength(lengths: number[], length: number): void {
  lengths.push(length)
  lengths.sort((a, b) => b - a)
}

/** What a lesson makes of a line that is there; that has been, where it ended. */
function changeOf({ ended, origin, nbma }: Line, lesson: Lesson): BindingChange {
  if (lesson.origin === 'asked') return ended === undefined ? 'refreshed' : 'asked'
  if (ended !== undefined || origin === 'asked') return 'created'
  return nbma === lesson.nbma ? 'refreshed' : 'moved'
}

function networkPart(network: Ip, prefixLength: number): Ip {
  if (typeof network === 'number') return (network & maskOf(prefixLength)) >>> 0
  const shift = BigInt(128 - prefixLength)
  return (network >> shift) << shift
}

/** A number for IPv4, a text for IPv6. */
function keyOf(network: Ip, prefixLength: number): number | string {
  const part = networkPart(network, prefixLength)
  return typeof part === 'number' ? part * 64 + prefixLength : `${part}/${prefixLength}`
}

function expire(line: Line, time: number): void {
  if (line.ended !== undefined || line.expires === undefined || line.expires > time) return
  line.ended = line.expires
  note(line, 'expired', { time: line.expires, frame: undefined })
}

function note({ events }: Line, change: BindingChange, { time, frame }: Moment, because?: string): void {
  if (events.length >= mostEvents) events.shift()
  events.push(because === undefined ? { change, time, frame } : { change, time, frame, because })
}
