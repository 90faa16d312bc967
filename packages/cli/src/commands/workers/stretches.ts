/**
 * What threads that print one output agree on, in memory they share. Every one of them reads the whole input, in the
 * same stretches of so many packets; who comes to a stretch first prints it, the others only follow what spans frames.
 * So nothing has to be found in the middle of a file, and what each says of earlier frames is what one alone would say.
 *
 *   +---------+-----------+---------+-------+----------+
 *   | claimed | delivered | written | ended | thorough |   32 bits each
 *   +---------+-----------+---------+-------+----------+
 */

/** Printed by one thread. */
export interface Stretch {
  /** Which one it is, from 0. */
  readonly number: number
  /** Packets that were read of it. */
  readonly packets: number
  readonly text: Uint8Array
  /** Whether the text begins with what stands between two packets: its thread had printed some before. */
  readonly isLed: boolean
  /** Whether its thread has seen a faulty packet so far. */
  readonly faulty: boolean
  /** Told when the text is written: its memory is needed no more. */
  readonly written?: () => void
}

/**
 * Memory for a text that waits to be written: what one before had, or new memory where that is too small. Memory that
 * comes, and is left to be collected, costs a fifth of a summary's time.
 */
export function bufferFor(length: number, used: ArrayBuffer | undefined): ArrayBuffer {
  return used !== undefined && used.byteLength >= length ? used : new ArrayBuffer(length + (length >> 2))
}

/** Stretches that each thread may print before they can be written: some, lest it waits where another is held up. */
const aheadOfEach = 16

const slots = { claimed: 0, delivered: 1, written: 2, ended: 3, thorough: 4 } as const

export class Stretches {
  /** To be handed to other threads. */
  readonly memory: SharedArrayBuffer
  private readonly slots: Int32Array
  private readonly ahead: number

  /** Of so many threads. */
  constructor(threads: number, memory: SharedArrayBuffer = new SharedArrayBuffer(4 * Object.keys(slots).length)) {
    this.memory = memory
    this.slots = new Int32Array(memory)
    this.ahead = aheadOfEach * threads
  }

  /** How many have been delivered to the thread that writes. */
  get delivered(): number {
    return Atomics.load(this.slots, slots.delivered)
  }

  /** Whether nobody wants more. */
  get ended(): boolean {
    return Atomics.load(this.slots, slots.ended) !== 0
  }

  /** Whether all threads are to look into all stretches. */
  get thorough(): boolean {
    return Atomics.load(this.slots, slots.thorough) !== 0
  }

  beThorough(): void {
    Atomics.store(this.slots, slots.thorough, 1)
  }

  /** Whether the thread that comes to a stretch now is the first. Threads come to all stretches, in order. */
  claim(number: number): boolean {
    return Atomics.compareExchange(this.slots, slots.claimed, number, number + 1) === number
  }

  /** Whether a stretch is so near to what is being written that it may be printed. */
  isNear(number: number): boolean {
    return number - Atomics.load(this.slots, slots.written) < this.ahead
  }

  /** Waits until a stretch may be printed, or nobody wants more. */
  approach(number: number): void {
    for (;;) {
      const written = Atomics.load(this.slots, slots.written)
      if (number - written < this.ahead) return
      Atomics.wait(this.slots, slots.written, written)
    }
  }

  /** Another stretch is where the thread that writes finds it. */
  deliver(): void {
    Atomics.add(this.slots, slots.delivered, 1)
    Atomics.notify(this.slots, slots.delivered)
  }

  /** Waits for another delivery than the first so many, but no longer than so many milliseconds. */
  awaitDelivery(before: number, milliseconds: number): void {
    Atomics.wait(this.slots, slots.delivered, before, milliseconds)
  }

  /** So many have been written. */
  wrote(count: number): void {
    Atomics.store(this.slots, slots.written, count)
    Atomics.notify(this.slots, slots.written)
  }

  /** Nobody wants more. Who waits is let go on, to see it. */
  end(): void {
    Atomics.store(this.slots, slots.ended, 1)
    this.wrote(0x7fffffff)
  }
}
