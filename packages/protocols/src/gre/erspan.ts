/**
 * Encapsulated Remote Switch Port Analyzer: mirrored Ethernet frames in GRE, draft-foschiano-erspan-03 §4.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |  Ver  |          VLAN         | COS |En/BSO|T|   Session ID   |   types II and III
 *  |      Reserved         |                Index                  |   type II
 *  |                           Timestamp                           |   type III
 *  |             SGT               |P|    FT   |   Hw ID   |D|Gra|O|
 *  |  Platf ID |               Platform Specific Info              |   type III with O
 *  |                  Platform Specific Info                       |
 *
 * Type I has no header at all: GRE says so by having no sequence number.
 */
import { bits, expert, type Field, field, flag, type Layout, layout, names, type Outline, u16, u32 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { type PlatformInformation, platformInformation, platformRows } from './erspan-platform.ts'
import type { Gre } from './gre.ts'

export interface ErspanType1 {
  readonly type: 1
}

export interface ErspanType2 {
  readonly type: 2
  readonly vlan: number
  readonly classOfService: number
  /** 0 no tag, 1 ISL, 2 IEEE 802.1Q, 3 the tag is in the frame. */
  readonly encapsulation: number
  readonly truncated: number
  readonly session: number
  readonly reserved: number
  readonly index: number
}

export interface ErspanType3 {
  readonly type: 3
  readonly vlan: number
  readonly classOfService: number
  /** 0 good or unknown, 1 short, 2 oversized, 3 damaged. */
  readonly integrity: number
  readonly truncated: number
  readonly session: number
  readonly timestamp: number
  readonly securityGroup: number
  readonly hasPdu: number
  /** 0 Ethernet, 2 IP. */
  readonly frameType: number
  readonly hardware: number
  /** Whether the frame left the mirrored port. */
  readonly egress: boolean
  /** 0 for 100 µs, 1 for 100 ns, 2 for IEEE 1588, 3 for another. */
  readonly granularity: number
  readonly platform: PlatformInformation | undefined
}

export type Erspan = ErspanType1 | ErspanType2 | ErspanType3

interface Header2 extends Omit<ErspanType2, 'type'> {
  readonly version: number
}

interface Header3 extends Omit<ErspanType3, 'type' | 'platform'> {
  readonly version: number
  readonly hasPlatform: number
}

const short = { type: 'uint16' } as const
const version = bits(4, 'erspan.version', 'Version', { ...short, names: names({ 1: 'Type II', 2: 'Type III' }) })
const vlan = bits(12, 'erspan.vlan', 'Vlan')
const classOfService = bits(3, 'erspan.cos', 'COS', short)
const truncated = bits(1, 'erspan.truncated', 'Truncated', {
  ...short,
  names: names({ 0: 'Not truncated', 1: 'Truncated' }),
})
const session = bits(10, 'erspan.spanid', 'SpanID')

const encapsulations = names({
  0: 'Originally without VLAN tag',
  1: 'Originally ISL encapsulated',
  2: 'Originally 802.1Q encapsulated',
  3: 'VLAN tag preserved in frame',
})
const integrities = names({
  0: 'Good or unknown integrity',
  1: 'Short frame',
  2: 'Oversized frame',
  3: 'CRC or alignment error',
})
const granularities = names({ 0: '100 microseconds', 1: '100 nanoseconds', 2: 'IEEE 1588', 3: 'Custom granularity' })

const header2: Layout<Header2> = layout<Header2>('erspan', 'ERSPAN type II', {
  version,
  vlan,
  classOfService,
  encapsulation: bits(2, 'erspan.encap', 'Encap', { ...short, names: encapsulations }),
  truncated,
  session,
  reserved: bits(12, 'erspan.reserved', 'Reserved', { type: 'uint32' }),
  index: bits(20, 'erspan.index', 'Index', { type: 'uint32' }),
})

const header3: Layout<Header3> = layout<Header3>('erspan', 'ERSPAN type III', {
  version,
  vlan,
  classOfService,
  integrity: bits(2, 'erspan.bso', 'Bad/Short/Oversized', { ...short, names: integrities }),
  truncated,
  session,
  timestamp: u32('erspan.timestamp', 'Timestamp'),
  securityGroup: u16('erspan.sgt', 'Security Group Tag'),
  hasPdu: bits(1, 'erspan.p', 'Has Ethernet PDU', short),
  frameType: bits(5, 'erspan.ft', 'Frame Type', { ...short, names: names({ 0: 'Ethernet', 2: 'IP' }) }),
  hardware: bits(6, 'erspan.hw', 'Hardware ID', short),
  egress: flag('erspan.direction', 'Direction', { truth: ['Egress', 'Ingress'] }),
  granularity: bits(2, 'erspan.gra', 'Timestamp granularity', { ...short, names: granularities }),
  hasPlatform: bits(1, 'erspan.o', 'Optional Sub headers', short),
})

const versionOnly: Field = field('erspan.version', 'Version', 'uint16')
const unknownVersion: Field = expert(
  'erspan.version.unknown',
  'Unknown version, please report or test to use fake ERSPAN preference',
  'warning',
)

const type1: ErspanType1 = { type: 1 }
const numerals = ['', 'I', 'II', 'III'] as const
const ip = 2

export const erspan: Protocol<Erspan> = protocol<Erspan>({
  name: 'erspan',
  label: 'Encapsulated Remote Switch Packet ANalysis',
  short: 'ERSPAN',
  over: [
    { table: 'gre.proto', key: 0x88be },
    { table: 'gre.proto', key: 0x22eb },
  ],
  fields: [header2, header3, platformInformation, ...platformRows, versionOnly, unknownVersion] as (Outline | Field)[],
  defaults: {
    type: 2,
    vlan: 0,
    classOfService: 0,
    encapsulation: 0,
    truncated: 0,
    session: 0,
    reserved: 0,
    index: 0,
  },
  title: (s, packet) => {
    s.text(`Encapsulated Remote Switch Packet ANalysis Type ${numerals[packet.type]}`)
  },
  info: s => {
    s.text('ERSPAN:')
  },

  walk(c) {
    const at = c.at
    if (c.left === 0 || isType1(c)) {
      c.carries('erspan.ft', 0)
      return type1
    }
    const number = c.bytes[at]! >>> 4
    if (number === 1) {
      const { version: _, ...packet } = c.take(header2)
      c.carries('erspan.ft', 0)
      return { type: 2, ...packet }
    }
    if (number === 2) return walkType3(c)
    c.show(versionOnly, number, at, 2)
    c.note(unknownVersion, unknownVersion.label, at, 2)
    return c.malformed('erspan.version', `is ${number}, neither 1 nor 2`, 'draft-foschiano-erspan-03 §4')
  },

  size: packet => {
    if (packet.type === 1) return 0
    if (packet.type === 2) return header2.size
    return header3.size + (packet.platform === undefined ? 0 : platformInformation.size)
  },

  write(w, packet) {
    if (packet.type === 2) w.put(header2, { ...packet, version: 1 })
    if (packet.type !== 3) return
    w.put(header3, { ...packet, version: 2, hasPlatform: packet.platform === undefined ? 0 : 1 })
    if (packet.platform !== undefined) w.put(platformInformation, packet.platform)
  },
})

function isType1(c: PacketCursor): boolean {
  const carrier = c.frame.layers.at(-1)
  if (carrier?.protocol.name !== 'gre') return false
  const { protocol: carried, sequence } = carrier.packet as Gre
  return carried === 0x88be && sequence === undefined
}

function walkType3(c: PacketCursor): ErspanType3 {
  const { version: _, hasPlatform, ...packet } = c.take(header3)
  const platform =
    hasPlatform === 0 ? undefined : c.takeAs(platformInformation, platformRows[c.left > 0 ? c.bytes[c.at]! >>> 2 : 0]!)
  if (packet.frameType === ip && c.left > 0) c.carries('ethertype', c.bytes[c.at]! >>> 4 === 6 ? 0x86dd : 0x0800)
  else c.carries('erspan.ft', packet.frameType)
  return { type: 3, ...packet, platform }
}
