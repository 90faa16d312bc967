/** Text for XML, escaped as tshark does it. */
import type { Sink } from '@dmvpn/wire'

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
  if (special.test(text)) s.text(text.replaceAll(specials, escaped))
  else s.text(text)
}

function escaped(character: string): string {
  return named[character] ?? `\\x${character.charCodeAt(0).toString(16)}`
}

/** Whether an ASCII character stands for itself. */
const isPlain = Uint8Array.from({ length: 128 }, (_, code) => (special.test(String.fromCharCode(code)) ? 0 : 1))

/** Escapes what was written since `from`, where it must be. */
export function escapeXml(s: Sink, from: number): void {
  const { bytes, length } = s
  for (let i = from; i < length; i++) {
    if (bytes[i]! < 128 && isPlain[bytes[i]!] === 1) continue
    const text = s.toString(from)
    s.length = from
    writeXmlText(s, text)
    return
  }
}
