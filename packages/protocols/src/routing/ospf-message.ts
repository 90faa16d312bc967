/**
 * What stands behind the OSPF version 2 header, RFC 2328 §A.3.2 to §A.3.6.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |                        Network Mask                           |  hello
 *  |         HelloInterval         |    Options    |    Rtr Pri    |
 *  |                     RouterDeadInterval                        |
 *  |                      Designated Router                        |
 *  |                   Backup Designated Router                    |
 *  |                          Neighbor …
 *
 *  |         Interface MTU         |    Options    |0|0|0|0|R|I|M|S|  database description
 *  |                     DD sequence number                        |
 *  |                      Advertisement header …
 *
 *  |                          LS type                              |  request, repeated
 *  |                       Link State ID                           |
 *  |                     Advertising Router                        |
 *
 *  |                            # LSAs                             |  update
 *  |                        Advertisement …
 *
 *  |                      Advertisement header …                      acknowledgement
 */
import {
  type Field,
  field,
  type Ipv4,
  ipv4,
  type Layout,
  type Lens,
  layout,
  type Outline,
  u8,
  u16,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { descriptionFlagsFormat, optionsFormat, ospfLsaNames, ospfOption } from './ospf-codes.ts'
import {
  ospfLsaClaims,
  ospfLsaFields,
  ospfLsaHeaderSize,
  sizeOfOspfLsa,
  walkOspfLsa,
  walkOspfLsaHeader,
  writeOspfLsa,
  writeOspfLsaHeader,
} from './ospf-lsa.ts'
import type { OspfLsa, OspfLsaHeader } from './ospf-lsas.ts'
import type {
  OspfDatabaseDescription,
  OspfHello,
  OspfLinkStateUpdate,
  OspfMessage,
  OspfRequest,
} from './ospf-messages.ts'

type HelloWords = Omit<OspfHello, 'kind' | 'neighbors'>

export const ospfHello: Layout<HelloWords> = layout<HelloWords>('ospf.hello', 'OSPF Hello Packet', {
  networkMask: ipv4('ospf.hello.network_mask', 'Network Mask'),
  helloInterval: u16('ospf.hello.hello_interval', 'Hello Interval [sec]', { type: 'uint32' }),
  options: u8('ospf.v2.options', 'Options', optionsFormat(false)),
  priority: u8('ospf.hello.router_priority', 'Router Priority'),
  deadInterval: u32('ospf.hello.router_dead_interval', 'Router Dead Interval [sec]'),
  designatedRouter: ipv4('ospf.hello.designated_router', 'Designated Router'),
  backupDesignatedRouter: ipv4('ospf.hello.backup_designated_router', 'Backup Designated Router'),
})

type DescriptionWords = Omit<OspfDatabaseDescription, 'kind' | 'headers'>

export const ospfDatabaseDescription: Layout<DescriptionWords> = layout<DescriptionWords>(
  'ospf.db',
  'OSPF DB Description',
  {
    interfaceMtu: u16('ospf.db.interface_mtu', 'Interface MTU'),
    options: u8('ospf.v2.options', 'Options', optionsFormat(false)),
    flags: u8('ospf.dbd', 'DB Description', descriptionFlagsFormat),
    sequence: u32('ospf.db.dd_sequence', 'DD Sequence'),
  },
)

export const ospfRequest: Layout<OspfRequest> = layout<OspfRequest>('ospf.lsr', 'Link State Request', {
  type: u32('ospf.lsa', 'LS Type', { type: 'uint8', names: ospfLsaNames }),
  id: ipv4('ospf.link_state_id', 'Link State ID'),
  advertisingRouter: ipv4('ospf.advrouter', 'Advertising Router'),
})

const neighborWord: Layout<{ readonly neighbor: Ipv4 }> = layout('ospf.hello', 'Neighbor', {
  neighbor: ipv4('ospf.hello.active_neighbor', 'Active Neighbor'),
})
const countWord: Layout<{ readonly count: number }> = layout('ospf.ls', 'LS Update Packet', {
  count: u32('ospf.ls.number_of_lsas', 'Number of LSAs'),
})
const helloTree: Field = field('ospf.hello', 'OSPF Hello Packet', 'none')
const octets: Field = field('ospf.message', 'Message', 'bytes')
const rest: Field = field('ospf.message.rest', 'Octets behind the message', 'bytes')

export const ospfMessageFields: readonly (Outline | Field)[] = [
  ospfHello,
  neighborWord,
  helloTree,
  ospfDatabaseDescription,
  ospfRequest,
  countWord,
  ...ospfLsaFields,
  octets,
  rest,
]

const typeOfKind = { hello: 1, 'database-description': 2, request: 3, update: 4, acknowledgement: 5 } as const

/** A message's type on the wire. */
export function ospfTypeOf(message: OspfMessage): number {
  return message.kind === 'unrecognised' ? message.type : typeOfKind[message.kind]
}

/** A message of `type`: all that is left of the region. */
export function walkOspfMessage(c: PacketCursor, type: number): OspfMessage {
  switch (type) {
    case typeOfKind.hello:
      return walkHello(c)
    case typeOfKind['database-description']: {
      c.open('OSPF DB Description')
      const words = c.take(ospfDatabaseDescription)
      c.close()
      return { kind: 'database-description', ...words, headers: walkHeaders(c) }
    }
    case typeOfKind.request: {
      const requests: OspfRequest[] = []
      while (c.left > 0) {
        c.open('Link State Request')
        requests.push(c.take(ospfRequest))
        c.close()
      }
      return { kind: 'request', requests }
    }
    case typeOfKind.update:
      return walkUpdate(c)
    case typeOfKind.acknowledgement:
      return { kind: 'acknowledgement', headers: walkHeaders(c) }
    default:
      return { kind: 'unrecognised', type, octets: c.takeRest(octets) }
  }
}

function walkHello(c: PacketCursor): OspfHello {
  c.openField(helloTree, undefined)
  const words = c.take(ospfHello)
  const neighbors: Ipv4[] = []
  while (c.left > 0) neighbors.push(c.take(neighborWord).neighbor)
  c.close()
  return { kind: 'hello', ...words, neighbors }
}

function walkHeaders(c: PacketCursor): readonly OspfLsaHeader[] {
  const headers: OspfLsaHeader[] = []
  while (c.left > 0) headers.push(walkOspfLsaHeader(c))
  return headers
}

function walkUpdate(c: PacketCursor): OspfLinkStateUpdate {
  c.open('LS Update Packet')
  const { count } = c.take(countWord)
  const lsas: OspfLsa[] = []
  for (let i = 0; i < count; i++) lsas.push(walkOspfLsa(c))
  const behind = c.takeRest(rest)
  c.close()
  return behind.length === 0 ? { kind: 'update', lsas } : { kind: 'update', lsas, rest: behind }
}

/** Whether the message says that a block of link-local signaling follows it (RFC 5613). */
export function saysLinkLocalSignaling(message: OspfMessage): boolean {
  const options = message.kind === 'hello' || message.kind === 'database-description' ? message.options : 0
  return (options & ospfOption.linkLocalSignaling) !== 0
}

/** Octets of a message. */
export function sizeOfOspfMessage(message: OspfMessage): number {
  switch (message.kind) {
    case 'hello':
      return ospfHello.size + message.neighbors.length * neighborWord.size
    case 'database-description':
      return ospfDatabaseDescription.size + message.headers.length * ospfLsaHeaderSize
    case 'request':
      return message.requests.length * ospfRequest.size
    case 'update':
      return message.lsas.reduce((size, lsa) => size + sizeOfOspfLsa(lsa), countWord.size + (message.rest?.length ?? 0))
    case 'acknowledgement':
      return message.headers.length * ospfLsaHeaderSize
    default:
      message satisfies { readonly kind: 'unrecognised' }
      return message.octets.length
  }
}

/** Writes a message, counts, lengths and checksums of advertisements true. */
export function writeOspfMessage(w: Writer, message: OspfMessage): void {
  switch (message.kind) {
    case 'hello':
      w.put(ospfHello, message)
      for (const neighbor of message.neighbors) w.put(neighborWord, { neighbor })
      break
    case 'database-description':
      w.put(ospfDatabaseDescription, message)
      for (const header of message.headers) writeOspfLsaHeader(w, header)
      break
    case 'request':
      for (const request of message.requests) w.put(ospfRequest, request)
      break
    case 'update':
      w.put(countWord, { count: message.lsas.length })
      for (const lsa of message.lsas) writeOspfLsa(w, lsa)
      if (message.rest !== undefined) w.putBytes(message.rest)
      break
    case 'acknowledgement':
      for (const header of message.headers) writeOspfLsaHeader(w, header)
      break
    default:
      message satisfies { readonly kind: 'unrecognised' }
      w.putBytes(message.octets)
  }
}

/** The claims of a message that starts `at` octets into the packet: an update's advertisements. */
export function ospfMessageClaims(message: OspfMessage, at: number): Record<string, Lens<number>> {
  if (message.kind !== 'update') return {}
  const claims: Record<string, Lens<number>> = { lsaCount: countWord.lens.count.after(at) }
  let next = at + countWord.size
  for (const [index, lsa] of message.lsas.entries()) {
    const { checksum, length } = ospfLsaClaims(next)
    claims[`lsa${index}Checksum`] = checksum
    claims[`lsa${index}Length`] = length
    next += sizeOfOspfLsa(lsa)
  }
  return claims
}
