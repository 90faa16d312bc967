/** A string as JSON, into a sink. */
import type { Sink } from '@dmvpn/wire'

/** Writes the text in quotes, escaped where it must be. */
export function writeJsonText(s: Sink, text: string): void {
  if (unescaped.test(text)) s.byte(0x22).text(text).byte(0x22)
  else s.text(JSON.stringify(text))
}

// Printable ASCII but for the quote and the backslash.
const unescaped = /^[ !#-[\]-~]*$/
