/** Records by the batch, with the blocks between them shown between the batches they stand between. */
import type { CaptureBlock } from './block.ts'
import { CaptureReader, type ReadOptions } from './reader.ts'
import type { CaptureRecord } from './record.ts'

/** Enough that a batch costs nothing, few enough that its records stay in the processor's cache. */
export const usualBatch = 4096

export class Batcher {
  readonly reader: CaptureReader
  readonly #onBlock: ((block: CaptureBlock) => void) | undefined
  #holding = false
  #held: CaptureBlock[] = []
  #ahead: CaptureRecord | undefined

  constructor(options: ReadOptions) {
    const { onBlock } = options
    this.#onBlock = onBlock
    this.reader = new CaptureReader(
      onBlock === undefined ? {} : { onBlock: block => (this.#holding ? this.#held.push(block) : onBlock(block)) },
    )
  }

  /** The next record of what the reader has. */
  next(): CaptureRecord | undefined {
    this.#release()
    const record = this.#ahead ?? this.reader.next()
    this.#ahead = undefined
    return record
  }

  /** Passes over the next records of what the reader has, at most so many; how many there were. */
  skip(most: number): number {
    if (most <= 0) return 0
    this.#release()
    const ahead = this.#ahead === undefined ? 0 : 1
    this.#ahead = undefined
    return ahead + this.reader.skip(most - ahead)
  }

  /** Whether the reader stands where the next record begins. */
  get isClear(): boolean {
    return this.#ahead === undefined && this.#held.length === 0
  }

  /** The next records of what the reader has, up to a block that someone wants to see; none where it needs more. */
  batch(most: number): CaptureRecord[] {
    const first = this.next()
    if (first === undefined) return []
    const batch = [first]
    this.#holding = this.#onBlock !== undefined
    while (batch.length < most) {
      const record = this.reader.next()
      if (this.#held.length > 0) {
        this.#ahead = record
        break
      }
      if (record === undefined) break
      batch.push(record)
    }
    this.#holding = false
    return batch
  }

  #release(): void {
    if (this.#held.length === 0) return
    const held = this.#held
    this.#held = []
    for (const block of held) this.#onBlock?.(block)
  }
}
