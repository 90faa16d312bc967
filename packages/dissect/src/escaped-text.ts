/** Texts of a line that must stay one: copied from sink to sink, with the escapes of C where they are asked for. */
import { Sink } from '@dmvpn/wire'

/** Copies short texts octet by octet: a view on them would cost more than the copy. */
export function append(s: Sink, from: Sink): void {
  const { length } = from
  if (length > 64) {
    s.raw(from.bytes.subarray(0, length))
    return
  }
  s.reserve(length)
  const source = from.bytes
  const target = s.bytes
  const at = s.length
  for (let i = 0; i < length; i++) target[at + i] = source[i]!
  s.length = at + length
}

/** The same with the escapes of C for what would break a line or move it: bell to carriage return. */
export function appendEscaped(s: Sink, from: Sink): void {
  const { bytes, length } = from
  for (let i = 0; i < length; i++) {
    if ((bytes[i]! - bell) >>> 0 < escapes.length) {
      for (let at = 0; at < length; at++) {
        const name = escapes[bytes[at]! - bell]
        if (name === undefined) s.byte(bytes[at]!)
        else s.byte(backslash).text(name)
      }
      return
    }
  }
  append(s, from)
}

const bell = 7
const backslash = 0x5c
const escapes = 'abtnvfr'

/** The same of a string. */
export function escaped(text: string): string {
  const to = new Sink(64)
  appendEscaped(to, new Sink(64).text(text))
  return to.toString()
}
