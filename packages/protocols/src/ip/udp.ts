/**
 * User Datagram Protocol, RFC 768.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |          Source Port          |       Destination Port        |
 *  |            Length             |           Checksum            |
 */
import { also, checksumWithout, expert, type Field, generated, type Layout, Literal, layout, u16 } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { ipv6 } from './ipv6.ts'
import { showPayload } from './payload.ts'
import { knownPort } from './ports.ts'
import { isWhole, sentLength } from './promised.ts'
import { udpStreamFields } from './stream-fields.ts'

export interface Udp {
  readonly sourcePort: number
  readonly destinationPort: number
  /** Whether the sender computed a checksum; its value is a claim. */
  readonly checksummed: boolean
}

interface Header {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly length: number
  readonly checksum: number
}

const port = { shows: [also('udp.port', 'Source or Destination Port', 'uint16')] } as const
const header: Layout<Header> = layout<Header>('udp', 'User Datagram Protocol', {
  sourcePort: u16('udp.srcport', 'Source Port', port),
  destinationPort: u16('udp.dstport', 'Destination Port', port),
  length: u16('udp.length', 'Length'),
  checksum: u16('udp.checksum', 'Checksum', { base: 'hex' }),
})
const status: Field = statusField('udp.checksum')
const calculated: Field = generated('udp.checksum_calculated', 'Calculated Checksum', 'uint16', { base: 'hex' })
const badChecksum: Field = expert('udp.checksum.bad', 'Bad checksum', 'error')
const zeroChecksum: Field = expert('udp.checksum.zero', 'Illegal checksum value (0)', 'error')
const badLength: Field = expert('udp.length.bad', 'Bad length value', 'error')
const badZeroLength: Field = expert('udp.length.bad_zero', 'Length is zero but payload < 65536', 'warning')
const payload: Field = generated('udp.payload', 'Payload', 'bytes')

const fromPort = new Literal('User Datagram Protocol, Src Port: ')
const toPort = new Literal(', Dst Port: ')
const arrow = new Literal(' → ')
const lengthText = new Literal(' Len=')

const { lens } = header
const protocolNumber = 17

export const udp: Protocol<Udp> = protocol<Udp>({
  name: 'udp',
  label: 'User Datagram Protocol',
  short: 'UDP',
  over: [{ table: 'ip.proto', key: protocolNumber }],
  fields: [
    header,
    status,
    calculated,
    badChecksum,
    zeroChecksum,
    badLength,
    badZeroLength,
    ...udpStreamFields,
    payload,
  ],
  defaults: { sourcePort: 0, destinationPort: 0, checksummed: true },
  selects: { table: 'udp.port', fact: 'destinationPort' },
  claims: (packet): Record<string, typeof lens.length> =>
    packet.checksummed ? { length: lens.length, checksum: lens.checksum } : { length: lens.length },
  title: (s, packet) => {
    s.put(fromPort).dec(packet.sourcePort).put(toPort).dec(packet.destinationPort)
  },
  info(s, packet, frame, at) {
    const { body, end } = frame.layers[at]!
    s.dec(packet.sourcePort)
      .put(arrow)
      .dec(packet.destinationPort)
      .put(lengthText)
      .dec(end - body)
  },
  // Without a checksum there is one line less.
  isQuiet: (view, at) => lens.checksum.read(view, at) !== 0,

  walk(c) {
    const start = c.at
    // RFC 2675 §4: only over IPv6 may the length be 0; the datagram then fills the packet.
    const claimed = c.left < header.size ? header.size : c.view.getUint16(start + 4)
    const jumbo = claimed === 0 && isOverIpv6(c)
    if (claimed < header.size && !jumbo) refuse(c, claimed)
    const { sourcePort, destinationPort, length, checksum } = header.read(c.view, c.pass(header))
    if (c.witness !== undefined) noteLength(c, length, start)
    if (!jumbo) c.limit(length - header.size, 'udp.length')
    if (c.witness !== undefined) {
      showStatus(c, checksum, start)
    }
    c.session?.amid?.(c, udp, start)
    if (c.witness !== undefined) showPayload(c, payload, 'UDP')
    c.carries('udp.port', knownPort(c, 'udp.port', sourcePort, destinationPort))
    return { sourcePort, destinationPort, checksummed: checksum !== 0 }
  },

  size: () => header.size,

  write(w, packet, around) {
    const length = w.end - w.start
    const { sourcePort, destinationPort } = packet
    w.put(header, { sourcePort, destinationPort, length: length > 0xffff ? 0 : length, checksum: 0 })
    if (!packet.checksummed) return
    const sum = w.checksum(w.start, w.end, around.pseudoHeader(protocolNumber, length))
    // 0 would say that there is none.
    lens.checksum.write(w.view, w.start, sum === 0 ? 0xffff : sum)
  },
})

function isOverIpv6(c: PacketCursor): boolean {
  const { layers } = c.frame
  for (let i = layers.length - 1; i >= 0; i--) {
    const { protocol: below } = layers[i]!
    if (below.pseudoHeader !== undefined) return below === ipv6
  }
  return false
}

/** Stops the walk at a length that not even the header fits into. */
function refuse(c: PacketCursor, length: number): never {
  const at = c.at + 4
  if (c.witness !== undefined) c.witness.rows(header, c.at, 6)
  c.at += 6
  c.note(badLength, `Bad length value ${length} < ${header.size}`, at, 2)
  c.malformed('udp.length', `is ${length}, less than the header's ${header.size} octets`, 'RFC 768', at)
}

function noteLength(c: PacketCursor, length: number, start: number): void {
  const sent = header.size + sentLength(c)
  if (length === 0) {
    if (sent <= 0xffff) c.note(badZeroLength, badZeroLength.label, start + 4, 2)
  } else if (length > sent && !c.quoted && !c.fragmented)
    c.note(badLength, `Bad length value ${length} > IP payload length`, start + 4, 2)
}

function showStatus(c: PacketCursor, checksum: number, start: number): void {
  if (!c.wants(status)) return
  const at = start + 6
  if (checksum === 0) {
    const illegal = isOverIpv6(c)
    c.below()
    if (illegal) c.note(zeroChecksum, zeroChecksum.label, at, 2)
    c.show(status, illegal ? checksumStatus.illegal : checksumStatus.notPresent, at, 2)
    c.close()
    return
  }
  const initial = c.verify && isWhole(c) ? c.pseudoHeader(protocolNumber, c.end - start) : undefined
  if (initial === undefined) {
    c.show(status, checksumStatus.unverified, at)
    return
  }
  const sum = checksumWithout(c.view, start, c.end, at, initial)
  const right = sum === 0 ? 0xffff : sum
  if (right !== checksum)
    c.note(badChecksum, `Bad checksum [should be 0x${right.toString(16).padStart(4, '0')}]`, at, 2)
  c.show(status, right === checksum ? checksumStatus.good : checksumStatus.bad, at)
  c.show(calculated, right, at, 2)
}
