/** What is the same in every line of a field, made once: its label, its bit pattern, its values' names. */
import { type Field, Literal, Literals, type Row } from '@dmvpn/wire'
import { labelDigits, regionOf } from './bit-text.ts'

export interface FieldText {
  /** Bit pattern, label and colon: everything before the value. The pattern's bits are zeros. */
  readonly lead: Literal
  /** Where in `lead` the bits of the row stand, and where in the layout they come from. */
  readonly bitAt: Int32Array
  readonly bitOf: Int32Array
  /** Numbers in words, where a number is always said alike: names, flags, lengths. */
  readonly words: Literals<number> | undefined
  readonly truth: readonly [yes: Literal, no: Literal]
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
  const { label, generated, truth = trueFalse } = field
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
    lead: new Literal(`${pattern}${label}${colon}`),
    bitAt: Int32Array.from(bitAt),
    bitOf: Int32Array.from(bitOf),
    words: wordsOf(field),
    truth: [new Literal(truth[0]), new Literal(truth[1])],
  }
}

function wordsOf(field: Field): Literals<number> | undefined {
  const { text } = field
  if (text !== undefined) return new Literals(value => text(value as never), mostWords)
  return field.names === undefined ? undefined : new Literals(value => namedText(field, value), mostWords)
}

const mostWords = 512

/** `Name (value)`; a computed value is its name alone. */
function namedText(field: Field, value: number): string {
  const name = field.names!.nameOf(value) ?? field.names!.unknown
  if (field.generated) return name
  const isHex = field.base === 'hex' || field.base === 'hex-dec'
  return `${name} (${isHex ? `0x${value.toString(16).padStart(labelDigits(field), '0')}` : value})`
}
