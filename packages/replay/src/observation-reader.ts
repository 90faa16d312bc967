/** Decoded frames to observations: which layers count, whose addresses are the NBMA ones, what was in ESP. */
import type { FrameRecord, Session, Sighting } from '@dmvpn/dissect'
import type { Finding, IpsecSession } from '@dmvpn/ipsec'
import {
  type Esp,
  type Frame,
  type Gre,
  type Ipv4Packet,
  type Ipv6Packet,
  ipv4,
  type Layer,
  type LinuxCooked,
  type Nhrp,
  nhrp,
  type Udp,
} from '@dmvpn/protocols'
import { checksumWithout } from '@dmvpn/wire'
import { KeptOctets } from './kept-octets.ts'
import type {
  DataSeen,
  EspSeen,
  GreOnlySeen,
  GreSeen,
  Ip,
  KeyExchangeSeen,
  NhrpSeen,
  Observation,
} from './observation.ts'
import { addressOf, innerOf, isSound, numberOf, owned, printOf } from './observation-octets.ts'

/** ARPHRD_IPGRE: the link address of such a device is the outer source. */
const greDevice = 778
const sentByUs = 4
/** Octets kept of what nobody reads. */
const headLength = 32
const nothingFound: readonly Finding[] = []

/** Reads the frames of one capture: each frame's layers are looked at once. */
export class ObservationReader {
  /** The address of a device's own station, by interface. */
  private readonly devices = new Map<number, Ip>()
  private readonly session: Session
  private readonly security: IpsecSession | undefined
  private readonly next: (seen: Observation) => void
  private readonly kept = new KeptOctets()
  // Of the present frame.
  private frame!: Frame
  private record!: FrameRecord
  private outer: Layer | undefined
  private tunnel: Layer | undefined
  private device: LinuxCooked | undefined
  private opened: number | undefined
  private findings: readonly Finding[] = nothingFound
  private found = 0
  private source: Ip | undefined
  private destination: Ip | undefined
  private identification = -1

  /** `next` takes what is seen, of a frame the outermost first. */
  constructor(session: Session, security: IpsecSession | undefined, next: (seen: Observation) => void) {
    this.session = session
    this.security = security
    this.next = next
  }

  /** Tells what the session's present frame shows. */
  read(frame: Frame, record: FrameRecord): void {
    this.frame = frame
    this.record = record
    this.outer = undefined
    this.tunnel = undefined
    this.device = undefined
    this.opened = undefined
    this.findings = this.security?.findings ?? nothingFound
    this.found = 0
    this.source = undefined
    this.destination = undefined
    this.identification = -1
    this.observe()
  }

  private observe(): void {
    const { layers, stoppedIn, stoppedAt } = this.frame
    for (let i = 0; i < layers.length; i++) {
      const each = layers[i]!
      switch (each.protocol.name) {
        case 'sll':
          this.enterDevice(each.packet as LinuxCooked)
          break
        case 'ip':
        case 'ipv6':
          if (this.tunnel !== undefined || (this.device !== undefined && this.outer === undefined)) {
            if (hasNhrp(layers)) break
            this.next(this.data(each))
            return
          }
          this.enter(each)
          break
        case 'gre':
          this.tunnel = each
          if (this.endsIn(i)) {
            this.next(this.greAlone(each))
            return
          }
          break
        case 'esp': {
          const seen = this.esp(each, i)
          this.next(seen)
          if (isOpened(each, layers[i + 1])) this.opened = seen.spi
          break
        }
        case 'udp':
          if (this.keyExchange(each)) return
          break
        case 'nhrp':
          this.next(this.message(each.at, each.source, each.packet as Nhrp, this.session.nhrp?.present[0]))
          return
      }
    }
    if (stoppedIn === nhrp && stoppedAt !== undefined)
      this.next(this.message(stoppedAt, this.frame.further.length, undefined, undefined))
  }

  private enter(layer: Layer): void {
    const packet = layer.packet as Ipv4Packet | Ipv6Packet
    this.outer = layer
    this.source = packet.source
    this.destination = packet.destination
    this.identification = layer.protocol === ipv4 ? (packet as Ipv4Packet).identification || -1 : -1
  }

  private enterDevice(packet: LinuxCooked): void {
    if (packet.hardwareType !== greDevice) return
    this.device = packet
    const address = addressOf(packet.address)
    const own = packet.packetType === sentByUs
    if (own && address !== undefined) this.devices.set(this.interface, address)
    if (this.outer !== undefined) return
    this.source = address
    this.destination = own ? undefined : this.devices.get(this.interface)
  }

  private get interface(): number {
    return this.record.interface ?? 0
  }

  private get isOnDevice(): boolean {
    return this.device !== undefined && this.outer === undefined
  }

  private get isCut(): boolean {
    return this.record.originalLength > this.record.end - this.record.start
  }

  /** Whether nothing that is an observation of its own follows a GRE header: not even a message that is broken. */
  private endsIn(index: number): boolean {
    const { layers, stoppedIn } = this.frame
    if (stoppedIn === nhrp) return false
    for (let i = index + 1; i < layers.length; i++) {
      const { name } = layers[i]!.protocol
      if (name === 'ip' || name === 'ipv6' || name === 'nhrp') return (layers[index]!.packet as Gre).protocol === 0
    }
    return true
  }

  private greAround(): GreSeen | undefined {
    const { tunnel } = this
    return tunnel === undefined ? undefined : this.greOf(tunnel)
  }

  private greOf(tunnel: Layer): GreSeen {
    const packet = tunnel.packet as Gre
    let checksumRight: boolean | undefined
    if (packet.checksummed && (tunnel.source > 0 || !this.isCut)) {
      const bytes = this.frame.sourceBytes(tunnel.source)
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      checksumRight = checksumWithout(view, tunnel.at, tunnel.end, tunnel.at + 4) === view.getUint16(tunnel.at + 4)
    }
    return { packet, at: tunnel.at, payload: tunnel.end - tunnel.body, checksumRight }
  }

  // What follows is written out in full, where a spread would be shorter: it is made for every frame.

  private greAlone(layer: Layer): GreOnlySeen {
    const bytes = this.frame.sourceBytes(layer.source)
    return {
      kind: 'gre',
      frame: this.session.number,
      time: this.session.relative,
      interface: this.interface,
      source: this.source,
      destination: this.destination,
      identification: this.identification,
      print: printOf(bytes, layer.at, bytes.length),
      cut: this.isCut,
      opened: this.opened,
      device: this.isOnDevice,
      gre: this.greOf(layer),
      head: bytes.slice(layer.body, Math.min(layer.end, layer.body + headLength)),
    }
  }

  private message(at: number, source: number, packet: Nhrp | undefined, sighting: Sighting | undefined): NhrpSeen {
    const bytes = this.frame.sourceBytes(source)
    const around = this.tunnel ?? this.outer
    const end = around !== undefined && around.source === source ? around.end : bytes.length
    const missing = source === 0 ? this.record.originalLength - (this.record.end - this.record.start) : 0
    const sent = this.sentAfter(at, source) ?? end - at + Math.max(0, missing)
    const octets = this.kept.copyOf(bytes, at, Math.min(end, at + sent))
    return {
      kind: 'nhrp',
      frame: this.session.number,
      time: this.session.relative,
      interface: this.interface,
      source: this.source,
      destination: this.destination,
      identification: this.identification,
      // The exchanges know copies: they compare octets.
      print: sighting === undefined ? printOf(bytes, at, bytes.length) : sighting.print,
      cut: this.isCut,
      opened: this.opened,
      device: this.isOnDevice,
      gre: this.greAround(),
      packet: owned(packet),
      sound: packet !== undefined && isSound(octets),
      octets,
      at,
      sent,
      sighting,
    }
  }

  /** Octets behind a place as the IP header around promises them, captured or not. */
  private sentAfter(at: number, source: number): number | undefined {
    const { outer } = this
    if (outer === undefined || outer.source !== source) return undefined
    const bytes = this.frame.sourceBytes(source)
    const field = outer.at + (outer.protocol === ipv4 ? 2 : 4)
    const total = bytes[field]! * 256 + bytes[field + 1]! + (outer.protocol === ipv4 ? 0 : 40)
    return total === 0 ? undefined : outer.at + total - at
  }

  private data(layer: Layer): DataSeen {
    const packet = layer.packet as Ipv4Packet | Ipv6Packet
    const bytes = this.frame.sourceBytes(layer.source)
    const print = printOf(bytes, layer.at, bytes.length)
    return {
      kind: 'data',
      frame: this.session.number,
      time: this.session.relative,
      interface: this.interface,
      source: this.source,
      destination: this.destination,
      identification: this.identification,
      print,
      cut: this.isCut,
      opened: this.opened,
      device: this.isOnDevice,
      gre: this.greAround(),
      innerSource: packet.source,
      innerDestination: packet.destination,
      innerProtocol: 'protocol' in packet ? packet.protocol : packet.nextHeader,
      innerIdentification: 'identification' in packet && packet.identification > 0 ? packet.identification : -1,
      hopLimit: 'ttl' in packet ? packet.ttl : packet.hopLimit,
      innerPrint: layer.end === bytes.length ? print : printOf(bytes, layer.at, layer.end),
    }
  }

  private esp(layer: Layer, index: number): EspSeen {
    const { spi, sequence } = layer.packet as Esp
    const { layers } = this.frame
    const bytes = this.frame.sourceBytes(layer.source)
    const next = layers[index + 1]
    return {
      kind: 'esp',
      frame: this.session.number,
      time: this.session.relative,
      interface: this.interface,
      source: this.source,
      destination: this.destination,
      identification: this.identification,
      print: printOf(bytes, layer.at, bytes.length),
      cut: this.isCut,
      opened: this.opened,
      device: this.isOnDevice,
      spi,
      sequence,
      octets: layer.end - layer.at,
      finding: this.findings[this.found++],
      inner: isOpened(layer, next) ? innerOf(next, layers[index + 2]) : this.brokenInside(layer, index),
      inUdp: layers[index - 1]?.protocol.name === 'udpencap',
    }
  }

  /** Where what is in it could not even be begun to be read: what it was taken for. */
  private brokenInside({ source }: Layer, index: number): EspSeen['inner'] {
    const { layers, further, stoppedIn } = this.frame
    if (stoppedIn === undefined || index !== layers.length - 1 || further.length === source) return undefined
    const nextHeader = numberOf(stoppedIn)
    return nextHeader === undefined ? undefined : { nextHeader, source: undefined, destination: undefined }
  }

  private keyExchange(layer: Layer): boolean {
    const { sourcePort, destinationPort } = layer.packet as Udp
    const isOne = (port: number): boolean => port === sourcePort || port === destinationPort
    const port = isOne(4500) ? 4500 : isOne(500) ? 500 : undefined
    if (port === undefined || this.tunnel !== undefined) return false
    if (this.frame.layers.some(({ protocol }) => protocol.name === 'esp')) return false
    const bytes = this.frame.sourceBytes(layer.source)
    const seen: KeyExchangeSeen = {
      kind: 'key-exchange',
      frame: this.session.number,
      time: this.session.relative,
      interface: this.interface,
      source: this.source,
      destination: this.destination,
      identification: this.identification,
      print: printOf(bytes, layer.at, bytes.length),
      cut: this.isCut,
      opened: this.opened,
      device: this.isOnDevice,
      port,
      octets: bytes.slice(layer.body, layer.end),
    }
    this.next(seen)
    return true
  }
}

/** Whether what follows ESP was in it. */
function isOpened({ source }: Layer, next: Layer | undefined): next is Layer {
  return next !== undefined && next.source !== source
}

function hasNhrp(layers: readonly Layer[]): boolean {
  for (let i = 0; i < layers.length; i++) if (layers[i]!.protocol === nhrp) return true
  return false
}
