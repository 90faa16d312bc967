/** What spans frames: owned by the caller, given to `dissect` with every frame in order. */
import {
  type AnyProtocol,
  type Arp,
  ah,
  arp,
  type Continuation,
  esp,
  type Session as Follower,
  type Frame,
  icmp,
  icmpEcho,
  icmpv6,
  icmpv6Echo,
  type Layer,
  type Nhrp,
  nhrp,
  type PacketCursor,
  tcp,
  udp,
} from '@dmvpn/protocols'
import type { FrameRecord } from '../frame-record.ts'
import { DuplicateAddresses } from './duplicate-addresses.ts'
import { EchoPairs } from './echo-pairs.ts'
import { Exchanges } from './exchanges.ts'
import { type Followed, followedBy } from './followed.ts'
import { ForeseenExchanges } from './foreseen-exchanges.ts'
import { Foresight } from './foresight.ts'
import { fragmentOf } from './fragments.ts'
import { Reassembly, readFirst } from './reassembly.ts'
import { Streams } from './streams.ts'

const perSecond = 1_000_000_000

/**
 * No integer: a slot that begins with one, and what is computed with it, is made for small ones, and all compiled code is
 * thrown away when the first does not fit, two seconds into a capture.
 */
const notYet = Number.NaN

export class Session implements Follower {
  /** The number of the present frame, from 1. */
  number = 0
  /** The pcapng section the frames come from, from 1; undefined where the file has none: then interfaces are not shown. */
  section: number | undefined = undefined
  /** Nanoseconds since the first frame, the frame before, and the frame shown before. */
  relative: number = notYet
  delta: number = notYet
  deltaDisplayed: number = notYet

  /** Whether datagrams are put together from their fragments. */
  reassembly = true
  /** Who opens ciphertext: `@dmvpn/ipsec` with its keys. */
  readonly openers: Follower[] = []

  /** What a first pass leaves to a second, and what this second pass knows. */
  private readonly kept: Foresight | undefined
  private readonly known: Foresight | undefined
  private readonly datagrams: Reassembly
  private streams: Streams | undefined
  private echoes: EchoPairs | undefined
  private echoes6: EchoPairs | undefined
  private addresses: DuplicateAddresses | undefined
  /** NHRP packets that belong together; those that a first pass put together already, and whether anybody asks. */
  private exchanges: Exchanges | undefined
  private foreseen: ForeseenExchanges | undefined
  private relates = false
  private repeats = false
  /** Whether there were frames that nobody looked into, and whether a fragment came after those. */
  private blind = false
  private misled = false
  private firstSeconds = notYet
  private firstNanoseconds = notYet
  private seconds = notYet
  private nanoseconds = notYet
  private shownSeconds = notYet
  private shownNanoseconds = notYet

  /**
   * `known` is what a first pass over the same frames left behind: the fields that need later frames are shown with it.
   * `keeps` makes this one such a first pass.
   */
  constructor({ known, keeps = false }: { readonly known?: Foresight | undefined; readonly keeps?: boolean } = {}) {
    this.known = known
    this.kept = keeps ? new Foresight() : undefined
    this.datagrams = new Reassembly({}, this.kept?.datagrams, known?.datagrams)
    this.followOnly(followedBy(undefined))
  }

  /** What was learnt, for a second pass over the same frames; undefined unless this one keeps it. */
  get foresight(): Foresight | undefined {
    return this.kept
  }

  /** How many addresses of the present frame another station was seen to have. */
  get duplicates(): number {
    return this.addresses?.detected ?? 0
  }

  /** The number of the present frame's TCP connection; -1 where nobody asked for it. */
  get tcpStream(): number {
    return this.streams?.connected ?? -1
  }

  /** What NHRP packets belong together, as far as they are followed. To be asked for before the first frame. */
  get nhrp(): Exchanges | undefined {
    if (this.relates) this.exchanges ??= new Exchanges(this.kept?.exchanges)
    return this.exchanges
  }

  /** Follows only what fields of these names show. To be called before the first frame; all is followed otherwise. */
  only(names: Iterable<string>): void {
    this.followOnly(followedBy(names))
  }

  /** Whether no layer is of interest: nothing is followed, and nothing is opened. */
  get isIdle(): boolean {
    return !this.relates && this.addresses === undefined && this.openers.length === 0
  }

  /** Whether nothing is followed from frame to frame but fragments: a frame without any need not be walked for it. */
  get isPassive(): boolean {
    const { streams, echoes, echoes6, kept } = this
    return this.isIdle && streams === undefined && echoes === undefined && echoes6 === undefined && kept === undefined
  }

  /** Whether a whole frame with a layer of this protocol may leave something to a second pass. */
  learnsFrom(protocol: AnyProtocol): boolean {
    if (protocol === nhrp) return this.relates
    if (protocol === icmp || protocol === icmpv6) return this.echoes !== undefined
    if (protocol === tcp) return this.streams !== undefined
    return protocol === esp && this.openers.length > 0
  }

  /** Whether anything is followed through layers of this protocol. */
  follows(protocol: AnyProtocol): boolean {
    if (protocol === arp) return this.addresses !== undefined
    if (protocol === udp) return this.streams !== undefined
    // AH has a verdict though nothing is opened.
    return this.learnsFrom(protocol) || (protocol === ah && this.openers.length > 0)
  }

  /** Whether a fragment was met after frames that were passed: what belongs to it may be in those. */
  get misses(): boolean {
    return this.misled
  }

  /** Whether a first pass told all there is of NHRP packets. */
  get foresees(): boolean {
    return this.foreseen !== undefined
  }

  /** The present frame is not walked, and has one NHRP packet, that was foreseen. */
  passForeseen(): void {
    this.foreseen?.pass()
  }

  /** Takes note of the next frame of the capture. `dissect` and the exports call it once for every frame. */
  begin(record: FrameRecord): void {
    if (this.repeats) this.datagrams.repeat()
    else this.advance(record)
    this.repeats = false
    this.addresses?.begin()
    this.exchanges?.begin(this.number, record.interface ?? 0)
    this.foreseen?.begin(this.number)
    const { openers } = this
    for (let i = 0; i < openers.length; i++) openers[i]!.beginFrame?.(this.number)
  }

  /** The next frame of the capture is one that nobody looks into: only fragments are lost on a passive session. */
  pass(record: FrameRecord): void {
    this.begin(record)
    this.blind = true
  }

  /** So many frames behind the present one are not even shown: who comes after them knows no time since the frame before. */
  leaveOut(count: number): void {
    this.number += count
    this.blind ||= count > 0
  }

  /**
   * The `begin` that follows means the present frame once more: a filter walked it, and now it is walked to be printed.
   * What the session showed in the first walk it shows again, and nothing counts twice.
   */
  again(): void {
    this.repeats = true
  }

  /** The present frame is shown: later ones count `frame.time_delta_displayed` from it. */
  displayed(): void {
    this.shownSeconds = this.seconds
    this.shownNanoseconds = this.nanoseconds
  }

  /** Asked where a payload is not whole or not readable: fragments are put together, ciphertext goes to the openers. */
  follow(c: PacketCursor, layer: Layer, frame: Frame): Continuation | undefined {
    const fragment = fragmentOf(layer, frame)
    if (fragment !== undefined) {
      if (this.reassembly) {
        this.misled ||= this.blind
        return this.datagrams.add(c, fragment, this.number, this.relative)
      }
      readFirst(c, fragment)
      return undefined
    }
    const { openers } = this
    for (let i = 0; i < openers.length; i++) {
      const opened = openers[i]!.follow(c, layer, frame)
      if (opened !== undefined) return opened
    }
    return undefined
  }

  /** Told in the middle of a walk: what the tree shows there. */
  amid(c: PacketCursor, protocol: AnyProtocol, start: number): void {
    const { relative, number } = this
    if (protocol === udp) this.streams?.udp(c, start, relative, number)
    else if (protocol === tcp) this.streams?.tcp(c, start, relative, number)
    else if (c.quoted) return
    else if (protocol === icmp) this.echoes?.take(c, start, relative, number)
    else if (protocol === icmpv6) this.echoes6?.take(c, start, relative, number)
  }

  /** Shows every layer that is read without a session to the openers: AH has a verdict though its payload is in the clear. */
  watch(c: PacketCursor, layer: Layer, frame: Frame): void {
    const { openers } = this
    const { protocol } = layer
    if (protocol === nhrp) {
      this.exchanges?.take(c, layer, frame, this.relative, this.foreseen === undefined)
      this.foreseen?.take(c, layer.packet as Nhrp)
    }
    if (protocol === arp) this.addresses?.take(c, layer.packet as Arp, this.seconds, this.number)
    for (let i = 0; i < openers.length; i++) openers[i]!.watch?.(c, layer, frame)
  }

  private advance(record: FrameRecord): void {
    const { seconds, nanoseconds } = record
    if (this.number++ === 0) {
      this.firstSeconds = seconds
      this.firstNanoseconds = nanoseconds
      this.seconds = seconds
      this.nanoseconds = nanoseconds
    }
    this.relative = (seconds - this.firstSeconds) * perSecond + nanoseconds - this.firstNanoseconds
    this.delta = (seconds - this.seconds) * perSecond + nanoseconds - this.nanoseconds
    this.deltaDisplayed = Number.isNaN(this.shownSeconds)
      ? 0
      : (seconds - this.shownSeconds) * perSecond + nanoseconds - this.shownNanoseconds
    this.seconds = seconds
    this.nanoseconds = nanoseconds
  }

  private followOnly(followed: Followed): void {
    const { kept, known } = this
    this.streams = followed.streams ? new Streams(kept, known) : undefined
    this.echoes = followed.echoes ? new EchoPairs(icmpEcho, [8, 0], kept?.echoes, known?.echoes) : undefined
    this.echoes6 = followed.echoes ? new EchoPairs(icmpv6Echo, [128, 129], kept?.echoes6, known?.echoes6) : undefined
    this.addresses = followed.addresses ? new DuplicateAddresses() : undefined
    this.relates = followed.exchanges
    this.exchanges = followed.exchanges && known === undefined ? new Exchanges(kept?.exchanges) : undefined
    this.foreseen = followed.exchanges && known !== undefined ? new ForeseenExchanges(known.exchanges) : undefined
  }
}
