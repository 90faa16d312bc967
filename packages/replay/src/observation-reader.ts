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
import type { DataSeen, EspSeen, GreSeen, Ip, Observation, Seen } from './observation.ts'
import { addressOf, innerOf, numberOf, owned, printOf } from './observation-octets.ts'

/** ARPHRD_IPGRE: the link address of such a device is the outer source. */
const greDevice = 778
const sentByUs = 4
/** Octets kept of what nobody reads. */
const headLength = 32

/** Reads the frames of one capture. */
export class ObservationReader {
  /** The address of a device's own station, by interface. */
  private readonly devices = new Map<number, Ip>()
  private readonly session: Session
  private readonly security: IpsecSession | undefined

  constructor(session: Session, security: IpsecSession | undefined) {
    this.session = session
    this.security = security
  }

  /** What the session's present frame shows, outermost first. */
  read(frame: Frame, record: FrameRecord): Observation[] {
    const seen: Observation[] = []
    const walk = new FrameWalk(frame, record, this.session, this.security?.findings ?? [], this.devices)
    walk.observe(seen)
    return seen
  }
}

/** One frame's layers, looked at once. */
class FrameWalk {
  private outer: Layer | undefined
  private tunnel: Layer | undefined
  private opened: number | undefined
  private found = 0
  private readonly frame: Frame
  private readonly record: FrameRecord
  private readonly session: Session
  private readonly findings: readonly Finding[]
  private readonly devices: Map<number, Ip>
  private device: LinuxCooked | undefined

  constructor(
    frame: Frame,
    record: FrameRecord,
    session: Session,
    findings: readonly Finding[],
    devices: Map<number, Ip>,
  ) {
    this.frame = frame
    this.record = record
    this.session = session
    this.findings = findings
    this.devices = devices
  }

  observe(seen: Observation[]): void {
    const { layers } = this.frame
    for (let i = 0; i < layers.length; i++) {
      const each = layers[i]!
      switch (each.protocol.name) {
        case 'sll':
          this.enterDevice(each.packet as LinuxCooked)
          break
        case 'ip':
        case 'ipv6':
          if (this.tunnel !== undefined || (this.device !== undefined && this.outer === undefined)) {
            if (layers.some(({ protocol }) => protocol === nhrp)) break
            seen.push(this.data(each))
            return
          }
          this.outer = each
          break
        case 'gre':
          this.tunnel = each
          if (this.endsIn(i)) {
            seen.push({ kind: 'gre', ...this.common(each), gre: this.greAround()!, head: this.headOf(each) })
            return
          }
          break
        case 'esp':
          seen.push(this.esp(each, i))
          break
        case 'udp':
          if (this.keyExchange(each, seen)) return
          break
        case 'nhrp':
          seen.push(this.message(each.at, each.source, each.packet as Nhrp, this.session.nhrp?.present[0]))
          return
      }
    }
    const { stoppedIn, stoppedAt } = this.frame
    if (stoppedIn === nhrp && stoppedAt !== undefined)
      seen.push(this.message(stoppedAt, this.lastSource, undefined, undefined))
  }

  private get lastSource(): number {
    return this.frame.further.length
  }

  private enterDevice(packet: LinuxCooked): void {
    if (packet.hardwareType !== greDevice) return
    this.device = packet
    const address = addressOf(packet.address)
    if (packet.packetType === sentByUs && address !== undefined) this.devices.set(this.interface, address)
  }

  private get interface(): number {
    return this.record.interface ?? 0
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

  private common(content: Layer | undefined, contentAt = content?.at ?? 0, source = content?.source ?? 0): Seen {
    const { outer, device, record, session } = this
    const packet = outer?.packet as Ipv4Packet | Ipv6Packet | undefined
    let from: Ip | undefined = packet?.source
    let to: Ip | undefined = packet?.destination
    if (outer === undefined && device !== undefined) {
      from = addressOf(device.address)
      to = device.packetType === sentByUs ? undefined : this.devices.get(this.interface)
    }
    const identification =
      outer?.protocol === ipv4 && (packet as Ipv4Packet).identification > 0 ? (packet as Ipv4Packet).identification : -1
    const bytes = this.frame.sourceBytes(source)
    return {
      frame: session.number,
      time: session.relative,
      interface: this.interface,
      source: from,
      destination: to,
      identification,
      print: printOf(bytes, contentAt, bytes.length),
      cut: record.originalLength > record.end - record.start,
      opened: this.opened,
      device: device !== undefined && outer === undefined,
    }
  }

  private greAround(): GreSeen | undefined {
    const { tunnel, frame } = this
    if (tunnel === undefined) return undefined
    const packet = tunnel.packet as Gre
    const bytes = frame.sourceBytes(tunnel.source)
    let checksumRight: boolean | undefined
    if (packet.checksummed && this.isWhole(tunnel)) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      checksumRight = checksumWithout(view, tunnel.at, tunnel.end, tunnel.at + 4) === view.getUint16(tunnel.at + 4)
    }
    return { packet, at: tunnel.at, payload: tunnel.end - tunnel.body, checksumRight }
  }

  private headOf({ source, body, end }: Layer): Uint8Array {
    return this.frame.sourceBytes(source).slice(body, Math.min(end, body + headLength))
  }

  private isWhole(layer: Layer): boolean {
    return layer.source > 0 || this.record.originalLength <= this.record.end - this.record.start
  }

  private message(at: number, source: number, packet: Nhrp | undefined, sighting: Sighting | undefined): Observation {
    const bytes = this.frame.sourceBytes(source)
    const around = this.tunnel ?? this.outer
    const end = around !== undefined && around.source === source ? around.end : bytes.length
    const common = this.common(undefined, at, source)
    const missing = source === 0 ? this.record.originalLength - (this.record.end - this.record.start) : 0
    const sent = this.sentAfter(at, source) ?? end - at + Math.max(0, missing)
    const octets = bytes.slice(at, Math.min(end, at + sent))
    return { kind: 'nhrp', ...common, gre: this.greAround(), packet: owned(packet), octets, at, sent, sighting }
  }

  /** Octets behind a place as the IP header around promises them, captured or not. */
  private sentAfter(at: number, source: number): number | undefined {
    const { outer, frame } = this
    if (outer === undefined || outer.source !== source) return undefined
    const bytes = frame.sourceBytes(source)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const total = outer.protocol === ipv4 ? view.getUint16(outer.at + 2) : 40 + view.getUint16(outer.at + 4)
    return total === 0 ? undefined : outer.at + total - at
  }

  private data(layer: Layer): DataSeen {
    const packet = layer.packet as Ipv4Packet | Ipv6Packet
    const bytes = this.frame.sourceBytes(layer.source)
    return {
      kind: 'data',
      ...this.common(layer),
      gre: this.greAround(),
      innerSource: packet.source,
      innerDestination: packet.destination,
      innerProtocol: 'protocol' in packet ? packet.protocol : packet.nextHeader,
      innerIdentification: 'identification' in packet && packet.identification > 0 ? packet.identification : -1,
      hopLimit: 'ttl' in packet ? packet.ttl : packet.hopLimit,
      innerPrint: printOf(bytes, layer.at, layer.end),
    }
  }

  private esp(layer: Layer, index: number): EspSeen {
    const { spi, sequence } = layer.packet as Esp
    const { layers } = this.frame
    const finding = this.findings[this.found++]
    const next = layers[index + 1]
    const opened = next !== undefined && next.source !== layer.source
    const seen: EspSeen = {
      kind: 'esp',
      ...this.common(layer),
      spi,
      sequence,
      octets: layer.end - layer.at,
      finding,
      inner: opened ? innerOf(next, layers[index + 2]) : this.brokenInside(layer, index),
      inUdp: layers[index - 1]?.protocol.name === 'udpencap',
    }
    if (opened) this.opened = spi
    return seen
  }

  /** Where what is in it could not even be begun to be read: what it was taken for. */
  private brokenInside({ source }: Layer, index: number): EspSeen['inner'] {
    const { layers, further, stoppedIn } = this.frame
    if (stoppedIn === undefined || index !== layers.length - 1 || further.length === source) return undefined
    const nextHeader = numberOf(stoppedIn)
    return nextHeader === undefined ? undefined : { nextHeader, source: undefined, destination: undefined }
  }

  private keyExchange(layer: Layer, seen: Observation[]): boolean {
    const { sourcePort, destinationPort } = layer.packet as Udp
    const port = [4500, 500].find(each => each === sourcePort || each === destinationPort) as 500 | 4500 | undefined
    if (port === undefined || this.tunnel !== undefined) return false
    if (this.frame.layers.some(({ protocol }) => protocol.name === 'esp')) return false
    const bytes = this.frame.sourceBytes(layer.source)
    const octets = bytes.slice(layer.body, layer.end)
    seen.push({ kind: 'key-exchange', ...this.common(layer), port, octets })
    return true
  }
}
