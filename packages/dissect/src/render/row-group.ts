/** Rows that lie in one octet and are written one after the other: a hole for all of them, kept by their bits together. */
import { Literal, type Row } from '@dmvpn/wire'
import type { RowWriter } from '../row-writer.ts'
import { shiftOf } from './row-fill.ts'
import type { RowTexts } from './row-texts.ts'

/** The text before a hole: the word where it begins, and how many octets it has. */
export type Before = readonly [from: number, size: number]

interface Member {
  readonly row: Row
  readonly write: RowWriter
  /** What stands between the row and the one before. */
  readonly between: Literal
}

/** So much text may stand between rows of a group: what is written of them is kept as one. */
const mostText = 512

export class RowGroup {
  readonly entry: number
  readonly source: number
  readonly octet: number
  readonly before: Before
  private readonly members: Member[] = []
  /** Which bits of the octet are a row's. */
  private bits = 0
  private size = 0

  constructor(entry: number, source: number, row: Row, write: RowWriter, before: Before) {
    this.entry = entry
    this.source = source
    this.octet = row.bit >>> 3
    this.before = before
    this.add(row, write, '')
  }

  /** Whether a row that follows after so much text lies in the same octet. */
  takes(entry: number, row: Row, text: number): boolean {
    return entry === this.entry && row.bit >>> 3 === this.octet && this.size + text <= mostText
  }

  add(row: Row, write: RowWriter, between: string): void {
    this.members.push({ row, write, between: new Literal(between) })
    this.bits |= (2 ** row.width - 1) << shiftOf(row)
    this.size += between.length
  }

  /** By how much the bits are shifted, and which of them count then. */
  get shift(): number {
    return 31 - Math.clz32(this.bits & -this.bits)
  }

  get mask(): number {
    return 2 ** (32 - Math.clz32(this.bits) - this.shift) - 1
  }

  /** Writes all of them. */
  writer(): RowWriter {
    const { members } = this
    if (members.length === 1) return members[0]!.write
    return (s, view, at) => {
      for (const { between, write } of members) write(s.put(between), view, at)
    }
  }

  /** Where the texts of these rows, with this between them, have their slots. */
  tableIn(texts: RowTexts): number {
    const { members, mask } = this
    if (members.length === 1) return texts.tableOf(members[0]!.row, mask + 1)
    return texts.tableOf(
      members.map(({ row, between }) => `${between.text}\0${texts.numberOf(row)}`).join('\0'),
      mask + 1,
    )
  }
}
