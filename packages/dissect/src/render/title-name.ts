/** Titles that are names: the same in all frames that have them, and so a part of the shape. */

const zero = 0x30
const nine = 0x39
const colon = 0x3a

/** Whether a title has no value in it: no digit, and nothing that looks like an address. */
export function isName(title: string): boolean {
  let colons = 0
  for (let i = 0; i < title.length; i++) {
    const code = title.charCodeAt(i)
    if (code > colon) continue
    if (code === colon && ++colons > 1) return false
    if (code >= zero && code <= nine) return false
  }
  return true
}
