/**
 * Enhanced Interior Gateway Routing Protocol, RFC 7868 §6.2. It rides on IP as protocol 88; hellos go to 224.0.0.10.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |Header Version |    Opcode     |           Checksum            |
 *  |                             Flags                             |
 *  |                        Sequence Number                        |
 *  |                     Acknowledgement Number                    |
 *  |       Virtual Router ID       |   Autonomous System Number    |
 *  |                     Type-Length-Value entries …
 */
import { expert, type Field, type Ipv4, type Layout, type Lens, layout, shows, u8, u16, u32 } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { checksumShouldBe, hexWord } from './checksum-should-be.ts'
import { eigrpFlag, eigrpOpcode, eigrpOpcodeNames, virtualRouterNames } from './eigrp-codes.ts'
import { eigrpTlvFields, eigrpTlvHeader, sizeOfEigrpTlv, walkEigrpTlv, writeEigrpTlv } from './eigrp-tlv.ts'
import type { EigrpTlv } from './eigrp-tlvs.ts'
import { flagText } from './flag-text.ts'

export interface Eigrp {
  /** The header's version: 2. */
  readonly version: number
  /** One of `eigrpOpcode`. */
  readonly opcode: number
  /** Bits of `eigrpFlag`. */
  readonly flags: number
  /** 0 in packets that nobody acknowledges. */
  readonly sequence: number
  readonly acknowledge: number
  readonly virtualRouter: number
  readonly autonomousSystem: number
  readonly tlvs: readonly EigrpTlv[]
}

/** Where hellos and unacknowledged packets go: 224.0.0.10. */
export const eigrpGroup: Ipv4 = 0xe000000a

interface Start {
  readonly version: number
  readonly opcode: number
  readonly checksum: number
}

interface Rest {
  readonly flags: number
  readonly sequence: number
  readonly acknowledge: number
  readonly virtualRouter: number
  readonly autonomousSystem: number
}

const start: Layout<Start> = layout<Start>('eigrp', 'Cisco EIGRP', {
  version: u8('eigrp.version', 'Version'),
  opcode: u8('eigrp.opcode', 'Opcode', { names: eigrpOpcodeNames }),
  checksum: u16('eigrp.checksum', 'Checksum', { base: 'hex' }),
})

const set = ['Set', 'Not set'] as const
const flagsText = flagText(8, [
  [eigrpFlag.init, 'Init'],
  [eigrpFlag.conditionalReceive, 'Conditional Receive'],
  [eigrpFlag.restart, 'Restart'],
  [eigrpFlag.endOfTable, 'End Of Table'],
])

const rest: Layout<Rest> = layout<Rest>('eigrp', 'Cisco EIGRP', {
  flags: u32('eigrp.flags', 'Flags', {
    base: 'hex',
    text: flagsText,
    shows: [
      shows(31, 1, 'eigrp.flags.init', 'Init', 'boolean', { truth: set }),
      shows(30, 1, 'eigrp.flags.condrecv', 'Conditional Receive', 'boolean', { truth: set }),
      shows(29, 1, 'eigrp.flags.restart', 'Restart', 'boolean', { truth: set }),
      shows(28, 1, 'eigrp.flags.eot', 'End Of Table', 'boolean', { truth: set }),
    ],
  }),
  sequence: u32('eigrp.seq', 'Sequence'),
  acknowledge: u32('eigrp.ack', 'Acknowledge'),
  virtualRouter: u16('eigrp.vrid', 'Virtual Router ID', { names: virtualRouterNames }),
  autonomousSystem: u16('eigrp.as', 'Autonomous System'),
})

const status: Field = statusField('eigrp.checksum')
const badChecksum: Field = expert('eigrp.checksum.bad', 'Bad Checksum', 'warning')

/** Octets before the first entry. */
export const eigrpHeaderSize: number = start.size + rest.size

export const eigrp: Protocol<Eigrp> = protocol<Eigrp>({
  name: 'eigrp',
  label: 'Enhanced Interior Gateway Routing Protocol',
  short: 'EIGRP',
  over: [{ table: 'ip.proto', key: 88 }],
  fields: [start, rest, ...eigrpTlvFields, status, badChecksum],
  defaults: {
    version: 2,
    opcode: eigrpOpcode.hello,
    flags: 0,
    sequence: 0,
    acknowledge: 0,
    virtualRouter: 0,
    autonomousSystem: 0,
    tlvs: [],
  },
  claims: packet => {
    const claims: Record<string, Lens<number>> = { checksum: start.lens.checksum }
    let at = eigrpHeaderSize
    for (const [index, tlv] of packet.tlvs.entries()) {
      claims[`tlv${index}Length`] = eigrpTlvHeader.lens.length.after(at)
      at += sizeOfEigrpTlv(tlv)
    }
    return claims
  },
  title: s => {
    s.text('Cisco EIGRP')
  },
  info: (s, packet) => {
    const name = eigrpOpcodeNames.nameOf(packet.opcode)
    if (name === undefined) s.text('Unknown OpCode (').text(hexWord(packet.opcode)).text(')')
    else s.text(name).text(packet.opcode === eigrpOpcode.hello && packet.acknowledge !== 0 ? ' (Ack)' : '')
  },

  walk(c) {
    const at = c.at
    const { version, opcode, checksum } = c.take(start)
    if (c.wants(status) || c.wants(badChecksum)) judge(c, at, checksum)
    const { flags, sequence, acknowledge, virtualRouter, autonomousSystem } = c.take(rest)
    const tlvs: EigrpTlv[] = []
    while (c.left > 0) tlvs.push(walkEigrpTlv(c))
    return { version, opcode, flags, sequence, acknowledge, virtualRouter, autonomousSystem, tlvs }
  },

  size: packet => packet.tlvs.reduce((size, tlv) => size + sizeOfEigrpTlv(tlv), eigrpHeaderSize),

  write(w, packet) {
    w.put(start, { version: packet.version, opcode: packet.opcode, checksum: 0 })
    w.put(rest, packet)
    for (const tlv of packet.tlvs) writeEigrpTlv(w, tlv)
    start.lens.checksum.write(w.view, w.start, w.checksum())
  },
})

/** The checksum covers the header and every entry, RFC 7868 §6.2. */
function judge(c: PacketCursor, at: number, checksum: number): void {
  const right = checksumShouldBe(c, at, c.end, at + 2)
  const { good, bad, unverified } = checksumStatus
  if (right !== undefined && right !== checksum) {
    c.note(badChecksum, `Bad Checksum [should be ${hexWord(right)}]`, at + 2, 2)
  }
  c.show(status, right === undefined ? unverified : right === checksum ? good : bad, at + 2, 2)
}
