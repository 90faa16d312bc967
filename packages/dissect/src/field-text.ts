/** What is the same in every line of a field, made once: its label, its bit pattern, its values' names. */
import { hexDigits, type Field, type Row } from '@dmvpn/wire'
import { regionOf } from './bit-text.ts'
import { Literals, literal } from './literal.ts'

export interface FieldText {
  /** Bit pattern, label and colon: everything before the value. The pattern's bits are zeros. */
  readonly lead: Uint8Array
  /** Where in `lead` the bits of the row stand, and where in the layout they come from. */
  readonly bitAt: Int32Array
  readonly bitOf: Int32Array
  /** Names with their numbers, as the tree writes them. */
  readonly named: Literals<number> | undefined
  readonly truth: readonly [yes: Uint8Array, no: Uint8Array]
  readonly unit: Uint8Array
}

const texts = new Map<Field, FieldText>()
// Fields are static, but for those of interfaces and of protocols made at run time.
const mostTexts = 16384

/** The text of a field; a row has its bits in it. */
export function fieldText(field: Field): FieldText {
  let text = texts.get(field)
  if (text === undefined) {
    if (texts.size >= mostTexts) texts.clear()
    text = make(field)
    texts.set(field, text)
  }
  return text
}

const trueFalse = ['True', 'False'] as const

function make(field: Field): FieldText {
  const { label, names, generated, truth = trueFalse } = field
  const row = 'bit' in field ? (field as Row) : undefined
  const region = row === undefined ? undefined : regionOf(row)
  let pattern = generated ? '[' : ''
  const bitAt: number[] = []
  const bitOf: number[] = []
  if (row !== undefined && region !== undefined) {
    const [from, to] = region
    for (let bit = from; bit < to; bit++) {
      if (bit > from && (bit - from) % 4 === 0) pattern += ' '
      if (bit >= row.bit && bit < row.bit + row.width) {
        bitAt.push(pattern.length)
        bitOf.push(bit)
      }
      pattern += bit >= row.bit && bit < row.bit + row.width ? '0' : '.'
    }
    pattern += ' = '
  }
  const colon = field.type !== 'none' || field.text !== undefined ? ': ' : ''
  return {
    lead: literal(`${pattern}${label}${colon}`),
    bitAt: Int32Array.from(bitAt),
    bitOf: Int32Array.from(bitOf),
    named: names === undefined ? undefined : new Literals((value) => namedText(field, value), 512),
    truth: [literal(truth[0]), literal(truth[1])],
    unit: literal(field.unit ?? ''),
  }
}

/** `Name (value)`; a computed value is its name alone. */
function namedText(field: Field, value: number): string {
  const name = field.names!.nameOf(value) ?? field.names!.unknown
  if (field.generated) return name
  const isHex = field.base === 'hex' || field.base === 'hex-dec'
  return `${name} (${isHex ? `0x${value.toString(16).padStart(hexDigits[field.type], '0')}` : value})`
}
