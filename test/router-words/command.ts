/** `dmvpn` in this process, with text for its standard input. */
import { fileURLToPath } from 'node:url'
import { type Io, MemoryOutput, run } from '@dmvpn/cli'

/** The folder of a scenario. */
export function scenario(name: string): string {
  return fileURLToPath(new URL(`../../samples/scenarios/${name}`, import.meta.url))
}

/** The command as it is built, for what needs a process of its own. */
export const built: string = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url))

export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** What the command prints. */
export async function dmvpn(words: readonly string[], input = ''): Promise<Printed> {
  const out = new MemoryOutput()
  const errors: string[] = []
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {
    // In pieces that end anywhere, as pipes give them.
    const bytes = new TextEncoder().encode(input)
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
  })()
  const io: Io = { out, err: line => errors.push(line), stdin, env: {}, isTTY: false }
  const code = await run(words, io)
  return { code, out: out.text, err: errors.join('\n') }
}
