/**
 * The case being tried, in a file: what is left of it when the process that tried it has hung or died.
 *
 *     0        4         8       12
 *     | begun  | length  | link  | octets …
 *
 * Each of the three is a 32-bit number of the machine's own byte order; `begun` counts the cases that were begun.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FuzzCase } from './fuzz-case.ts'

const header = 12
/** Of a longer case only the beginning is kept. */
const most = 1 << 17

/** The end of who tries. Its file descriptor was opened by who watches. */
export class CaseSlotWriter {
  readonly #file: number
  readonly #octets = new Uint8Array(header + most)
  readonly #numbers = new Int32Array(this.#octets.buffer, 0, 3)

  constructor(file: number) {
    this.#file = file
  }

  begin({ bytes, linkType }: FuzzCase): void {
    const kept = bytes.length > most ? bytes.subarray(0, most) : bytes
    this.#numbers[0]!++
    this.#numbers[1] = kept.length
    this.#numbers[2] = linkType
    this.#octets.set(kept, header)
    writeSync(this.#file, this.#octets, 0, header + kept.length, 0)
  }
}

/** The end of who watches. The file has no name any more when it is used: nothing is left of it, whoever is killed. */
export class CaseSlot {
  readonly file: number
  readonly #octets = new Uint8Array(header + most)
  readonly #numbers = new Int32Array(this.#octets.buffer, 0, 3)

  constructor() {
    const path = join(tmpdir(), `dmvpn-case-${randomUUID()}`)
    this.file = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
  }

  /** How many cases were begun. */
  get begun(): number {
    readSync(this.file, this.#octets, 0, header, 0)
    return this.#numbers[0]!
  }

  /** The case begun last. To be asked when nobody writes any more. */
  get present(): FuzzCase {
    readSync(this.file, this.#octets, 0, this.#octets.length, 0)
    const [, length, linkType] = this.#numbers as unknown as readonly [number, number, number]
    return { bytes: this.#octets.slice(header, header + length), linkType }
  }

  close(): void {
    closeSync(this.file)
  }
}
