/** What reference routers send and nobody was seen to. */
import type { Nhrp } from '@dmvpn/protocols'
import { second } from '../rules/parts.ts'
import { aboutFrame, type CoreBench, type Doubt } from './core-bench.ts'
import type { Expectation } from './reference-router.ts'
import type { ReferenceStation } from './reference-station.ts'
import { dataSubject, messageSubject } from './subject.ts'

/** Who says nothing at all for that long after it was asked may have been switched off. */
const absence = 10 * second
/** Missing packets whose verdict waits for the end. */
const most = 4096

interface Missed {
  readonly station: ReferenceStation
  readonly expectation: Expectation
}

export class MissingPackets {
  private missed: Missed[] = []
  private readonly bench: CoreBench

  constructor(bench: CoreBench) {
    this.bench = bench
  }

  /** What was awaited of a station for too long. */
  settle(station: ReferenceStation, time: number): void {
    const { expectations } = station
    const isLate = (each: Expectation): boolean => each.time + this.bench.window < time
    if (expectations.length === 0 || !isLate(expectations[0]!)) return
    station.expectations = expectations.filter(each => !isLate(each))
    for (const expectation of expectations) {
      if (!expectation.required || !isLate(expectation)) continue
      // Only at the end it is known whose links were watched.
      if (this.missed.length < most) this.missed.push({ station, expectation })
      else this.judge({ station, expectation })
    }
  }

  /** The capture is over. */
  end(stations: Iterable<ReferenceStation>, latest: number): void {
    for (const station of stations) {
      this.settle(station, latest)
      for (const expectation of station.expectations)
        if (expectation.required)
          this.say(station, expectation, ['ended-after-capture', 'the capture ends before it could be seen'])
      station.expectations = []
    }
    for (const each of this.missed) this.judge(each)
    this.missed = []
  }

  private judge({ station, expectation }: Missed): void {
    this.say(station, expectation, this.doubtOf(station, expectation))
  }

  /** Why it need not be missing. */
  private doubtOf(station: ReferenceStation, { message, data, destination, time }: Expectation): Doubt | undefined {
    const { coverage, framesLost } = this.bench.known
    if (data !== undefined) return ['state-unknown', 'a packet may end anywhere']
    if (station.firstSeen > time) return ['began-before-capture', 'it had not sent anything yet: it may have been off']
    if (this.bench.known.wasAway(station.nbma, time, time + absence))
      return ['state-unknown', 'the station sent nothing for a while: it may have been off']
    if (!this.bench.watches(station)) return ['one-side-only', 'not all of the station’s link is in the capture']
    if (framesLost) return ['frames-lost', 'it may be among the frames that were lost']
    if (coverage.isVeiled(station.nbma) && coverage.isVeiled(destination))
      return ['encrypted', 'it may be in ESP that nobody could open']
    if (!this.bench.fromStart && time < this.bench.horizon && isDoubtful(message!))
      return ['began-before-capture', 'it may know what the capture does not show']
    return undefined
  }

  private say(station: ReferenceStation, expectation: Expectation, doubt: Doubt | undefined): void {
    const { message, data, destination, cause, time } = expectation
    const subject = message === undefined ? dataSubject(data!) : messageSubject(message, destination)
    const of = aboutFrame(station.nbma, { frame: cause, time }, subject)
    const because = `frame ${cause} should have it sent`
    if (doubt === undefined)
      this.bench.say({ ...of, verdict: 'missing', because: `${because}, and it was not` }, station.nbma)
    else
      this.bench.say(
        { ...of, verdict: 'cannot-judge', obstacle: doubt[0], because: `${because}; ${doubt[1]}` },
        station.nbma,
      )
  }
}

/** What rests on nothing being known: refusals, errors, and questions that somebody may have asked before. */
function isDoubtful(message: Nhrp): boolean {
  if (message.kind === 'resolution-reply') return message.entries.some(({ code }) => code !== 0)
  return (
    message.kind === 'error-indication' ||
    message.kind === 'traffic-indication' ||
    message.kind === 'resolution-request'
  )
}
