/**
 * The commands a document shows and what it says they print: every fenced `console` block, a command behind `$ ` and its
 * output up to the next command. A line of `…` stands for whatever lines were left out.
 */

export interface ConsoleCommand {
  /** As a person would type it. */
  readonly command: string
  /** What the document says it prints, without the last line's end. */
  readonly output: string
  /** Where the output stands in the text. */
  readonly from: number
  readonly to: number
}

export function consoleCommands(markdown: string): ConsoleCommand[] {
  const commands: ConsoleCommand[] = []
  for (const block of markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)) {
    const start = block.index + '```console\n'.length
    const lines = block[1]!.split('\n')
    lines.pop()
    let at = start
    let open: { command: string; lines: string[]; from: number } | undefined
    const finish = (): void => {
      if (open !== undefined)
        commands.push({ command: open.command, output: open.lines.join('\n'), from: open.from, to: at })
    }
    for (const line of lines) {
      if (line.startsWith('$ ')) {
        finish()
        open = { command: line.slice(2), lines: [], from: at + line.length + 1 }
      } else open?.lines.push(line)
      at += line.length + 1
    }
    finish()
  }
  return commands
}

/** Whether `actual` is what `shown` says, `…` lines standing for any lines. */
export function agrees(shown: string, actual: string): boolean {
  const parts = shown.split(/^…$/m).map(part => part.replace(/^\n|\n$/g, ''))
  if (parts.length === 1) return shown === actual
  let at = 0
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (actual.startsWith(part) ? 0 : -1) : actual.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return parts.at(-1) === '' || actual.endsWith(parts.at(-1)!)
}
