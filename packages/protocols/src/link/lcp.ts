/**
 * The Link Control Protocol of PPP, RFC 1661 §5: its header; options and data are kept as they are.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |     Code      |  Identifier   |            Length             |
 *  |    Data …
 */
import { type Field, field, type Layout, layout, names, u8, u16 } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'

export interface Lcp {
  readonly code: number
  readonly identifier: number
  readonly data: Uint8Array
}

interface Header {
  readonly code: number
  readonly identifier: number
  readonly length: number
}

const codes = names({
  0: 'Vendor Specific',
  1: 'Configuration Request',
  2: 'Configuration Ack',
  3: 'Configuration Nak',
  4: 'Configuration Reject',
  5: 'Termination Request',
  6: 'Termination Ack',
  7: 'Code Reject',
  8: 'Protocol Reject',
  9: 'Echo Request',
  10: 'Echo Reply',
  11: 'Discard Request',
  12: 'Identification',
  13: 'Time Remaining',
})

const header: Layout<Header> = layout<Header>('lcp', 'PPP Link Control Protocol', {
  code: u8('ppp.code', 'Code', { names: codes }),
  identifier: u8('ppp.identifier', 'Identifier', { base: 'dec-hex' }),
  length: u16('ppp.length', 'Length'),
})

const data: Field = field('ppp.data', 'Data', 'bytes')

export const lcp: Protocol<Lcp> = protocol<Lcp>({
  name: 'lcp',
  label: 'PPP Link Control Protocol',
  short: 'PPP LCP',
  over: [{ table: 'ppp.protocol', key: 0xc021 }],
  fields: [header, data],
  defaults: { code: 1, identifier: 0, data: new Uint8Array(0) },
  claims: () => ({ length: header.lens.length }),
  info: (s, packet) => {
    s.text(codes.nameOf(packet.code) ?? 'Unknown')
  },

  walk(c) {
    const at = c.at
    const { code, identifier, length } = c.take(header)
    if (length < header.size)
      c.malformed('ppp.length', `is ${length}, less than the header's 4 octets`, 'RFC 1661 §5', at + 2)
    c.limit(length - header.size, 'ppp.length')
    const octets = c.takeBytes(data, length - header.size)
    return { code, identifier, data: octets }
  },

  size: packet => header.size + packet.data.length,

  write(w, packet) {
    w.put(header, { code: packet.code, identifier: packet.identifier, length: header.size + packet.data.length })
    w.putBytes(packet.data)
  },
})
