/** The lines of a log, however long it is. */
import { createReadStream } from 'node:fs'
import { CommandError, describeSystemError, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'

/** Characters of a line that are kept: a file without line ends does not fill the memory. */
const longest = 4096

/** The lines of a file, without their ends; `-` is standard input. Throws CommandError where it cannot be read. */
export async function* linesOf(file: string, io: Io): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let last = ''
  for await (const chunk of chunksOf(file, io)) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n')
    for (const [index, piece] of pieces.entries()) {
      if (last.length < longest) last += piece.slice(0, longest)
      if (index === pieces.length - 1) break
      yield* separate(last)
      last = ''
    }
  }
  if (last !== '') yield* separate(last)
}

/** CR LF ends a line, and where a terminal was recorded CR alone does. */
function separate(line: string): readonly string[] {
  const plain = line.replace(/\r+$/, '')
  return plain.includes('\r') ? plain.split(/\r+/) : [plain]
}

async function* chunksOf(file: string, io: Io): AsyncGenerator<Uint8Array> {
  const kept = io.files?.get(file)
  if (kept !== undefined) return yield kept
  try {
    yield* file === '-' ? io.stdin : (createReadStream(file) as AsyncIterable<Uint8Array>)
  } catch (error) {
    const system = describeSystemError(error)
    if (system === undefined) throw error
    throw new CommandError(`cannot read ${file}: ${system}`, exitCode.unreadable)
  }
}
