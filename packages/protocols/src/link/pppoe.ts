/**
 * PPP over Ethernet, RFC 2516 §4: the header that both of its stages share, and the session stage.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |  Ver  | Type  |     Code      |          Session ID           |
 *  |            Length             |           payload …
 */
import { bits, expert, type Field, type Layout, type Lens, layout, type Names, names, u8, u16 } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'

export interface Pppoe {
  /** 1. */
  readonly version: number
  /** 1. */
  readonly type: number
  /** 0 in a session; otherwise what a discovery packet is. */
  readonly code: number
  readonly session: number
}

interface Header extends Pppoe {
  readonly length: number
}

export const pppoeCodes: Names = names({
  0x00: 'Session Data',
  0x07: 'Active Discovery Offer (PADO)',
  0x09: 'Active Discovery Initiation (PADI)',
  0x0a: 'Active Discovery Session-Grant (PADG)',
  0x0b: 'Active Discovery Session-Credit Resp.(PADC)',
  0x0c: 'Active Discovery Quality (PADQ)',
  0x19: 'Active Discovery Request (PADR)',
  0x65: 'Active Discovery Session-confirmation (PADS)',
  0xa7: 'Active Discovery Terminate (PADT)',
  0xd3: 'Active Discovery Message (PADM)',
  0xd4: 'Active Discovery Network (PADN)',
})

export const pppoeHeader: Layout<Header> = layout<Header>('pppoe', 'PPP-over-Ethernet', {
  version: bits(4, 'pppoe.version', 'Version'),
  type: bits(4, 'pppoe.type', 'Type'),
  code: u8('pppoe.code', 'Code', { base: 'hex', names: pppoeCodes }),
  session: u16('pppoe.session_id', 'Session ID', { base: 'hex' }),
  length: u16('pppoe.payload_length', 'Payload Length'),
})

const badLength: Field = expert('pppoe.payload_length.bad', 'Possible bad payload length', 'warning')

export const pppoeClaims: () => { readonly payloadLength: Lens<number> } = () => ({
  payloadLength: pppoeHeader.lens.length,
})

export const pppoeSession: Protocol<Pppoe> = protocol<Pppoe>({
  name: 'pppoes',
  label: 'PPP-over-Ethernet Session',
  short: 'PPPoES',
  over: [
    { table: 'ethertype', key: 0x8864 },
    { table: 'link', key: 51 },
  ],
  fields: [pppoeHeader, badLength],
  defaults: { version: 1, type: 1, code: 0, session: 0 },
  claims: pppoeClaims,
  info: (s, packet) => {
    s.text(pppoeCodes.nameOf(packet.code) ?? 'Unknown')
  },

  walk(c) {
    const at = c.at
    const { version, type, code, session, length } = c.take(pppoeHeader)
    if (length < c.left + c.missing) {
      c.note(badLength, `Possible bad payload length ${length} != ${c.left + c.missing}`, at + 4, 2)
    }
    c.payload(length, 'pppoe.payload_length')
    c.carries('pppoe.code', 0)
    return { version, type, code, session }
  },

  size: () => pppoeHeader.size,

  write(w, packet) {
    w.put(pppoeHeader, { ...packet, length: w.payload - w.trailer })
  },
})
