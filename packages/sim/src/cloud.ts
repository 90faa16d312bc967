/**
 * The NBMA network: carries a datagram to whoever has its destination address, by way of the sender's link and the
 * receiver's. In its middle stand the taps. A station may be behind NAT.
 */
import { destinationOf, hostPrefix, type Ip, PrefixTable, type Random, rewriteAddress, type Span } from '@dmvpn/core'
import { type Impairment, isSteady, pass, perfect } from './impairment.ts'
import type { Station } from './simulation.ts'
import type { Tap } from './tap.ts'

export interface CloudOptions extends Partial<Impairment> {
  readonly name?: string
}

/** One to one: the inside address is seen as the outside one, everywhere beyond the station's link. */
export interface Translation {
  readonly inside: Ip
  readonly outside: Ip
}

/** A station's place in a cloud. */
export class Attachment {
  readonly station: Station
  readonly translation: Translation | undefined
  link: Link
  /** Whether the cable is in. */
  connected = true
  private readonly name: string
  private readonly random: Random
  private sending: Random | undefined = undefined
  private receiving: Random | undefined = undefined

  constructor(station: Station, translation: Translation | undefined, link: Link, name: string, random: Random) {
    this.station = station
    this.translation = translation
    this.link = link
    this.name = name
    this.random = random
  }

  /** The dice of each direction: made when they are first cast, for most links never cast any. */
  get outwards(): Random {
    this.sending ??= this.random.fork(`${this.name}/${this.station.name}/out`)
    return this.sending
  }

  get inwards(): Random {
    this.receiving ??= this.random.fork(`${this.name}/${this.station.name}/in`)
    return this.receiving
  }
}

/** What happens at its time. */
export interface Happening {
  happen(): void
}

/** Has something happen later; what simulations do. */
export type Later = (after: Span, happening: Happening) => void

export class Cloud {
  readonly name: string
  readonly taps: Tap[] = []
  /** What every link is that was not changed. */
  private readonly link: Link
  private readonly attachments = new Map<Station, Attachment>()
  private readonly holders = new PrefixTable<Attachment>()
  private readonly later: Later
  private readonly random: Random

  constructor(random: Random, later: Later, { name = 'nbma', ...impairment }: CloudOptions = {}) {
    this.name = name
    this.random = random
    this.later = later
    this.link = linkOf({ ...perfect, ...impairment })
  }

  attach(station: Station, translation?: Translation): Attachment {
    const attachment = new Attachment(station, translation, this.link, this.name, this.random)
    this.attachments.set(station, attachment)
    for (const address of station.addresses) if (address !== translation?.inside) this.hold(address, attachment)
    if (translation !== undefined) this.hold(translation.outside, attachment)
    return attachment
  }

  private hold(address: Ip, attachment: Attachment): void {
    this.holders.set(hostPrefix(address), attachment)
  }

  /** Changes what a station's link does to packets. */
  impair(station: Station, changes: Partial<Impairment>): void {
    const of = this.attachments.get(station)
    if (of !== undefined) of.link = linkOf({ ...of.link.whole, ...changes })
  }

  /** Puts a station's cable in or takes it out. */
  connect(station: Station, connected: boolean): void {
    const of = this.attachments.get(station)
    if (of !== undefined) of.connected = connected
  }

  /** A datagram from a station; nobody is told where it cannot be delivered. */
  carry(out: Attachment, bytes: Uint8Array): void {
    if (!out.connected) return
    if (out.translation !== undefined) rewriteAddress(bytes, 'source', out.translation.inside, out.translation.outside)
    const { first } = out.link
    if (isSteady(first)) this.later(first.delay, new Passage(this, bytes))
    else for (const each of pass(bytes, first, out.outwards)) this.later(each.after, new Passage(this, each.bytes))
  }

  /** A datagram is in the middle. */
  cross(passage: Passage): void {
    const { bytes } = passage
    for (const tap of this.taps) tap.see(bytes)
    const destination = destinationOf(bytes)
    const to = destination === undefined ? undefined : this.holders.longest(destination)
    if (to === undefined || !to.connected) return
    const { second } = to.link
    if (isSteady(second)) {
      passage.to = to
      this.later(second.delay, passage)
    } else for (const each of pass(bytes, second, to.inwards)) this.later(each.after, new Passage(this, each.bytes, to))
  }
}

/** A datagram on its way: on the sender's link it comes to the middle, on the receiver's it arrives. */
class Passage implements Happening {
  readonly bytes: Uint8Array
  /** Whose link it is on; undefined before the middle. */
  to: Attachment | undefined
  private readonly cloud: Cloud

  constructor(cloud: Cloud, bytes: Uint8Array, to?: Attachment) {
    this.cloud = cloud
    this.bytes = bytes
    this.to = to
  }

  happen(): void {
    if (this.to === undefined) this.cloud.cross(this)
    else deliver(this.to, this.bytes)
  }
}

function deliver({ station, translation }: Attachment, bytes: Uint8Array): void {
  if (translation !== undefined) rewriteAddress(bytes, 'destination', translation.outside, translation.inside)
  station.receive(bytes)
}

/** What a station's link does to packets: half of the way each, as a sender's and as a receiver's. */
interface Link {
  readonly whole: Impairment
  readonly first: Impairment
  readonly second: Impairment
}

function linkOf(whole: Impairment): Link {
  const { delay, jitter } = whole
  return {
    whole,
    first: { ...whole, delay: Math.floor(delay / 2), jitter: Math.floor(jitter / 2) },
    second: { ...whole, delay: Math.ceil(delay / 2), jitter: Math.ceil(jitter / 2) },
  }
}
