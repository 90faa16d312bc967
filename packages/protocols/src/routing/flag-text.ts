/** A word of flags in words: the number, then the names of the bits that are set. */

/** Masks with what they mean, in the order in which they are listed. */
export type FlagWords = readonly (readonly [mask: number, words: string])[]

/** Writes a word of `digits` hexadecimal digits as `0x02, (E) External Routing`. */
export function flagText(digits: number, flags: FlagWords): (value: number) => string {
  return value => {
    let text = `0x${value.toString(16).padStart(digits, '0')}`
    for (const [mask, words] of flags) if ((value & mask) !== 0) text += `, ${words}`
    return text
  }
}
