/** The printed blocks of the first article, as they stand in `blocks/`, one file per section. */
import { readdirSync, readFileSync } from 'node:fs'

export interface Block {
  readonly section: string
  readonly router: string
  /** `show ip nhrp`, `debug`, `ping`: which command, with the lines of the article. */
  readonly title: string
  /** Normalised, as `linesOf` gives them. */
  readonly lines: readonly string[]
}

/** What reading a page by machine did to letters. */
const misread: readonly (readonly [RegExp, string])[] = [
  [/\bsht1\b/g, 'shtl'],
  [/\bsst1\b/g, 'sstl'],
  [/\bbclient\b/g, 'client'],
  [/\brecevied\b/g, 'received'],
]

const folder = new URL('blocks/', import.meta.url)

export const blocks: readonly Block[] = readdirSync(folder).flatMap(file => {
  const section = file.replace('.txt', '')
  const [, ...texts] = readFileSync(new URL(file, folder), 'utf8').split(/^=== /m)
  return texts.map(text => {
    const [heading, ...body] = text.split('\n')
    const [, router, title] = /^(\S+) (.*)$/.exec(heading!)!
    return { section, router: router!, title: title!, lines: linesOf(body.join('\n')) }
  })
})

/**
 * The lines that say something, one space between words and before a parenthesis: page breaks, wrapped lines, prompts
 * that stand alone, and remarks of the author go. `Rack1` is the rack that the author's routers stood in.
 */
export function linesOf(text: string): readonly string[] {
  let plain = text.replaceAll('\r', '').replaceAll(/\bnbma\n\s*dst:/g, 'nbma dst:')
  for (const [wrong, right] of misread) plain = plain.replaceAll(wrong, right)
  return plain
    .split('\n')
    .map(line =>
      line
        .replace(/<--.*$/, '')
        .replace(/^Rack1(?=R\d#)/, '')
        .replaceAll(/ *\(/g, ' (')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter(line => line !== '' && !/^R\d#$/.test(line))
}
