/** The packet list with columns of one's choice: a line of text, of PSML, of CSV. */
import type { Frame } from '@dmvpn/protocols'
import { type Field, formatIpv6, formatMac, type Ipv6, Sink } from '@dmvpn/wire'
import { type Column, defaultColumns } from './column-format.ts'
import { writeColumnValue } from './column-value.ts'
import {
  type ColumnWriter,
  writeDestinationColumn,
  writeInfoColumn,
  writeLengthColumn,
  writeNumberColumn,
  writeProtocolColumn,
  writeSourceColumn,
} from './columns.ts'
import { gravestOf } from './fault-node.ts'
import type { FrameRecord } from './frame-record.ts'
import { fieldOf, nameOf, valueOf } from './node-facts.ts'
import type { Session } from './session/session.ts'
import { type SecondsStyle, type TimeStyle, writeTime } from './time-style.ts'
import { nodeKind, type TreeNodes } from './tree-nodes.ts'
import type { TreeWitness } from './tree-witness.ts'

export interface ColumnListOptions {
  /** What the column `%t` shows. */
  readonly time?: TimeStyle | undefined
  readonly seconds?: SecondsStyle | undefined
}

/** The present frame of a session, as columns see it; `witness` only where `needsTree`. */
export interface ColumnFrame {
  readonly frame: Frame
  readonly record: FrameRecord
  readonly session: Session
  readonly witness: TreeWitness | undefined
}

export class ColumnList {
  readonly columns: readonly Column[]
  /** Whether the frames must have been dissected: some column is a field. */
  readonly needsTree: boolean
  private readonly time: TimeStyle
  private readonly seconds: SecondsStyle
  private readonly cells: readonly Sink[]
  private octets = 0

  constructor(columns: readonly Column[] = defaultColumns, options: ColumnListOptions = {}) {
    this.columns = columns
    this.needsTree = columns.some(({ format }) => format === '%Cus' || format === '%a')
    this.time = options.time ?? 'r'
    this.seconds = options.seconds ?? 's'
    this.cells = columns.map(() => new Sink(64))
  }

  /** A new file: what is counted over frames begins anew. */
  begin(): void {
    this.octets = 0
  }

  /** The columns under the names that `-e` has for them; those that need a tree have none. */
  writers(): ReadonlyMap<string, ColumnWriter> {
    const plain = this.columns.filter(({ format }) => format !== '%Cus' && format !== '%a')
    return new Map(
      plain.map(column => [
        `_ws.col.${column.title}`,
        (s, frame, record, session) => this.cell(s, column, { frame, record, session, witness: undefined }),
      ]),
    )
  }

  /** Fills the cells of a frame. Called once for every frame that is shown; the sinks are valid until the next call. */
  fill(shown: ColumnFrame): readonly Sink[] {
    this.octets += shown.record.originalLength
    for (const [index, column] of this.columns.entries()) {
      const cell = this.cells[index]!
      cell.clear()
      this.cell(cell, column, shown)
    }
    return this.cells
  }

  /** A frame is shown by somebody else: what is counted over frames counts it. */
  pass({ originalLength }: FrameRecord): void {
    this.octets += originalLength
  }

  private cell(s: Sink, column: Column, { frame, record, session, witness }: ColumnFrame): void {
    const { format } = column
    switch (format) {
      case '%m':
        writeNumberColumn(s, frame, record, session)
        break
      case '%t':
        writeTime(s, this.time, record, session, this.seconds)
        break
      case '%p':
        writeProtocolColumn(s, frame)
        break
      case '%L':
        writeLengthColumn(s, frame, record)
        break
      case '%B':
        s.dec(this.octets)
        break
      case '%i':
        writeInfoColumn(s, frame, record)
        break
      case '%f':
        s.text(dscpText(innermost<number>(frame, 'dscp')))
        break
      case '%q':
        s.text(vlanText(frame))
        break
      case '%a':
        if (witness !== undefined) s.text(gravestOf(witness.nodes))
        break
      case '%Cus':
        if (witness !== undefined) writeFields(s, column, witness.nodes)
        break
      default: {
        const style = timeFormats[format]
        if (style !== undefined) writeTime(s, style, record, session, this.seconds)
        else writeAddressOrPort(s, format, frame)
      }
    }
  }
}

const timeFormats: Readonly<Record<string, TimeStyle>> = {
  '%Rt': 'r',
  '%Tt': 'd',
  '%Gt': 'dd',
  '%At': 'a',
  '%Yt': 'ad',
  '%YDOYt': 'adoy',
  '%Aut': 'u',
  '%Yut': 'ud',
  '%YDOYut': 'udoy',
}

/** `%s`, `%rs`, `%us`, `%hs`, … : resolved and unresolved are the same, names are never looked up. */
function writeAddressOrPort(s: Sink, format: string, frame: Frame): void {
  const ofSource = /s$/i.test(format)
  if (/[SD]$/.test(format)) {
    const port = innermost<number>(frame, ofSource ? 'sourcePort' : 'destinationPort')
    if (port !== undefined) s.dec(port)
  } else if (format.includes('h')) writeAddressOf(s, frame, ofSource, kind => kind === 'mac')
  else if (format.includes('n')) writeAddressOf(s, frame, ofSource, kind => kind === 'ipv4' || kind === 'ipv6')
  else if (ofSource) writeSourceColumn(s, frame)
  else writeDestinationColumn(s, frame)
}

function writeAddressOf(s: Sink, { layers }: Frame, ofSource: boolean, wanted: (kind: string) => boolean): void {
  for (let i = layers.length - 1; i >= 0; i--) {
    const { protocol, packet } = layers[i]!
    const ends = protocol.endpoints?.(packet)
    if (ends === undefined || !wanted(ends.kind)) continue
    const address = ofSource ? ends.source : ends.destination
    if (address === undefined) continue
    if (ends.kind === 'ipv4') s.ipv4(address as number)
    else if (ends.kind === 'ipv6') s.text(formatIpv6(address as Ipv6))
    else s.text(formatMac(address as number))
    return
  }
}

/** A fact of the innermost layer that has it. */
function innermost<T>({ layers }: Frame, fact: string): T | undefined {
  for (let i = layers.length - 1; i >= 0; i--) {
    const value = (layers[i]!.packet as Readonly<Record<string, T | undefined>>)[fact]
    if (value !== undefined) return value
  }
  return undefined
}

/** RFC 2474, RFC 2597, RFC 3246, RFC 5865: names of code points; the others are their number. */
function dscpText(dscp: number | undefined): string {
  if (dscp === undefined) return ''
  if (dscp % 8 === 0) return `CS${dscp / 8}`
  if (dscp === 46) return 'EF'
  if (dscp === 44) return 'VOICE-ADMIT'
  const drop = (dscp % 8) / 2
  return dscp > 8 && dscp < 40 && Number.isInteger(drop) ? `AF${Math.floor(dscp / 8)}${drop}` : `${dscp}`
}

function vlanText({ layers }: Frame): string {
  const tag = layers.findLast(({ protocol }) => protocol.name === 'vlan' || protocol.name === 'ieee8021ad')
  return tag === undefined ? '' : `${(tag.packet as { readonly identifier?: number }).identifier ?? ''}`
}

function writeFields(s: Sink, { fields, occurrence, named }: Column, tree: TreeNodes): void {
  const found: number[] = []
  for (const name of fields) {
    for (let node = 1; node < tree.count; node++) if (nameOf(tree, node) === name) found.push(node)
  }
  const picked = occurrence === 0 ? found : found.slice(...sliceOf(occurrence))
  for (const [index, node] of picked.entries()) {
    if (index > 0) s.byte(comma)
    const kind = tree.kind[node]!
    if (kind === nodeKind.layer || kind === nodeKind.note || kind === nodeKind.fault) s.text('✓')
    else writeColumnValue(s, fieldOf(tree, node) as Field, valueOf(tree, node), named)
  }
}

const comma = 0x2c

/** The n-th from the front, or from the back where negative. */
function sliceOf(occurrence: number): [from: number, to: number | undefined] {
  if (occurrence > 0) return [occurrence - 1, occurrence]
  return [occurrence, occurrence === -1 ? undefined : occurrence + 1]
}
