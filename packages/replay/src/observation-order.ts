/**
 * Observations in the order of time, each once: a capture of several interfaces need not be in order, and has a packet
 * as often as it crossed one.
 */
import type { Ip, Observation } from './observation.ts'

/** Clocks of several interfaces are this far apart, and batches of several queues: nanoseconds. */
const disorder = 250e6
/** Interfaces see one packet within 50 ms. */
const copyWindow = 50e6
/** Observations handed on before their places are let go of. */
const batch = 1024
/** Observations waited for at most. */
const most = 16384

/** Puts what was seen in order, and leaves copies out. */
export class ObservationOrder {
  /** Copies left out, by the frame of the first. */
  copies = 0
  /** Times a frame came that is older than one before it. */
  disordered = 0
  /** The first frame of those. */
  firstLate: number | undefined = undefined
  private readonly waiting: Observation[] = []
  /** How many of them were handed on. */
  private head = 0
  /** Where in the lists below a packet is, by `tokenOf`: to keep the packets themselves would keep them from the collector. */
  private readonly recent = new Map<number, number>()
  private readonly times = new Float64Array(most)
  private readonly interfaces = new Float64Array(most)
  private latest = Number.NEGATIVE_INFINITY
  private readonly next: (seen: Observation) => void

  constructor(next: (seen: Observation) => void) {
    this.next = next
  }

  /** Takes the next in the order of the file. */
  take(seen: Observation): void {
    if (seen.time < this.latest) {
      this.disordered++
      this.firstLate ??= seen.frame
    }
    if (seen.time > this.latest) this.latest = seen.time
    const { waiting } = this
    let at = waiting.length
    while (at > this.head && waiting[at - 1]!.time > seen.time) at--
    if (at === waiting.length) waiting.push(seen)
    else waiting.splice(at, 0, seen)
    while (waiting[this.head]!.time < this.latest - disorder || waiting.length - this.head > most) {
      this.pass(waiting[this.head++]!)
    }
    // What was handed on is let go of a batch at a time: to move the rest for every frame would take longer than judging.
    if (this.head < batch) return
    waiting.splice(0, this.head)
    this.head = 0
  }

  /** Hands on what is left. */
  end(): void {
    for (let i = this.head; i < this.waiting.length; i++) this.pass(this.waiting[i]!)
    this.waiting.length = 0
    this.head = 0
  }

  private pass(seen: Observation): void {
    // The exchanges' own copies are theirs to know: they compare octets.
    if (seen.kind === 'nhrp' && seen.sighting !== undefined) {
      if (seen.sighting.duplicateOf === undefined) this.next(seen)
      else this.copies++
      return
    }
    const { recent, times, interfaces } = this
    const token = tokenOf(seen)
    let place = recent.get(token)
    if (
      place !== undefined &&
      seen.time - times[place]! <= copyWindow &&
      (seen.identification >= 0 || seen.interface !== interfaces[place])
    ) {
      this.copies++
      return
    }
    if (place === undefined) {
      if (recent.size >= most) recent.clear()
      place = recent.size
      recent.set(token, place)
    }
    times[place] = seen.time
    interfaces[place] = seen.interface
    this.next(seen)
  }
}

/** 53 bits of what is equal of copies: to build a text of it for every packet would take longer than to judge it. */
function tokenOf({ kind, print, identification, source, destination }: Observation): number {
  const ends = Math.imul(mixed(source) ^ identification ^ kind.length, 0x85ebca6b) + mixed(destination)
  return (ends & 0x1fffff) * 2 ** 32 + print
}

function mixed(address: Ip | undefined): number {
  if (address === undefined) return 0
  const word = typeof address === 'number' ? address : Number(BigInt.asUintN(32, address ^ (address >> 64n)))
  return Math.imul(word ^ (word >>> 15), 0x9e3779b1)
}
