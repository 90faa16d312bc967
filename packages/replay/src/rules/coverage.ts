/** Which stations' links a capture watches, judged by whose packets it has. */
import type { Ip, Seen } from '../observation.ts'

/** Ways a station's packets go. */
const sends = 1
const receives = 2
/** Interfaces, stations of one, and veiled stations remembered. */
const most = 0x4000

export class Coverage {
  /** Whether the user vouches for every link. */
  private readonly complete: boolean
  /** By interface: the stations that every packet had as one of its ends; empty where there is none. */
  private readonly taps = new Map<number, ReadonlySet<Ip>>()
  /** By interface and station: whether it was seen to send (1), and to be sent something (2). */
  private readonly ways = new Map<number, Map<Ip, number>>()
  /** Stations from or to which something came that nobody could open. */
  private readonly veiled = new Set<Ip>()
  /** Addresses that belong to one station, by either. */
  private readonly same: (a: Ip, b: Ip) => boolean

  constructor(complete: boolean, same: (a: Ip, b: Ip) => boolean) {
    this.complete = complete
    this.same = same
  }

  take({ source, destination, interface: tap, device }: Seen): void {
    if (source !== undefined) this.note(tap, source, sends)
    // What leaves a device is on its way to somebody.
    if (destination !== undefined) this.note(tap, destination, device ? sends | receives : receives)
    if (source === undefined || (destination === undefined && !device)) return
    const before = this.taps.get(tap)
    // Of a device's first packets one end may not be known.
    if (destination === undefined) return
    if (before === undefined) {
      if (this.taps.size < most) this.taps.set(tap, new Set([source, destination]))
      return
    }
    if (before.size === 0) return
    const isEnd = (each: Ip): boolean => this.same(source, each) || this.same(destination, each)
    for (const each of before) {
      if (isEnd(each)) continue
      this.taps.set(tap, new Set([...before].filter(isEnd)))
      return
    }
  }

  private note(tap: number, station: Ip, way: number): void {
    let stations = this.ways.get(tap)
    if (stations === undefined) {
      if (this.ways.size >= most) return
      stations = new Map()
      this.ways.set(tap, stations)
    }
    const before = stations.get(station)
    if (before === undefined ? stations.size < most : (before & way) !== way) stations.set(station, (before ?? 0) | way)
  }

  veil({ source, destination }: Seen): void {
    if (source !== undefined && this.veiled.size < most) this.veiled.add(source)
    if (destination !== undefined && this.veiled.size < most) this.veiled.add(destination)
  }

  /** Whether some of what a station sends or is sent could not be opened. */
  isVeiled(station: Ip): boolean {
    return this.veiled.has(station)
  }

  /** Whether a station was seen to send and to receive, under whichever of its addresses. */
  private isBoth(tap: number, station: Ip): boolean {
    let ways = 0
    for (const [address, way] of this.ways.get(tap) ?? []) if (this.same(address, station)) ways |= way
    return ways === (sends | receives)
  }

  /** Whether both directions of a station's link are in the capture: its own link was tapped, or the middle of the cloud. */
  watches(station: Ip): boolean {
    if (this.complete) return true
    for (const [tap, ends] of this.taps) {
      if (!this.isBoth(tap, station)) continue
      if (ends.size === 0) return true
      if (ends.size === 1 && [...ends].some(each => this.same(each, station))) return true
    }
    return false
  }
}
