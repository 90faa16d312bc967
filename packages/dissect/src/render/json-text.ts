/** A string as JSON, into a sink. */
import type { Sink } from '@dmvpn/wire'
import type { StencilBuilder } from './stencil-builder.ts'

const quote = 0x22
const backslash = 0x5c

/** Escapes what was written since `from`, where it must be: it is to stand in quotes. */
export function escapeJson(s: Sink, from: number): void {
  const { bytes, length } = s
  for (let i = from; i < length; i++) {
    const code = bytes[i]!
    if (code >= 0x20 && code <= 0x7e && code !== quote && code !== backslash) continue
    const text = s.toString(from)
    s.length = from
    s.text(JSON.stringify(text).slice(1, -1))
    return
  }
}

/** Writes the text in quotes, escaped where it must be. */
export function writeJsonText(s: Sink, text: string): void {
  const { length } = text
  s.reserve(length + 2)
  const { bytes, length: from } = s
  bytes[from] = quote
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code > 0x7e || code === quote || code === backslash) {
      s.text(JSON.stringify(text))
      return
    }
    bytes[from + 1 + i] = code
  }
  bytes[from + 1 + length] = quote
  s.length = from + length + 2
}

/** What `add` adds, in quotes, escaped where it must be. */
export function addJsonString(b: StencilBuilder, add: () => void): void {
  b.text('"').escaped(escapeJson, add).text('"')
}
