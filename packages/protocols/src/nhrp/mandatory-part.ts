/**
 * What stands between the fixed part and the extensions, RFC 2332 §5.2: one header for the six messages that ask and
 * answer, one for Error Indications (§5.2.7), one for Cisco's Traffic Indications; then the addresses, then client
 * information entries or a quoted packet.
 *
 *  |  Src Proto Len|  Dst Proto Len|           Flags               |
 *  |                         Request ID                            |      types 1 to 6
 *  |        Error Code             |       Error Offset            |      type 7
 *  |        Traffic Code           |         unused                |      type 8
 *  |            Source NBMA Address (variable length)              |
 *  |          Source NBMA Subaddress (variable length)             |
 *  |           Source Protocol Address (variable length)           |
 *  |        Destination Protocol Address (variable length)         |
 */
import {
  type Address,
  expert,
  type Field,
  field,
  type Layout,
  layout,
  names,
  type Outline,
  type Shown,
  shows,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { addressFields } from './addresses.ts'
import { errorCodeNames } from './codes.ts'

export interface ExchangeStart {
  readonly sourceLength: number
  readonly destinationLength: number
  readonly flags: number
  readonly requestId: number
}

interface ErrorStart {
  readonly sourceLength: number
  readonly destinationLength: number
  readonly unused: number
  readonly errorCode: number
  readonly errorOffset: number
}

interface TrafficStart {
  readonly sourceLength: number
  readonly destinationLength: number
  readonly unused: number
  readonly trafficCode: number
  readonly unused2: number
}

// Wireshark declares both lengths with 16 bits though the wire has eight.
const sourceLength = u8('nhrp.src.prot.len', 'Source Protocol Len', { type: 'uint16' })
const destinationLength = u8('nhrp.dst.prot.len', 'Destination Protocol Len', { type: 'uint16' })

function bit(from: number, name: string, label: string): Shown {
  return shows(from, 1, name, label, 'boolean')
}

/** The number, then the label of every flag that is set. */
function flagsText(flags: readonly Shown[]): (value: number) => string {
  return value => {
    const set = flags.filter(({ from }) => ((value >>> (15 - from)) & 1) === 1)
    return [`0x${value.toString(16).padStart(4, '0')}`, ...set.map(({ field: { label } }) => label)].join(', ')
  }
}

const nat = bit(14, 'nhrp.flag.nat', 'Cisco NAT Supported')

function exchange(flags: readonly Shown[]): Layout<ExchangeStart> {
  return layout<ExchangeStart>('nhrp', 'NHRP Mandatory Part', {
    sourceLength,
    destinationLength,
    flags: u16('nhrp.flags', 'Flags', { base: 'hex', shows: [...flags, nat], text: flagsText([...flags, nat]) }),
    requestId: u32('nhrp.reqid', 'Request ID', { base: 'hex-dec' }),
  })
}

/** The flags differ by message; see `flags.ts`. */
const resolutionStart = exchange([
  bit(0, 'nhrp.flag.q', 'Is Router'),
  bit(1, 'nhrp.flag.a', 'Authoritative'),
  bit(2, 'nhrp.flag.d', 'Stable Association'),
  bit(3, 'nhrp.flag.u', 'Uniqueness Bit'),
  bit(4, 'nhrp.flag.s', 'Stable Binding'),
])
const registrationStart = exchange([bit(0, 'nhrp.flag.u', 'Uniqueness Bit')])
// Wireshark's label says the contrary of RFC 2332 §5.2.5: the bit set, no reply is wanted. The name is its, the label ours.
const purgeStart = exchange([bit(0, 'nhrp.flag.n', 'No Reply Wanted')])
/** The form that all of them have. */
export const plainExchangeStart: Layout<ExchangeStart> = exchange([])

/** The header of a message type other than 7 and 8. */
export function exchangeStartOf(type: number): Layout<ExchangeStart> {
  if (type === 1 || type === 2) return resolutionStart
  if (type === 3 || type === 4) return registrationStart
  return type === 5 || type === 6 ? purgeStart : plainExchangeStart
}

export const errorStart: Layout<ErrorStart> = layout<ErrorStart>('nhrp', 'NHRP Mandatory Part', {
  sourceLength,
  destinationLength,
  unused: u16('nhrp.err.unused', 'Unused', { base: 'hex' }),
  errorCode: u16('nhrp.err.code', 'Error Code', { names: errorCodeNames }),
  errorOffset: u16('nhrp.err.offset', 'Error Offset'),
})

export const trafficStart: Layout<TrafficStart> = layout<TrafficStart>('nhrp', 'NHRP Mandatory Part', {
  sourceLength,
  destinationLength,
  unused: u16('nhrp.traffic.unused', 'Unused', { base: 'hex' }),
  trafficCode: u16('nhrp.traffic_code', 'Traffic Code', { names: names({ 0: 'NHRP Traffic Redirect/Indirection' }) }),
  unused2: u16('nhrp.traffic.unused2', 'Unused', { base: 'hex' }),
})

const sourceNbma = addressFields('nhrp.src.nbma.addr', 'Source NBMA Address')
const sourceSubaddress: Field = field('nhrp.src.nbma.saddr', 'Source NBMA Sub Address', 'bytes')
const sourceProtocol = addressFields('nhrp.src.prot.addr', 'Source Protocol Address')
// `byets` is Wireshark's spelling, and its interface by now.
const destinationProtocol = addressFields(
  'nhrp.dst.prot.addr',
  'Destination Protocol Address',
  'nhrp.dst.prot.addr_byets',
)
export const leftover: Field = field('nhrp.leftover', 'Octets too few for a Client Information Entry', 'bytes')
export const leftoverNote: Field = expert('nhrp.leftover.note', 'Octets left over behind the last entry', 'warning')

export const mandatoryFields: readonly (Outline | Field)[] = [
  resolutionStart,
  registrationStart,
  purgeStart,
  plainExchangeStart,
  errorStart,
  trafficStart,
  ...Object.values(sourceNbma),
  sourceSubaddress,
  ...Object.values(sourceProtocol),
  ...Object.values(destinationProtocol),
  leftover,
  leftoverNote,
]

export interface Addresses {
  readonly sourceNbma: Address | undefined
  readonly sourceSubaddress: Address | undefined
  readonly sourceProtocol: Address | undefined
  readonly destinationProtocol: Address | undefined
}

/** The four addresses; a length of 0 means none. */
export function walkAddresses(
  c: PacketCursor,
  nbma: number,
  subaddress: number,
  source: number,
  destination: number,
): Addresses {
  return {
    sourceNbma: c.takeAddress(sourceNbma, nbma & 0x3f),
    sourceSubaddress: c.takeSubaddress(sourceSubaddress, subaddress & 0x3f),
    sourceProtocol: c.takeAddress(sourceProtocol, source),
    destinationProtocol: c.takeAddress(destinationProtocol, destination),
  }
}
