/** What a command may touch of the world: everything it reads and writes goes through here. */
import { fstatSync, statSync } from 'node:fs'
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
  /** The script of a thread that works for a command; where there is none, commands work in one. */
  readonly worker?: string | undefined
}

export interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** The process's own; `worker` is the script of further threads. What it reads and writes is looked at when somebody asks: to make the streams takes milliseconds. */
export function processIo(worker?: string): Io {
  return {
    worker,
    out: new DescriptorOutput(1),
    err: line => errWrite(`${line}\n`),
    get stdin() {
      return process.stdin
    },
    env: process.env,
    get isTTY() {
      return isTerminal(1)
    },
    get terminal() {
      return isTerminal(0) && isTerminal(1) ? { input: process.stdin, output: process.stdout } : undefined
    },
    get aside() {
      return isTerminal(2) ? errWrite : undefined
    },
    get notice() {
      return isTerminal(2) && !isTerminal(1) ? errWrite : undefined
    },
  }
}

/** Whether a descriptor is a terminal: a character device, and what its stream says it is. */
function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    const status = fstatSync(descriptor)
    if (!status.isCharacterDevice() || status.rdev === statSync('/dev/null').rdev) return false
  } catch {
    // Closed, or a system where such things have no status: the stream knows.
  }
  const { stdin, stdout, stderr } = process
  return (descriptor === 0 ? stdin : descriptor === 1 ? stdout : stderr).isTTY === true
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
