/** Text for XML, escaped as tshark does it. */
import { Literal, type Sink } from '@dmvpn/wire'

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
}

// Line ends and tabs stay as they are; other controls and half surrogates cannot be in a document at all.
// oxlint-disable-next-line no-control-regex -- it is control characters that are looked for
const special = /[&<>"'\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff\ufffe\uffff]/
// oxlint-disable-next-line no-control-regex -- see above
const specials = /[&<>"'\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|[\ud800-\udfff]/gu

/** Writes a text or an attribute's value; characters that XML 1.0 has no way to say become `\xNN`. */
export function writeXmlText(s: Sink, text: string): void {
  s.text(xmlText(text))
}

/** The same as a string. */
export function xmlText(text: string): string {
  return special.test(text) ? text.replaceAll(specials, escaped) : text
}

function escaped(character: string): string {
  return named[character] ?? `\\x${character.charCodeAt(0).toString(16)}`
}

/** By ASCII code: what stands for the character; undefined where it stands for itself. */
const escapes: readonly (Literal | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  return special.test(character) ? new Literal(escaped(character)) : undefined
})
const longestEscape = 6

/** Writes what `text` holds from `from` on in the same way, and a string of it only where it is not ASCII. */
export function writeXmlOctets(s: Sink, text: Sink, from: number): void {
  const { bytes: read, length } = text
  s.reserve(longestEscape * (length - from))
  const begin = s.length
  const { bytes } = s
  let at = begin
  for (let i = from; i < length; i++) {
    const code = read[i]!
    if (code >= 128) {
      s.length = begin
      writeXmlText(s, text.toString(from))
      return
    }
    const escape = escapes[code]
    if (escape === undefined) bytes[at++] = code
    else {
      s.length = at
      at = s.put(escape).length
    }
  }
  s.length = at
}
