/**
 * The NBMA network: carries a datagram to whoever has its destination address, by way of the sender's link and the
 * receiver's. In its middle stand the taps. A station may be behind NAT.
 */
import { destinationOf, type Ip, type Random, rewriteAddress, type Span } from '@dmvpn/core'
import { type Impairment, pass, perfect } from './impairment.ts'
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
export interface Attachment {
  readonly station: Station
  readonly outwards: Random
  readonly inwards: Random
  impairment: Impairment
  /** Half of the way each: as a sender's link, and as a receiver's. */
  first: Impairment
  second: Impairment
  translation: Translation | undefined
  /** Whether the cable is in. */
  connected: boolean
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
  private readonly impairment: Impairment
  private readonly attachments = new Map<Station, Attachment>()
  private readonly holders = new Map<Ip, Attachment>()
  private readonly later: Later
  private readonly random: Random

  constructor(random: Random, later: Later, { name = 'nbma', ...impairment }: CloudOptions = {}) {
    this.name = name
    this.random = random
    this.later = later
    this.impairment = { ...perfect, ...impairment }
  }

  attach(station: Station, translation?: Translation): Attachment {
    const link = `${this.name}/${station.name}`
    const attachment: Attachment = {
      station,
      outwards: this.random.fork(`${link}/out`),
      inwards: this.random.fork(`${link}/in`),
      ...linkOf(this.impairment),
      translation,
      connected: true,
    }
    this.attachments.set(station, attachment)
    for (const address of station.addresses) if (address !== translation?.inside) this.holders.set(address, attachment)
    if (translation !== undefined) this.holders.set(translation.outside, attachment)
    return attachment
  }

  /** Changes what a station's link does to packets. */
  impair(station: Station, changes: Partial<Impairment>): void {
    const of = this.attachments.get(station)
    if (of !== undefined) Object.assign(of, linkOf({ ...of.impairment, ...changes }))
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
    for (const each of pass(bytes, out.first, out.outwards)) this.later(each.after, new Crossing(this, each.bytes))
  }

  /** The datagram is in the middle. */
  cross(bytes: Uint8Array): void {
    for (const tap of this.taps) tap.see(bytes)
    const destination = destinationOf(bytes)
    const to = destination === undefined ? undefined : this.holders.get(destination)
    if (to === undefined || !to.connected) return
    for (const each of pass(bytes, to.second, to.inwards)) this.later(each.after, new Delivery(to, each.bytes))
  }
}

/** A datagram on the sender's link: it comes to the middle. */
class Crossing implements Happening {
  private readonly cloud: Cloud
  private readonly bytes: Uint8Array

  constructor(cloud: Cloud, bytes: Uint8Array) {
    this.cloud = cloud
    this.bytes = bytes
  }

  happen(): void {
    this.cloud.cross(this.bytes)
  }
}

/** A datagram on the receiver's link: it arrives. */
class Delivery implements Happening {
  private readonly to: Attachment
  private readonly bytes: Uint8Array

  constructor(to: Attachment, bytes: Uint8Array) {
    this.to = to
    this.bytes = bytes
  }

  happen(): void {
    deliver(this.to, this.bytes)
  }
}

function deliver({ station, translation }: Attachment, bytes: Uint8Array): void {
  if (translation !== undefined) rewriteAddress(bytes, 'destination', translation.outside, translation.inside)
  station.receive(bytes)
}

function linkOf(impairment: Impairment): Pick<Attachment, 'impairment' | 'first' | 'second'> {
  const { delay, jitter } = impairment
  return {
    impairment,
    first: { ...impairment, delay: Math.floor(delay / 2), jitter: Math.floor(jitter / 2) },
    second: { ...impairment, delay: Math.ceil(delay / 2), jitter: Math.ceil(jitter / 2) },
  }
}
