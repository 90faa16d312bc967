/** A laboratory on a terminal: prompt, history, completion by tabulator, help as soon as `?` is typed. */
import { createInterface } from 'node:readline'
import type { Terminal } from '../io.ts'
import type { Laboratory } from './laboratory.ts'

/** Until whoever types leaves: by Ctrl-D, or by a command. */
export async function converse(
  { input, output }: Terminal,
  open: (write: (text: string) => void) => Laboratory,
): Promise<void> {
  const laboratory = open(text => void output.write(text))
  const lines = createInterface({
    input,
    output,
    terminal: true,
    historySize: 1000,
    removeHistoryDuplicates: true,
    completer: (line: string) => completed(laboratory, line),
  })
  let running = false
  let last: Promise<void> = Promise.resolve()
  const promptAgain = (): void => {
    lines.setPrompt(laboratory.prompt)
    lines.prompt()
  }
  output.write(laboratory.greeting)
  promptAgain()
  lines.on('line', line => {
    last = last.then(async () => {
      running = true
      const outcome = await laboratory.enter(line)
      running = false
      if (outcome === 'leave') lines.close()
      else promptAgain()
    })
  })
  lines.on('SIGINT', () => {
    if (running) return laboratory.interrupt()
    output.write('\n')
    // The line is emptied by the keys that empty lines: to its end, and everything before.
    lines.write(null, { ctrl: true, name: 'e' })
    lines.write(null, { ctrl: true, name: 'u' })
  })
  const onKey = (text: string | undefined): void => {
    if (text !== '?' || running) return
    lines.write(null, { name: 'backspace' })
    output.write(`?\n${laboratory.help(lines.line.slice(0, lines.cursor))}`)
    lines.prompt(true)
  }
  input.on('keypress', onKey)
  await new Promise<void>(resolve => lines.on('close', resolve))
  input.off('keypress', onKey)
  laboratory.interrupt()
  await last
  output.write('\n')
}

/** The words the last one may become, and what is written of it. A single one is followed by a space. */
function completed(laboratory: Laboratory, line: string): [string[], string] {
  const partial = /\S*$/.exec(line)![0]
  const words = laboratory.completions(line)
  return [words.length === 1 ? [`${words[0]} `] : [...words], partial]
}
