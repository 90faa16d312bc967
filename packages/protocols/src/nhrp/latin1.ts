/** Names and passwords are octets on the wire: one character each. */

export function latin1(octets: Uint8Array): string {
  return String.fromCharCode(...octets)
}

/** Throws RangeError where a character does not fit in an octet. */
export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, character => {
    const code = character.codePointAt(0)!
    if (code > 0xff) throw new RangeError(`not an octet: ${character}`)
    return code
  })
}
