/** Rows as exports write them, each with the one way its kind of value is read and written. */
import { hexDigits, type Row, type Sink } from '@dmvpn/wire'
import { type Form, writeValue } from './value-text.ts'

/** Writes the row of a layout that begins at `at`. */
export type RowWriter = (s: Sink, view: DataView, at: number) => void

const zero = 0x30
const one = 0x31
const x = 0x78

/** The writer of a row; secrets are masked unless `secrets`. */
export function rowWriterOf(row: Row, form: Form, secrets: boolean): RowWriter {
  const general: RowWriter = (s, view, at) => writeValue(s, row, row.read(view, at), form, secrets)
  const octet = row.bit >>> 3
  if ((row.secret && !secrets) || (row.text !== undefined && row.type === 'string')) return general
  if (row.type === 'ipv4' && row.kind === 'ipv4') return (s, view, at) => s.ipv4(view.getUint32(at + octet))
  if (row.kind === 'flag' && row.type === 'boolean') {
    return (s, view, at) => s.byte(row.read(view, at) === true ? one : zero)
  }
  if (row.kind !== 'uint' && row.kind !== 'word') return general
  const width = hexDigits[row.type]
  if (!/^uint(8|16|24|32)$/.test(row.type)) return general
  if (row.base === 'hex' || row.base === 'hex-dec') {
    return (s, view, at) =>
      s
        .byte(zero)
        .byte(x)
        .hex(row.read(view, at) as number, width)
  }
  if (row.base === 'oct') return general
  if (row.width === 8 && row.bit % 8 === 0 && row.scale === 1) return (s, view, at) => s.dec(view.getUint8(at + octet))
  return (s, view, at) => s.dec(row.read(view, at) as number)
}
