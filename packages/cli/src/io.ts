/** What a command may touch of the world: everything it reads and writes goes through here. */
import { DescriptorOutput, type Output } from './output.ts'

export interface Io {
  readonly out: Output
  /** One line for a person, without its end. */
  readonly err: (line: string) => void
  readonly stdin: AsyncIterable<Uint8Array>
  /** The octets of a file, where files are not those of the system: tests. */
  readonly files?: ReadonlyMap<string, Uint8Array> | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether standard output is a terminal. */
  readonly isTTY: boolean
  /** Text as it is to a terminal that is free for it: there is none where standard output goes to the same one. */
  readonly notice?: ((text: string) => void) | undefined
  /** The same of a terminal that standard output may go to as well: for whoever prints nothing meanwhile. */
  readonly aside?: ((text: string) => void) | undefined
  /** Where somebody sits at both ends: keys come in, text goes out. */
  readonly terminal?: Terminal | undefined
}

export interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** The process's own. */
export function processIo(): Io {
  return {
    out: new DescriptorOutput(1),
    err: line => errWrite(`${line}\n`),
    get stdin() {
      return process.stdin
    },
    env: process.env,
    isTTY: process.stdout.isTTY === true,
    terminal:
      process.stdin.isTTY === true && process.stdout.isTTY === true
        ? { input: process.stdin, output: process.stdout }
        : undefined,
    aside: process.stderr.isTTY === true ? text => errWrite(text) : undefined,
    notice: process.stderr.isTTY === true && process.stdout.isTTY !== true ? text => errWrite(text) : undefined,
  }
}

function errWrite(text: string): void {
  const err = new DescriptorOutput(2)
  err.sink.text(text)
  err.flush()
}

/** Whether to write colours: asked for, or on a terminal that nobody forbade (no-color.org, force-color.org). */
export function wantsColor(io: Io, asked: string | boolean | undefined): boolean {
  if (asked === true || asked === 'always') return true
  if (asked === 'never' || asked === false) return false
  const { NO_COLOR, FORCE_COLOR } = io.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true
  return io.isTTY
}
