/**
 * Cisco Discovery Protocol: its fixed octets; the elements behind them are kept as they are.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |    Version    |      TTL      |           Checksum            |
 *  |             Type              |            Length             |   of each element,
 *  |    Value …                                                        its own four octets included
 */
import { checksumWithout, expert, type Field, field, type Layout, layout, u8, u16 } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import { type Protocol, protocol } from '../protocol.ts'

export interface Cdp {
  readonly version: number
  /** Seconds the receiver keeps what it is told. */
  readonly ttl: number
  /** The elements: type, length, value, one behind the other. */
  readonly elements: Uint8Array
}

interface Header {
  readonly version: number
  readonly ttl: number
  readonly checksum: number
}

const header: Layout<Header> = layout<Header>('cdp', 'Cisco Discovery Protocol', {
  version: u8('cdp.version', 'Version'),
  ttl: u8('cdp.ttl', 'TTL', { unit: ' seconds' }),
  checksum: u16('cdp.checksum', 'Checksum', { base: 'hex' }),
})

const elements: Field = field('cdp.elements', 'Elements', 'bytes')
const status: Field = statusField('cdp.checksum')
const badChecksum: Field = expert('cdp.bad_checksum', 'Bad checksum', 'error')

const deviceId = 1
const portId = 3
const latin1 = new TextDecoder('latin1')

export const cdp: Protocol<Cdp> = protocol<Cdp>({
  name: 'cdp',
  label: 'Cisco Discovery Protocol',
  short: 'CDP',
  over: [
    { table: 'gre.proto', key: 0x2000 },
    { table: 'llc.cisco_pid', key: 0x2000 },
    { table: 'ppp.protocol', key: 0x0207 },
  ],
  fields: [header, elements, status, badChecksum],
  defaults: { version: 2, ttl: 180, elements: new Uint8Array(0) },
  claims: () => ({ checksum: header.lens.checksum }),
  info: (s, packet) => {
    const device = elementOf(packet.elements, deviceId)
    const port = elementOf(packet.elements, portId)
    if (device !== undefined) s.text(`Device ID: ${device}  `)
    if (port !== undefined) s.text(`Port ID: ${port}  `)
  },

  walk(c) {
    const at = c.at
    const { version, ttl, checksum } = c.take(header)
    if (c.wants(status)) {
      const whole = (c.limitedBy !== 'capture' || c.missing === 0) && !c.quoted
      const right = whole ? checksumOfCdp(c.view, at, c.end) : checksum
      const good = right === checksum
      c.show(status, whole ? (good ? checksumStatus.good : checksumStatus.bad) : checksumStatus.unverified, at + 2)
      if (!good) c.note(badChecksum, `Bad checksum [should be 0x${right.toString(16).padStart(4, '0')}]`, at + 2, 2)
    }
    return { version, ttl, elements: c.takeRest(elements) }
  },

  size: packet => header.size + packet.elements.length,

  write(w, packet) {
    w.put(header, { version: packet.version, ttl: packet.ttl, checksum: 0 })
    w.putBytes(packet.elements)
    header.lens.checksum.write(w.view, w.start, checksumOfCdp(w.view, w.start, w.body))
  },
})

/**
 * Cisco's sum of an odd number of octets takes the last one for the low half of its word, as a signed number that is
 * one too small when negative.
 */
function checksumOfCdp(view: DataView, from: number, to: number): number {
  const at = from + 2
  if ((to - from) % 2 === 0) return checksumWithout(view, from, to, at)
  const last = view.getUint8(to - 1)
  const word = last < 0x80 ? last : (last - 1) | 0xff00
  return checksumWithout(view, from, to - 1, at, word)
}

/** The text of the first element of a type. */
function elementOf(octets: Uint8Array, wanted: number): string | undefined {
  let at = 0
  while (at + 4 <= octets.length) {
    const type = (octets[at]! << 8) | octets[at + 1]!
    const length = (octets[at + 2]! << 8) | octets[at + 3]!
    if (length < 4) return undefined
    if (type === wanted) return latin1.decode(octets.subarray(at + 4, at + length))
    at += length
  }
  return undefined
}
