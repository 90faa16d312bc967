/**
 * What threads that print one output agree on, in memory they share. Every one of them goes through the whole input, in
 * the same stretches of so many packets; who comes to a stretch first prints it, the others only follow what spans
 * frames, and where nothing does they leap over it, to where its thread has found that it ends. So nothing has to be
 * guessed in the middle of a file, and what each says of earlier frames is what one alone would say.
 *
 *   +-----------+-----------+-----------+-----------+-----------+-----------+
 *   |  claimed  | delivered |  written  |   ended   | thorough  |     0     |   32 bits each
 *   +-----------+-----------+-----------+-----------+-----------+-----------+
 *   |  number, 24 bits; offset of its last packet, 40 bits |                    of every stretch, for a while
 *   +-----------+-----------+-----------+-----------+-----------+-----------+
 *   | number + 1|  thread   |   text    |  length   |  packets  |   flags   |   of every stretch that was delivered
 *   +-----------+-----------+-----------+-----------+-----------+-----------+
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
}

/** A stretch whose text lies in memory that is shared: which of the texts of which thread, and how long it is. */
export interface Delivery extends Omit<Stretch, 'text'> {
  readonly thread: number
  readonly text: number
  readonly length: number
}

/** Stretches that each thread may print before they can be written: some, lest it waits where another is held up. */
const aheadOfEach = 16

const slots = { claimed: 0, delivered: 1, written: 2, ended: 3, thorough: 4 } as const
const slotCount = 6
/** Stretches of which something is remembered: more than can be between the first and the last that are not written. */
const remembered = 512
const rowLength = 6
const flags = { isLed: 1, faulty: 2 } as const

/** A stretch and an offset are one word, so that nobody reads the one of one stretch and the other of another. */
const offsetBits = 40
const mostNumbers = 2 ** (63 - offsetBits)

export class Stretches {
  /** To be handed to other threads. */
  readonly memory: SharedArrayBuffer
  private readonly slots: Int32Array
  private readonly lasts: BigInt64Array
  private readonly rows: Int32Array
  private readonly ahead: number

  /** Of so many threads. */
  constructor(
    threads: number,
    memory: SharedArrayBuffer = new SharedArrayBuffer(4 * slotCount + (8 + 4 * rowLength) * remembered),
  ) {
    this.memory = memory
    this.slots = new Int32Array(memory, 0, slotCount)
    this.lasts = new BigInt64Array(memory, 4 * slotCount, remembered)
    this.rows = new Int32Array(memory, 4 * slotCount + 8 * remembered)
    this.ahead = aheadOfEach * threads
  }

  /** How many have been delivered by other threads than the one that writes. */
  get deliveries(): number {
    return Atomics.load(this.slots, slots.delivered)
  }

  /** How many have been written. */
  get written(): number {
    return Atomics.load(this.slots, slots.written)
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

  /** The last packet of a stretch lies at this offset of its file. */
  found(number: number, last: number): void {
    if (number >= mostNumbers || last >= 2 ** offsetBits) return
    Atomics.store(this.lasts, number % remembered, (BigInt(number) << BigInt(offsetBits)) | BigInt(last))
  }

  /** Where the last packet of a stretch lies; undefined where that is not known, or not any more. */
  lastOf(number: number): number | undefined {
    const found = Atomics.load(this.lasts, number % remembered)
    const last = Number(BigInt.asUintN(offsetBits, found))
    // No packet stands at the beginning of a file: nothing was found there.
    return last > 0 && Number(found >> BigInt(offsetBits)) === number ? last : undefined
  }

  /** Whether a stretch is so near to what is being written that it may be printed. */
  isNear(number: number): boolean {
    return number - this.written < this.ahead
  }

  /** Waits until a stretch may be printed, or nobody wants more. */
  approach(number: number): void {
    for (;;) {
      const { written } = this
      if (number - written < this.ahead) return
      Atomics.wait(this.slots, slots.written, written)
    }
  }

  /** A stretch is where the thread that writes finds it. */
  deliver({ number, thread, text, length, packets, isLed, faulty }: Delivery): void {
    const { rows } = this
    const at = (number % remembered) * rowLength
    rows[at + 1] = thread
    rows[at + 2] = text
    rows[at + 3] = length
    rows[at + 4] = packets
    rows[at + 5] = (isLed ? flags.isLed : 0) | (faulty ? flags.faulty : 0)
    // Last of all: who sees this sees the others, and the text.
    Atomics.store(rows, at, number + 1)
    Atomics.add(this.slots, slots.delivered, 1)
    Atomics.notify(this.slots, slots.delivered)
  }

  /** The delivery of a stretch, where it has come. */
  delivery(number: number): Delivery | undefined {
    const { rows } = this
    const at = (number % remembered) * rowLength
    if (Atomics.load(rows, at) !== number + 1) return undefined
    const flag = rows[at + 5]!
    return {
      number,
      thread: rows[at + 1]!,
      text: rows[at + 2]!,
      length: rows[at + 3]!,
      packets: rows[at + 4]!,
      isLed: (flag & flags.isLed) !== 0,
      faulty: (flag & flags.faulty) !== 0,
    }
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
