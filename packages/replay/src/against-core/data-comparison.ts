/** Packets in the tunnel beside where a reference router sends them. */
import { formatIp } from '@dmvpn/wire'
import type { DataSeen } from '../observation.ts'
import { second } from '../rules/parts.ts'
import { aboutFrame, type CoreBench, type Doubt, fulfil } from './core-bench.ts'
import { type Expectation, isRouting } from './reference-router.ts'
import type { ReferenceStation } from './reference-station.ts'
import { dataSubject } from './subject.ts'
import type { CapturedTunnel, InnerPacket } from './tunnel-packet.ts'

/** A mapping learned this shortly before may not have been in force yet, nor one that ends. */
const settling = 0.5 * second
/** Ways remembered. */
const most = 4096

export class DataComparison {
  /** The first frame that went another way than predicted, by station and both ways. */
  private readonly told = new Map<string, number>()
  /** Mappings by which a packet has gone. */
  private readonly used = new Set<string>()
  private readonly bench: CoreBench

  constructor(bench: CoreBench) {
    this.bench = bench
  }

  /** A station sent a packet. */
  judge(station: ReferenceStation, seen: DataSeen, tunnel: CapturedTunnel, packet: InnerPacket): void {
    const subject = dataSubject(packet)
    if (isRouting(packet)) {
      this.bench.sayUnjudged(station.nbma, seen, subject, ['not-modelled', 'it is of a routing protocol, or for many'])
      return
    }
    const key = seen.gre?.packet.key
    const awaited = (): Expectation | undefined => {
      const same = station.expectations.filter(({ data }) => data?.key === packet.key)
      return same.find(each => each.key === key) ?? same[0]
    }
    let expectation = awaited()
    const passes = expectation !== undefined && expectation.cause !== seen.frame
    if (expectation === undefined) {
      station.originate(seen.time, seen.frame, fresh(packet))
      expectation = awaited()
    }
    if (expectation === undefined) {
      const because = `the reference router would not send it: ${station.router.lastPacket?.disposition ?? 'nothing came of it'}`
      this.bench.sayUnjudged(station.nbma, seen, subject, ['state-unknown', because])
      return
    }
    fulfil(station, expectation)
    const differences = this.bench
      .differences(seen, tunnel, expectation, undefined)
      .filter(({ field }) => passes || field === 'ip.dst' || field.startsWith('gre.'))
    const of = aboutFrame(station.nbma, seen, subject)
    const because = this.wayOf(station, packet, expectation)
    if (differences.length === 0) return this.bench.say({ ...of, verdict: 'agrees', because }, station.nbma)
    const isElsewhere = expectation.key !== key
    if (isElsewhere && station.routesAreUnsure) station.excuse(packet.key, seen.frame)
    if (isElsewhere || differences.some(({ field }) => field === 'ip.dst')) {
      const unsure = this.doubtOf(station, seen, expectation, packet)
      if (unsure !== undefined) return this.bench.sayUnjudged(station.nbma, seen, subject, unsure)
    }
    this.bench.say({ ...of, verdict: 'differs', because, differences }, station.nbma)
  }

  /** Why another way than the predicted one need not be wrong. */
  private doubtOf(
    station: ReferenceStation,
    { time, frame, destination, gre }: DataSeen,
    expectation: Expectation,
    packet: InnerPacket,
  ): Doubt | undefined {
    if (!this.bench.watches(station)) return ['one-side-only', 'not all that the station received is in the capture']
    const teacher = station.teacherOf(expectation.key, packet.destination)
    // Which of its tunnels a packet goes by is routing, whatever NHRP has found in one of them.
    if (station.routesAreUnsure && (teacher === undefined || expectation.key !== gre?.packet.key))
      return ['not-configured', 'its routes are not known for certain']
    if (time - station.router.lastLesson <= settling || station.isAboutToForget(settling))
      return ['state-unknown', 'the way was changing at that moment']
    if (teacher === undefined && time < this.bench.horizon)
      return ['began-before-capture', 'it may know a way from before the capture']
    const ways = `${expectation.destination} ${expectation.key} ${String(destination)} ${gre?.packet.key}`
    const key = `${station.nbma} ${ways} ${String(packet.destination)}`
    const before = this.told.get(key)
    if (before !== undefined) return ['state-unknown', `it goes the way it has gone since frame ${before}`]
    if (this.told.size >= most) this.told.delete(this.told.keys().next().value!)
    this.told.set(key, frame)
    return undefined
  }

  /** By what the reference router's packet goes. */
  private wayOf(station: ReferenceStation, { destination }: InnerPacket, expectation: Expectation): string {
    const { key: tunnel } = expectation
    const to = formatIp(expectation.destination)
    const teacher = station.teacherOf(tunnel, destination)
    if (teacher !== undefined) {
      const key = `${station.nbma} ${tunnel} ${String(destination)} ${teacher}`
      const isFirst = !this.used.has(key)
      if (this.used.size >= most) this.used.clear()
      this.used.add(key)
      return `it goes to ${to} by what was learned in frame ${teacher}${isFirst ? ', the first to do so' : ''}`
    }
    const hop = station.teacherOfNextHop(tunnel, destination)
    if (hop !== undefined) return `it goes to ${to} by the route, whose next hop was learned in frame ${hop}`
    const byServer = station.router.lastPacket?.disposition === 'sent to server'
    return byServer ? `it goes to the server ${to} until its own way is known` : `it goes to ${to} by the route`
  }
}

/** The packet as it was before the router took one from its time to live. */
function fresh({ bytes }: InnerPacket): Uint8Array {
  const copy = bytes.slice()
  if (copy[0]! >>> 4 === 6) {
    copy[7] = Math.min(255, copy[7]! + 1)
    return copy
  }
  if (copy[8] === 255) return copy
  copy[8] = copy[8]! + 1
  const view = new DataView(copy.buffer)
  const sum = view.getUint16(10) - 0x100
  view.setUint16(10, sum < 0 ? sum + 0xffff : sum)
  return copy
}
