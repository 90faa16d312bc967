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
  /** What was counted between two ends, by sender and receiver: found without making a name. */
  private readonly counted = new Map<Ipv4 | Ipv6 | undefined, Map<Ipv4 | Ipv6 | undefined, Counted[]>>()
  private readonly byName = new Map<string, NhrpCloud>()
  private kinds = 0

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
    const { type } = packet
    const code = codeOf(packet)
    const known = this.counted.get(sender)?.get(receiver)
    if (known !== undefined) {
      for (let i = 0; i < known.length; i++) {
        const each = known[i]!
        if (each.key !== key || each.type !== type || each.code !== code) continue
        each.kind.count++
        each.cloud.messages++
        return
      }
    }
    const ends = sender === undefined || receiver === undefined ? [] : [sender, receiver]
    if (ends.length === 2 && ends[0]! > ends[1]!) ends.reverse()
    // Names may be shared; addresses are not. Those of IPv6 are of another type.
    const name = `${typeof sender} ${ends.join(' ')} ${key}`
    const cloud = this.cloudOf(name, ends, key)
    if (cloud === undefined || this.kinds >= most) {
      this.further++
      return
    }
    const words = wordsOf(packet, code)
    const found: NhrpMessageCount = {
      type: messageTypeNames.nameOf(type) ?? `NHRP type ${type}`,
      ...(sender === undefined ? {} : { station: hostText(sender) }),
      ...(words === undefined ? {} : { code: words }),
      count: 1,
    }
    cloud.counts.push(found)
    cloud.messages++
    const bySender = this.counted.get(sender) ?? new Map<Ipv4 | Ipv6 | undefined, Counted[]>()
    this.counted.set(sender, bySender)
    bySender.set(receiver, [...(known ?? []), { key, type, code, kind: found, cloud }])
    this.kinds++
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

/** Messages of one kind from one end to the other. */
interface Counted {
  readonly key: number | undefined
  readonly type: number
  readonly code: number
  readonly kind: NhrpMessageCount
  readonly cloud: NhrpCloud
}

/** The code of a message; -1 of requests and indications of traffic, which have none. */
function codeOf(packet: Nhrp): number {
  if (packet.kind === 'error-indication') return packet.errorCode
  if (packet.kind === 'traffic-indication' || !('entries' in packet) || !packet.kind.endsWith('-reply')) return -1
  const { entries } = packet
  for (let i = 0; i < entries.length; i++) if (entries[i]!.code !== 0) return entries[i]!.code
  return 0
}

function wordsOf({ kind }: Nhrp, code: number): string | undefined {
  if (code < 0) return undefined
  return (kind === 'error-indication' ? errorCodeNames : cieCodeNames).nameOf(code) ?? `code ${code}`
}
