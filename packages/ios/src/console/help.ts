/** `?` and the tabulator key: what may come next on a command line. */
import type { Variant } from '../pattern.ts'
import { keywordHelp } from './keyword-help.ts'
import { type Spoken, walk } from './walk.ts'

interface Next {
  readonly word: string
  readonly path: string
  readonly isKeyword: boolean
}

/** What `?` shows behind a line: words that begin as its last one does, or everything that may follow, with a word of help. */
export function helpOn(commands: readonly Spoken[], line: string): readonly string[] {
  const { before, partial } = splitLine(line)
  const found = walk(commands, before)
  if (found.walk === 'ambiguous') return [`% Ambiguous command:  "${line.trim()}"`]
  if (found.walk === 'invalid') return ['% Unrecognized command']
  const nexts = nextWords(found.ways).filter(each => startsWith(each, partial))
  if (partial !== '') {
    const words = nexts.filter(({ isKeyword }) => isKeyword).map(({ word }) => word)
    return words.length === 0 ? ['% Unrecognized command'] : [words.join('  ')]
  }
  const isSaid = found.ways.some(({ rest }) => rest.length === 0)
  const width = Math.max(...nexts.map(({ word }) => word.length), 4)
  const lines = nexts.map(({ word, path }) => `  ${word.padEnd(width)}  ${keywordHelp[path] ?? ''}`.trimEnd())
  return isSaid && line.trim() !== '' ? [...lines, '  <cr>'] : lines
}

/** The words that the last one of the line may be completed to; one that is whole already stands for itself. */
export function completionsOf(commands: readonly Spoken[], line: string): readonly string[] {
  const { before, partial } = splitLine(line)
  const found = walk(commands, before)
  if (found.walk !== 'reached') return []
  return nextWords(found.ways)
    .filter(each => each.isKeyword && startsWith(each, partial))
    .map(({ word }) => word)
}

function splitLine(line: string): { readonly before: string; readonly partial: string } {
  const [, before = '', partial = ''] = /^(.*?)(\S*)$/s.exec(line) ?? []
  return { before, partial }
}

function startsWith({ word, isKeyword }: Next, partial: string): boolean {
  return partial === '' || (isKeyword && word.toLowerCase().startsWith(partial.toLowerCase()))
}

function nextWords(
  ways: readonly { readonly written: readonly string[]; readonly rest: Variant['elements'] }[],
): readonly Next[] {
  const all = new Map<string, Next>()
  for (const { written, rest } of ways) {
    const [element] = rest
    if (element === undefined) continue
    const path = (word: string): string => [...written, word].join(' ')
    if (typeof element === 'string') {
      all.set(element, { word: element, path: path(element), isKeyword: true })
      continue
    }
    for (const each of element.choices) {
      const isKeyword = each.choice === 'keyword'
      const word = isKeyword
        ? each.keyword
        : each.choice === 'number'
          ? `<${each.least}-${each.most}>`
          : (placeholders[each.kind] ?? 'WORD')
      all.set(word, { word, path: path(word), isKeyword })
    }
  }
  return [...all.values()].sort((one, other) => (one.word < other.word ? -1 : 1))
}

/** How IOS writes that a parameter stands here. */
const placeholders: Readonly<Record<string, string>> = {
  ipv4: 'A.B.C.D',
  ipv6: 'X:X:X:X::X',
  mask: 'A.B.C.D',
  interface: 'Interface name',
  word: 'WORD',
  line: 'LINE',
}
