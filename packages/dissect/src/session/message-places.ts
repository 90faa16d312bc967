/** Where all frames of a shape have what relates their NHRP packet to others: read where it lies, without a walk. */
import { ipv4, ipv6, nhrp } from '@dmvpn/protocols'
import type { Address, Ipv4 } from '@dmvpn/wire'
import type { Shape } from '../shapes/shape.ts'
import type { ShownValue } from '../shapes/shape-witness.ts'
import type { Ends } from './ends.ts'
import { type Message, nothingQuoted } from './exchange-message.ts'

/** What is read of the packet, and of the IP header around it. */
const messageNames = [
  'nhrp.hdr.op.type',
  'nhrp.hdr.hopcnt',
  'nhrp.reqid',
  'nhrp.src.nbma.addr',
  'nhrp.src.prot.addr',
  'nhrp.dst.prot.addr',
]
const ipNames = ['ip.src', 'ip.dst', 'ip.id']

/** The fields whose places shapes must know. */
export const placedFields: ReadonlySet<string> = new Set([...messageNames, ...ipNames])

export class MessagePlaces {
  /** Where the packet begins and ends, from the frame's beginning. */
  readonly at: number
  readonly end: number
  /** In the order of the names. */
  private readonly message: readonly ShownValue[]
  private readonly ip: readonly ShownValue[]

  constructor(at: number, end: number, message: readonly ShownValue[], ip: readonly ShownValue[]) {
    this.at = at
    this.end = end
    this.message = message
    this.ip = ip
  }

  /** The message of the frame at `start`. Its code, and whether it wants a reply, relate it to nobody: they are not read. */
  read(view: DataView, start: number): Message {
    const { message } = this
    return {
      type: valueAt(message[0]!, view, start) as number,
      hopCount: valueAt(message[1]!, view, start) as number,
      requestId: valueAt(message[2]!, view, start) as number,
      sourceNbma: valueAt(message[3]!, view, start),
      sourceProtocol: valueAt(message[4]!, view, start),
      destinationProtocol: valueAt(message[5]!, view, start),
      quote: nothingQuoted,
      code: 0,
      wantsReply: true,
    }
  }

  /** Reads the IP header around it. Whether there is one. */
  readEnds(ends: Ends, view: DataView, start: number): boolean {
    const { ip } = this
    if (ip.length === 0) return ends.clear()
    ends.source = valueAt(ip[0]!, view, start) as Ipv4
    ends.destination = valueAt(ip[1]!, view, start) as Ipv4
    ends.identification = valueAt(ip[2]!, view, start) as number
    return true
  }
}

function valueAt({ read, at }: ShownValue, view: DataView, start: number): Address {
  return read(view, start + at) as Address
}

/**
 * Where frames of a shape have all of it; undefined where they end in anything but NHRP with a request
 * id, or where something lies elsewhere than usual. The shape must know the places of `placedFields`.
 */
export function messagePlaces({ protocols, at, end, shown }: Shape): MessagePlaces | undefined {
  const last = protocols.length - 1
  if (protocols[last] !== nhrp || protocols.includes(ipv6)) return undefined
  const values = (name: string): readonly ShownValue[] => shown.filter(({ field }) => field.name === name)
  const message = messageNames.map(values)
  const ip = ipNames.map(values)
  const headers = protocols.filter(protocol => protocol === ipv4).length
  if (message.some(each => each.length !== 1) || ip.some(each => each.length !== headers)) return undefined
  return new MessagePlaces(
    at[last]!,
    end[last]!,
    message.map(([value]) => value!),
    // The innermost header is the one around the packet.
    ip.flatMap(each => each.slice(-1)),
  )
}
