/**
 * The first two columns of a summary line: number and time. What a line has in common with the one before is kept as
 * text: the number counts on in its last digits, and the second is the same for many frames.
 */
import { Sink } from '@dmvpn/wire'
import { type FrameRecord, timeDigitsOf } from './frame-record.ts'
import type { Session } from './session/session.ts'
import { writeFraction } from './time-text.ts'

/** tshark's widths: longer texts push what follows to the right. */
const numberWidth = 5
const timeWidth = 10

const perSecond = 1_000_000_000
const space = 0x20
const minus = 0x2d
const nine = 0x39

/** The text up to the time's fraction, with room for the longest number and time there are; and the same as words, which `copy` takes. */
const text = new Sink(56)
const view = new DataView(text.bytes.buffer)
const words = new Float64Array(view.byteLength / 8)
/** The number in the text and where its last digit stands, the seconds in nanoseconds, and the digits behind their point. */
let keptNumber = Number.NaN
let lastDigit = 0
let second = Number.NaN
let keptDigits = 0

/** Writes the number of the session's present frame and its time since the first, a space behind each. */
export function writeLineStart(s: Sink, record: FrameRecord, { number, relative }: Session): void {
  const digits = timeDigitsOf(record)
  const since = relative - second
  const isSameSecond = since >= 0 && since < perSecond && digits === keptDigits
  if (isSameSecond && number === keptNumber + 1 && text.bytes[lastDigit] !== nine) countOn()
  else keep(number, relative, digits)
  keptNumber = number
  s.copy(words, 0, text.length)
  writeFraction(s, relative < 0 ? -relative % perSecond : relative - second, digits)
  s.byte(space)
}

/** Makes the number in the text the next one, which has one digit that is another. */
function countOn(): void {
  text.bytes[lastDigit]!++
  keepWords(lastDigit, lastDigit)
}

function keep(number: number, relative: number, digits: number): void {
  const size = Math.abs(relative)
  const seconds = Math.floor(size / perSecond)
  text.clear()
  writeRight(number, numberWidth)
  lastDigit = text.length - 1
  text.byte(space)
  const width = timeWidth - (digits === 0 ? 0 : 1 + digits)
  if (relative < 0) {
    text
      .spaces(Math.max(0, width - 1 - digitsOf(seconds)))
      .byte(minus)
      .dec(seconds)
    // The next frame's time may have another sign.
    second = Number.NaN
  } else {
    writeRight(seconds, width)
    second = seconds * perSecond
  }
  keptDigits = digits
  keepWords(0, text.length - 1)
}

function writeRight(value: number, width: number): void {
  text.spaces(Math.max(0, width - digitsOf(value))).dec(value)
}

function digitsOf(value: number): number {
  let count = 1
  for (let bound = 10; bound <= value; bound *= 10) count++
  return count
}

/** Octets of the text as words, from the one that holds the octet `from` to that of `to`. */
function keepWords(from: number, to: number): void {
  for (let word = from >>> 3; word <= to >>> 3; word++) words[word] = view.getFloat64(8 * word, true)
}
