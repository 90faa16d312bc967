/** Small text files a command is told of: keys, configurations, names. */
import { readFileSync, writeFileSync } from 'node:fs'
import { CommandError, describeSystemError, exitCode } from './exit-code.ts'
import type { Io } from './io.ts'

/** A file as text; `-` is standard input. Throws CommandError where it cannot be read. */
export async function readText(file: string, io: Io): Promise<string> {
  return new TextDecoder().decode(await readOctets(file, io))
}

/** The octets of a file; `-` is standard input. Throws CommandError where it cannot be read. */
export async function readOctets(file: string, io: Io): Promise<Uint8Array> {
  return file === '-' ? drained(io.stdin) : octetsOf(file, io)
}

function octetsOf(file: string, io: Io): Uint8Array {
  const bytes = io.files?.get(file)
  if (bytes !== undefined) return bytes
  try {
    if (io.files === undefined) return readFileSync(file)
  } catch (error) {
    throw refused('read', file, error)
  }
  throw new CommandError(`cannot read ${file}: no such file`, exitCode.unreadable)
}

async function drained(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Writes a file that only its owner may read: what is written may be secret. Throws CommandError where it cannot. */
export function writePrivateText(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 })
  } catch (error) {
    throw refused('write', file, error)
  }
}

function refused(what: string, file: string, error: unknown): unknown {
  const system = describeSystemError(error)
  return system === undefined ? error : new CommandError(`cannot ${what} ${file}: ${system}`, exitCode.unreadable)
}
