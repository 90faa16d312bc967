/**
 * The texts of one thread, in memory that it shares with the one that writes. It is used again and again: memory that is
 * handed over and comes back, or is left to be collected, costs several times what the copying does.
 */

/** Memory that has become the place of a text, and is told to who writes before a text lies there. */
export interface TextPlace {
  readonly text: number
  readonly memory: SharedArrayBuffer
}

export class Texts {
  private readonly memories: SharedArrayBuffer[] = []
  /** The stretches whose texts lie there. */
  private readonly numbers: number[] = []
  private readonly tell: (place: TextPlace) => void

  constructor(tell: (place: TextPlace) => void) {
    this.tell = tell
  }

  /** Puts a text where none is that is still to be written, so many stretches having been; says where. */
  put(number: number, octets: Uint8Array, written: number): number {
    const free = this.numbers.findIndex(each => each < written)
    const text = free < 0 ? this.numbers.length : free
    this.numbers[text] = number
    let memory = this.memories[text]
    if (memory === undefined || memory.byteLength < octets.length) {
      memory = new SharedArrayBuffer(octets.length + (octets.length >> 2))
      this.memories[text] = memory
      this.tell({ text, memory })
    }
    new Uint8Array(memory).set(octets)
    return text
  }

  /** A text that was put there, until another is. */
  at(text: number, length: number): Uint8Array {
    return new Uint8Array(this.memories[text]!, 0, length)
  }
}
