/**
 * Transmission Control Protocol, RFC 9293 §3.1, with the accurate ECN bit of RFC 7560.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |          Source Port          |       Destination Port        |
 *  |                        Sequence Number                        |
 *  |                    Acknowledgment Number                      |
 *  | Offset| Res |A|C|E|U|A|P|R|S|F|            Window             |
 *  |           Checksum            |         Urgent Pointer        |
 *  |                           Options                             |
 */
import { checksumWithout, expert, type Field, generated } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { showPayload } from './payload.ts'
import { knownPort } from './ports.ts'
import { isWhole, sentLength } from './promised.ts'
import { tcpStreamFields } from './stream-fields.ts'
import {
  flagNames,
  type TcpFlags,
  tcpControl,
  tcpHeader,
  tcpNumbers,
  tcpPorts,
  tcpSums,
  tcpUrgent,
  tcpWindow,
} from './tcp-header.ts'
import { showTcpOptions, tcpOptionFields } from './tcp-options.ts'
import { optionsInfo } from './tcp-options-info.ts'
import { wholeUnits } from './whole-units.ts'

export interface Tcp extends TcpFlags {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly sequenceNumber: number
  readonly acknowledgmentNumber: number
  readonly window: number
  readonly urgentPointer: number
  /** Options as they stand on the wire, padding included: a multiple of four octets, at most 40. */
  readonly options: Uint8Array
}

const segmentLength: Field = generated('tcp.len', 'TCP Segment Len', 'uint32')
const flagLetters: Field = generated('tcp.flags.str', 'TCP Flags', 'string')
const status: Field = statusField('tcp.checksum')
const calculated: Field = generated('tcp.checksum_calculated', 'Calculated Checksum', 'uint16', { base: 'hex' })
const badChecksum: Field = expert('tcp.checksum_bad.expert', 'Bad checksum', 'error')
const badLength: Field = expert('tcp.bogus_header_length', 'Bogus TCP Header length', 'error')
const payload: Field = generated('tcp.payload', 'TCP payload', 'bytes')
const notes = {
  synchronize: expert('tcp.connection.syn', 'Connection establish request (SYN)', 'chat'),
  accept: expert('tcp.connection.synack', 'Connection establish acknowledge (SYN+ACK)', 'chat'),
  finish: expert('tcp.connection.fin', 'Connection finish (FIN)', 'chat'),
  reset: expert('tcp.connection.rst', 'Connection reset (RST)', 'warning'),
  acknowledgment: expert(
    'tcp.ack.nonzero',
    'The acknowledgment number field is nonzero while the ACK flag is not set',
    'note',
  ),
  urgent: expert(
    'tcp.urgent_pointer.non_zero',
    'The urgent pointer field is nonzero while the URG flag is not set',
    'note',
  ),
} as const

const { lens } = tcpHeader
const protocolNumber = 6
const none = new Uint8Array(0)

export const tcp: Protocol<Tcp> = protocol<Tcp>({
  name: 'tcp',
  label: 'Transmission Control Protocol',
  short: 'TCP',
  over: [{ table: 'ip.proto', key: protocolNumber }],
  fields: [
    tcpPorts,
    ...tcpStreamFields,
    segmentLength,
    tcpNumbers,
    tcpControl,
    flagLetters,
    tcpWindow,
    tcpSums,
    status,
    calculated,
    tcpUrgent,
    ...tcpOptionFields,
    payload,
    badChecksum,
    badLength,
    ...Object.values(notes),
  ],
  defaults: {
    sourcePort: 0,
    destinationPort: 0,
    sequenceNumber: 0,
    acknowledgmentNumber: 0,
    reserved: 0,
    accurateEcn: false,
    congestionWindowReduced: false,
    ecnEcho: false,
    urgent: false,
    acknowledgment: false,
    push: false,
    reset: false,
    synchronize: true,
    finish: false,
    window: 0,
    urgentPointer: 0,
    options: none,
  },
  selects: { table: 'tcp.port', fact: 'destinationPort' },
  claims: () => ({ headerLength: lens.headerLength, checksum: lens.checksum }),
  title: (s, packet) => {
    s.text('Transmission Control Protocol, Src Port: ').dec(packet.sourcePort)
    s.text(', Dst Port: ').dec(packet.destinationPort)
    s.text(', Seq: ').dec(packet.sequenceNumber)
    if (packet.acknowledgment) s.text(', Ack: ').dec(packet.acknowledgmentNumber)
  },
  info(s, packet, frame, at) {
    const { body, end } = frame.layers[at]!
    s.dec(packet.sourcePort)
      .text(' → ')
      .dec(packet.destinationPort)
      .text(` [${flagNames(packet)}] Seq=`)
    s.dec(packet.sequenceNumber)
    if (packet.acknowledgment) s.text(' Ack=').dec(packet.acknowledgmentNumber)
    s.text(' Win=').dec(packet.window)
    if (packet.urgent) s.text(' Urg=').dec(packet.urgentPointer)
    s.text(' Len=').dec(end - body)
    optionsInfo(s, packet.options)
  },

  walk(c) {
    const start = c.at
    const ports = c.take(tcpPorts)
    c.session?.amid?.(c, tcp, start)
    if (c.witness !== undefined) showLength(c, start)
    const { sequenceNumber, acknowledgmentNumber } = c.take(tcpNumbers)
    const { headerLength, flags } = c.take(tcpControl)
    if (c.witness !== undefined) showFlags(c, flags, acknowledgmentNumber, ports.destinationPort, ports.sourcePort)
    const octets = 4 * headerLength
    if (octets < tcpHeader.size) {
      c.note(badLength, `Bogus TCP header length (${octets}, must be at least 20)`, start + 12, 1)
      c.malformed('tcp.hdr_len', `is ${octets} octets, not at least 20`, 'RFC 9293 §3.1', start + 12)
    }
    const { window } = c.take(tcpWindow)
    const { checksum } = c.take(tcpSums)
    if (c.witness !== undefined) showStatus(c, checksum, start)
    const { urgentPointer } = c.take(tcpUrgent)
    if (urgentPointer !== 0 && !flags.urgent) c.note(notes.urgent, notes.urgent.label, c.at - 2, 2)
    const size = octets - tcpHeader.size
    const from = c.at
    if (c.witness !== undefined && size > 0) {
      showTcpOptions(c, Math.min(from + size, c.end), flags.synchronize)
      c.at = from
    }
    c.need('tcp.hdr_len', size)
    c.at = from + size
    if (c.witness !== undefined) showPayload(c, payload, 'TCP')
    c.carries('tcp.port', knownPort(c, 'tcp.port', ports.sourcePort, ports.destinationPort))
    return {
      sourcePort: ports.sourcePort,
      destinationPort: ports.destinationPort,
      sequenceNumber,
      acknowledgmentNumber,
      reserved: flags.reserved,
      accurateEcn: flags.accurateEcn,
      congestionWindowReduced: flags.congestionWindowReduced,
      ecnEcho: flags.ecnEcho,
      urgent: flags.urgent,
      acknowledgment: flags.acknowledgment,
      push: flags.push,
      reset: flags.reset,
      synchronize: flags.synchronize,
      finish: flags.finish,
      window,
      urgentPointer,
      options: size === 0 ? none : c.bytes.subarray(from, from + size),
    }
  },

  size: packet => tcpHeader.size + packet.options.length,

  write(w, packet, around) {
    w.put(tcpHeader, {
      ...packet,
      headerLength: wholeUnits(tcpHeader.size + packet.options.length, 4, 'tcp.hdr_len'),
      flags: packet,
      checksum: 0,
    })
    w.putBytes(packet.options)
    const sum = w.checksum(w.start, w.end, around.pseudoHeader(protocolNumber, w.end - w.start))
    lens.checksum.write(w.view, w.start, sum)
  },
})

/** How much of the stream the segment holds, captured or not. */
function showLength(c: PacketCursor, start: number): void {
  if (c.end - start < 13) return
  const octets = 4 * (c.view.getUint8(start + 12) >>> 4)
  const length = sentLength(c) + tcpPorts.size - octets
  if (octets >= tcpHeader.size && length >= 0) c.show(segmentLength, length, start)
}

function showFlags(c: PacketCursor, flags: TcpFlags, acknowledged: number, destination: number, source: number): void {
  const at = c.at - 2
  c.below()
  if (flags.reset) c.note(notes.reset, notes.reset.label, at + 1, 1)
  if (flags.synchronize) {
    const of = flags.acknowledgment ? notes.accept : notes.synchronize
    c.note(of, `${of.label}: server port ${flags.acknowledgment ? source : destination}`, at + 1, 1)
  }
  if (flags.finish) c.note(notes.finish, notes.finish.label, at + 1, 1)
  c.show(flagLetters, letters(c.view.getUint16(at) & 0xfff), at, 2)
  c.close()
  if (!flags.acknowledgment && acknowledged !== 0) c.note(notes.acknowledgment, notes.acknowledgment.label, at - 4, 4)
}

/** One letter for each flag that is set, a dot for each that is not. */
function letters(flags: number): string {
  return 'RRRACEUAPRSF'
    .split('')
    .map((letter, bit) => ((flags & (0x800 >>> bit)) === 0 ? '·' : letter))
    .join('')
}

function showStatus(c: PacketCursor, checksum: number, start: number): void {
  if (!c.wants(status)) return
  const at = start + 16
  const initial = c.verify && isWhole(c) ? c.pseudoHeader(protocolNumber, c.end - start) : undefined
  if (initial === undefined) {
    c.show(status, checksumStatus.unverified, at)
    return
  }
  const right = checksumWithout(c.view, start, c.end, at, initial)
  if (right !== checksum)
    c.note(badChecksum, `Bad checksum [should be 0x${right.toString(16).padStart(4, '0')}]`, at, 2)
  c.show(status, right === checksum ? checksumStatus.good : checksumStatus.bad, at)
  c.show(calculated, right, at, 2)
}
