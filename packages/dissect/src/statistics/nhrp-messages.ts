/** NHRP messages of every tunnel cloud, by type, station and code. A cloud is two NBMA addresses and a key of GRE. */
import {
  cieCodeNames,
  errorCodeNames,
  type Gre,
  gre,
  type Ipv4Packet,
  type Ipv6Packet,
  ipv4,
  ipv6,
  type Layer,
  messageTypeNames,
  type Nhrp,
  nhrp,
} from '@dmvpn/protocols'
import { hostText, type Ipv4, type Ipv6 } from '@dmvpn/wire'

/** Messages of one kind, for JSON. */
export interface NhrpMessageCount {
  readonly type: string
  /** Who sent them; undefined where they were captured without an IP header. */
  readonly station?: string
  /** The code of the first client that is no success, or of an Error Indication; `Success` where there is none. */
  readonly code?: string
  count: number
}

/** A cloud, for JSON. */
export interface NhrpCloud {
  /** The NBMA addresses of both ends; empty where packets were captured without an IP header. */
  readonly between: readonly string[]
  /** The key of GRE; undefined where it has none. */
  readonly key?: number
  messages: number
  readonly counts: NhrpMessageCount[]
}

/** Clouds and kinds of messages told apart at most: beyond, messages are counted as one cloud's. */
const most = 1 << 14

export class NhrpMessages {
  total = 0
  /** Messages of clouds beyond the limit. */
  further = 0
  readonly clouds: NhrpCloud[] = []
  private readonly byName = new Map<string, NhrpCloud>()
  private readonly kinds = new Map<string, NhrpMessageCount>()

  /** Counts the NHRP packets among the layers of a frame. */
  take(layers: readonly Layer[]): void {
    for (let i = 0; i < layers.length; i++) {
      if (layers[i]!.protocol === nhrp) this.count(layers[i]!.packet as Nhrp, layers, i)
    }
  }

  private count(packet: Nhrp, layers: readonly Layer[], at: number): void {
    this.total++
    let key: number | undefined
    let sender: Ipv4 | Ipv6 | undefined
    let receiver: Ipv4 | Ipv6 | undefined
    for (let i = at - 1; i >= 0 && sender === undefined; i--) {
      const { protocol, packet: below } = layers[i]!
      if (protocol === gre) key ??= (below as Gre).key
      else if (protocol === ipv4 || protocol === ipv6) {
        const { source, destination } = below as Ipv4Packet | Ipv6Packet
        sender = source
        receiver = destination
      }
    }
    const ends = sender === undefined || receiver === undefined ? [] : [sender, receiver]
    if (ends.length === 2 && ends[0]! > ends[1]!) ends.reverse()
    // Names may be shared; addresses are not. Those of IPv6 are of another type.
    const name = `${typeof sender} ${ends.join(' ')} ${key}`
    const { type } = packet
    const code = codeOf(packet)
    const kind = `${name} ${type} ${sender} ${code}`
    let found = this.kinds.get(kind)
    if (found === undefined) {
      const cloud = this.cloudOf(name, ends, key)
      if (cloud === undefined || this.kinds.size >= most) {
        this.further++
        return
      }
      found = {
        type: messageTypeNames.nameOf(type) ?? `NHRP type ${type}`,
        ...(sender === undefined ? {} : { station: hostText(sender) }),
        ...(code === undefined ? {} : { code }),
        count: 0,
      }
      this.kinds.set(kind, found)
      cloud.counts.push(found)
    }
    found.count++
    this.byName.get(name)!.messages++
  }

  private cloudOf(name: string, ends: readonly (Ipv4 | Ipv6)[], key: number | undefined): NhrpCloud | undefined {
    const known = this.byName.get(name)
    if (known !== undefined || this.clouds.length >= most) return known
    const cloud: NhrpCloud = {
      between: ends.map(hostText),
      ...(key === undefined ? {} : { key }),
      messages: 0,
      counts: [],
    }
    this.byName.set(name, cloud)
    this.clouds.push(cloud)
    return cloud
  }
}

/** The code of a message in words; requests and indications of traffic have none. */
function codeOf(packet: Nhrp): string | undefined {
  if (packet.kind === 'error-indication') return errorCodeNames.nameOf(packet.errorCode) ?? `code ${packet.errorCode}`
  if (packet.kind === 'traffic-indication' || !('entries' in packet) || !packet.kind.endsWith('-reply'))
    return undefined
  const code = packet.entries.find(each => each.code !== 0)?.code ?? 0
  return cieCodeNames.nameOf(code) ?? `code ${code}`
}
