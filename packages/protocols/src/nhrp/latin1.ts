/** Names and passwords are octets on the wire: one character each. */

export function latin1(octets: Uint8Array): string {
  let text = ''
  for (let i = 0; i < octets.length; i++) text += String.fromCharCode(octets[i]!)
  return text
}

/** Throws RangeError where a character does not fit in an octet. */
export function octetsOf(text: string): Uint8Array {
  const octets = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0xff) throw new RangeError(`not an octet: ${String.fromCodePoint(text.codePointAt(i)!)}`)
    octets[i] = code
  }
  return octets
}

/** Whether octets are those of a text: no copy is made. */
export function spells(octets: Uint8Array, text: string): boolean {
  if (octets.length !== text.length) return false
  for (let i = 0; i < octets.length; i++) if (octets[i] !== text.charCodeAt(i)) return false
  return true
}
