/**
 * Ethernet II, and IEEE 802.3 where the third field is a length (at most 1500).
 *
 *  |                     Destination (48)                          |
 *  |                       Source (48)                             |
 *  |       Type or Length          |           payload …
 */
import {
  expert,
  type Field,
  formatMac,
  type Layout,
  Literal,
  layout,
  type Mac,
  mac as macPart,
  type Shown,
  shows,
  u16,
} from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'
import { etherTypeNames, leastType } from './ether-types.ts'
import { carryLlc, largestLength, lengthPastEnd } from './length.ts'
import { showTrailer, trailerField, trailerFields } from './trailer.ts'

export interface Ethernet {
  readonly destination: Mac
  readonly source: Mac
  /** The Ethertype; undefined for IEEE 802.3, whose length is a claim. 1501 to 1535 is neither. */
  readonly type: number | undefined
}

interface Addresses {
  readonly destination: Mac
  readonly source: Mac
}

/** The manufacturer's three octets: `02:00:00`. */
function ouiText(oui: number): string {
  return formatMac(oui * 0x1000000).slice(0, 8)
}

/** The names Wireshark shows for the bits of an address, each also without saying whose address it is. */
function addressBits(which: 'dst' | 'src'): Shown[] {
  const hidden = true
  const label = which === 'dst' ? 'Destination' : 'Source'
  return [
    shows(0, 48, `eth.${which}_resolved`, `${label} (resolved)`, 'string', { text: formatMac, hidden }),
    shows(0, 24, `eth.${which}.oui`, `${label} OUI`, 'uint24', { hidden, text: ouiText }),
    shows(0, 48, 'eth.addr', 'Address', 'ether'),
    shows(0, 48, 'eth.addr_resolved', 'Address (resolved)', 'string', { text: formatMac, hidden }),
    shows(0, 24, 'eth.addr.oui', 'Address OUI', 'uint24', { hidden, text: ouiText }),
    shows(6, 1, `eth.${which}.lg`, 'LG bit', 'boolean', { truth: locally }),
    shows(6, 1, 'eth.lg', 'LG bit', 'boolean', { truth: locally, hidden }),
    shows(7, 1, `eth.${which}.ig`, 'IG bit', 'boolean', { truth: group }),
    shows(7, 1, 'eth.ig', 'IG bit', 'boolean', { truth: group, hidden }),
  ]
}
const locally = [
  'Locally administered address (this is NOT the factory default)',
  'Globally unique address (factory default)',
] as const
const group = ['Group address (multicast/broadcast)', 'Individual address (unicast)'] as const

const addresses: Layout<Addresses> = layout<Addresses>('eth', 'Ethernet', {
  destination: macPart('eth.dst', 'Destination', { shows: addressBits('dst') }),
  source: macPart('eth.src', 'Source', { shows: addressBits('src') }),
})
const typeWord: Layout<{ readonly type: number }> = layout('eth', 'Ethernet type', {
  type: u16('eth.type', 'Type', { base: 'hex', names: etherTypeNames }),
})
const lengthWord: Layout<{ readonly length: number }> = layout('eth', 'Ethernet length', {
  length: u16('eth.len', 'Length'),
})

const invalidWord: Layout<{ readonly type: number }> = layout('eth', 'Ethernet type', {
  type: u16('eth.invalid_lentype', 'Invalid length/type', { base: 'hex-dec' }),
})

const invalid: Field = expert('eth.invalid_lentype.expert', 'Invalid length/type', 'warning')
const pastEnd: Field = lengthPastEnd('eth')
const groupSource: Field = expert(
  'eth.src_not_group',
  'Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)',
  'warning',
)
const trailer: Field = trailerField('eth.trailer', 'Trailer')

const lengthClaim = lengthWord.lens.length.after(addresses.size)

const from = new Literal('Ethernet II, Src: ')
const fromUnknown = new Literal('Ethernet Unknown, Src: ')
const to = new Literal(', Dst: ')

export const ethernet: Protocol<Ethernet> = protocol<Ethernet>({
  name: 'eth',
  label: 'Ethernet',
  short: 'Ethernet',
  over: [
    { table: 'link', key: 1 },
    { table: 'gre.proto', key: 0x6558 },
    { table: 'gre.proto', key: 0x6400 },
    { table: 'erspan.ft', key: 0 },
    { table: 'sll.ltype', key: 3 },
  ],
  fields: [addresses, typeWord, lengthWord, invalidWord, trailer, ...trailerFields, invalid, pastEnd, groupSource],
  defaults: { destination: 0, source: 0, type: 0 },
  selects: { table: 'ethertype', fact: 'type' },
  claims: (packet): Record<string, typeof lengthClaim> => (packet.type === undefined ? { length: lengthClaim } : {}),
  title: (s, { type, source, destination }) => {
    if (type === undefined) s.text('IEEE 802.3 Ethernet ')
    else
      s.put(isNeither(type) ? fromUnknown : from)
        .mac(source)
        .put(to)
        .mac(destination)
  },
  column: ({ type }) =>
    type === undefined || isNeither(type) ? 'Ethernet' : `0x${type.toString(16).padStart(4, '0')}`,
  info: (s, { type }) => {
    if (type === undefined) s.text('IEEE 802.3 Ethernet')
    else if (isNeither(type)) s.text(`Ethernet Unknown: ${invalidText(type)}`)
    else s.text('Ethernet II')
  },
  endpoints: packet => ({ kind: 'mac', source: packet.source, destination: packet.destination }),
  isQuiet: (view, at) => !isGroupSource(view, at),

  walk(c) {
    const at = c.at
    const outermost = c.frame.layers.length === 0 && !c.quoted
    const { destination, source } = addresses.read(c.view, c.pass(addresses))
    if (isGroupSource(c.view, at)) c.note(groupSource, groupSource.label, at + 6, 3)
    const check = outermost && c.fcsLength === checkLength ? Math.max(0, checkLength - c.missing) : 0
    const word = c.left < typeWord.size ? undefined : c.view.getUint16(c.at)
    if (word === undefined || word === 0 || word >= leastType) {
      const { type } = typeWord.read(c.view, c.pass(typeWord))
      if (check > 0) c.payload(Math.max(0, c.left - check), 'eth.fcs')
      c.carries('ethertype', type)
      return { destination, source, type }
    }
    if (isNeither(word)) {
      c.take(invalidWord)
      c.note(invalid, invalidText(word), at + addresses.size, 2)
      if (check > 0) c.payload(Math.max(0, c.left - check), 'eth.fcs')
      c.carries('eth.invalid_lentype', word)
      return { destination, source, type: word }
    }
    const { length } = c.take(lengthWord)
    const room = Math.max(0, c.left - check)
    if (length > room && c.missing === 0) c.note(pastEnd, pastEnd.label, at + addresses.size, 2)
    c.payload(Math.min(length, room), length <= room ? 'eth.len' : 'eth.fcs')
    carryLlc(c)
    return { destination, source, type: undefined }
  },

  size: () => addresses.size + 2,

  write(w, packet) {
    addresses.write(w.view, w.pass(addresses), packet)
    if (packet.type === undefined) w.put(lengthWord, { length: Math.min(w.payload - w.trailer, largestLength) })
    else typeWord.write(w.view, w.pass(typeWord), { type: packet.type })
  },

  trail(c, packet) {
    const outermost = c.frame.layers[0]!.packet === packet
    showTrailer(c, trailer, outermost ? c.fcsLength : 0)
  },
})

/** No station is a group (IEEE 802.3 §3.2.3). */
function isGroupSource(view: DataView, at: number): boolean {
  return (view.getUint8(at + 6) & 1) !== 0
}

/** Octets of a frame check sequence. */
const checkLength = 4

/** Neither a length nor a type (IEEE 802.3 §3.2.6). */
function isNeither(type: number): boolean {
  return type > largestLength && type < leastType
}

function invalidText(type: number): string {
  return `Invalid length/type: 0x${type.toString(16).padStart(4, '0')} (${type})`
}
