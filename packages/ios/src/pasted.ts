/** A line as it was pasted, and the part of it that is a command. */
export interface PastedLine {
  /** From 1, in the text as given. */
  readonly number: number
  readonly text: string
  /** Without prompt, markup and the space around it; empty where nothing is left. */
  readonly words: string
  /** Columns before the first word. */
  readonly indent: number
}

const prompt = /^[A-Za-z][\w.-]*(?:\(config[\w-]*\))?[#>](?!\S*[<>=])/
const markup = /<\/?(?:b|i|em|strong|code|pre|tt|span)>/gi
const pager = /^\s*-+ ?[Mm]ore ?-+\s*[\b ]*/

/** The lines of a text copied from a file, a terminal or a page, with what surrounds their commands taken off. */
export function pastedLines(text: string): readonly PastedLine[] {
  return text.split(/\r\n|\r|\n/).map((line, at) => {
    const plain = line
      .replaceAll(markup, '')
      .replace(pager, '')
      .replaceAll('\t', '        ')
      .replaceAll(/[\u00a0\f\0]/g, ' ')
    const prompted = prompt.exec(plain.trimStart())
    const command = prompted === null ? plain : plain.trimStart().slice(prompted[0].length)
    return {
      number: at + 1,
      text: line.trimEnd(),
      words: command.trim(),
      indent: prompted === null ? command.length - command.trimStart().length : 0,
    }
  })
}
