/** Where a written capture goes, and what can go wrong there. */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import type { Writable } from 'node:stream'

/**
 * Takes the octets of a capture. Every call brings whole records and blocks, so what was taken so far is a readable file.
 * A promise asks for patience: the bytes are left unchanged, and the writer's promise settles when this one does.
 */
export interface CaptureSink {
  write(bytes: Uint8Array): void | Promise<void>
}

/** Why a capture could not be written. */
export type WriteRefusal =
  /** pcap has one link type for the whole file, pcapng 16 bits for each. */
  | 'link-type'
  /** The format has no room for this time. */
  | 'time'
  /** The sink failed; `cause` is its error. */
  | 'sink'

/** The only error that writers throw (or reject with). What was written before it is a readable capture. */
export class CaptureWriteError extends Error {
  override readonly name = 'CaptureWriteError'
  readonly refusal: WriteRefusal

  constructor(refusal: WriteRefusal, message: string, cause?: unknown) {
    super(message, { cause })
    this.refusal = refusal
  }
}

/** A sink that keeps everything, for writing to memory. */
export class MemorySink implements CaptureSink {
  readonly #pieces: Uint8Array[] = []

  write(bytes: Uint8Array): void {
    this.#pieces.push(bytes.slice())
  }

  /** All that was written, in one piece. */
  get bytes(): Uint8Array {
    const whole = new Uint8Array(this.#pieces.reduce((sum, piece) => sum + piece.length, 0))
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  }
}

/**
 * A file, or an open descriptor such as a pipe. Writes until everything is written; where that fails half-way, a regular
 * file is cut back to its last whole record, and the error says what happened.
 */
export class FileSink implements CaptureSink {
  readonly #name: string
  readonly #descriptor: number
  readonly #owned: boolean
  /** Octets written, whole records all. */
  written = 0

  /** Creates or empties the file; throws `CaptureWriteError` where it cannot. */
  constructor(file: string | URL | number) {
    this.#owned = typeof file !== 'number'
    this.#name = typeof file === 'number' ? `descriptor ${file}` : String(file)
    try {
      this.#descriptor = typeof file === 'number' ? file : openSync(file, 'w')
    } catch (error) {
      throw this.#failure(error)
    }
  }

  write(bytes: Uint8Array): void {
    let done = 0
    while (done < bytes.length) {
      try {
        done += writeSync(this.#descriptor, bytes, done)
      } catch (error) {
        if (codeOf(error) === 'EAGAIN') {
          // A pipe set to not block: its reader is slower than we are.
          pause()
          continue
        }
        if (done > 0) this.#cutBack(done)
        throw this.#failure(error)
      }
    }
    this.written += done
  }

  close(): void {
    if (!this.#owned) return
    try {
      closeSync(this.#descriptor)
    } catch (error) {
      // Some file systems tell only now that the disk is full.
      throw this.#failure(error)
    }
  }

  #cutBack(octets: number): void {
    try {
      const { size } = fstatSync(this.#descriptor)
      if (this.#owned && size >= octets) ftruncateSync(this.#descriptor, size - octets)
    } catch {
      // A pipe has no size. The first error is the one to tell.
    }
  }

  #failure(error: unknown): CaptureWriteError {
    const because = reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error))
    const kept = `${this.written} octets of whole records were written`
    return new CaptureWriteError('sink', `${this.#name}: ${because}; ${kept}`, error)
  }
}

/** Writes to a stream and waits while it is full. Its errors reject what is waiting; listen to 'error' for the rest. */
export function streamSink(stream: Writable): CaptureSink {
  return {
    write: bytes =>
      new Promise((resolve, reject) => {
        stream.write(bytes, error => {
          if (error) reject(new CaptureWriteError('sink', reasons[codeOf(error)] ?? error.message, error))
          else resolve()
        })
      }),
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed',
  EPIPE: 'the reader of the pipe has gone',
  EIO: 'the device failed',
  EACCES: 'permission denied',
  ENOENT: 'no such directory',
  EISDIR: 'is a directory',
  EROFS: 'the file system is read-only',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
}
