/**
 * Zstandard, RFC 8878. fzstd expands the blocks; the frames around them are walked here, so that a window of gigabytes is
 * refused before it is made, frames may follow each other, and a cut is told from an end.
 *
 *   +--------------+-----------+-----------+---------+--------------+    +--------------+---------+     +---------+
 *   |   fd2fb528   |  Frame    |  Window   | Dict id | Content size |    | Block header |  Block  |  …  | Content |
 *   |  4, little   |  header 1 |  0 or 1   | 0,1,2,4 |   0,1,2,4,8  |    |      3       |         |     | sum 0/4 |
 *   +--------------+-----------+-----------+---------+--------------+    +--------------+---------+     +---------+
 */
import { Decompress } from 'fzstd'
import type { CaptureFault } from './decoder.ts'
import type { Expander, Progress } from './expander.ts'
import { Window } from './window.ts'

/** As zstd(1) without `--long`: more than 128 MiB of window is refused. */
const largestWindow = 1 << 27
const largestBlock = 1 << 17

export class ZstdExpander implements Expander {
  fault: CaptureFault | undefined
  readonly #input = new Window()
  #state: 'frame' | 'skip' | 'block' | 'sum' = 'frame'
  #frames = 0
  #skip = 0
  #summed = false
  #header: Uint8Array | undefined
  #engine: Decompress | undefined
  #pieces: Uint8Array[] = [];

  *expand(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    if (this.fault !== undefined) return
    this.#input.append(chunk)
    for (;;) {
      const progress = this.#step()
      const pieces = this.#pieces
      this.#pieces = []
      for (const piece of pieces) if (piece.length > 0) yield piece
      if (progress !== 'on') return
    }
  }

  finish(): void {
    const have = this.#input.end - this.#input.at
    if (this.fault !== undefined || (this.#state === 'frame' && have === 0 && this.#frames > 0)) return
    const need = { frame: 6, skip: this.#skip, block: have < 3 ? 3 : this.#blockLength(), sum: 4 }[this.#state]
    const at = this.#input.offset
    this.fault = { fault: 'truncated', reading: `zstd.${this.#state}`, at, need, have, limitedBy: 'capture' }
  }

  #step(): Progress {
    switch (this.#state) {
      case 'frame':
        return this.#frame()
      case 'skip':
        return this.#skipping()
      case 'block':
        return this.#block()
      case 'sum':
        return this.#contentSum()
    }
  }

  #frame(): Progress {
    const { bytes, view, at, end } = this.#input
    if (end - at < 6) return 'more'
    const magic = view.getUint32(at, true)
    if (magic >>> 4 === 0x184d2a5) {
      if (end - at < 8) return 'more'
      this.#skip = view.getUint32(at + 4, true)
      this.#input.at += 8
      this.#state = 'skip'
      return 'on'
    }
    if (magic !== 0xfd2fb528) return this.#damage('zstd.frame', 'no zstd frame begins here')
    const descriptor = bytes[at + 4]!
    if (descriptor & 8) return this.#damage('zstd.frame', 'a reserved bit is set')
    const single = (descriptor >>> 5) & 1
    const dictionary = [0, 1, 2, 4][descriptor & 3]!
    const sized = descriptor >>> 6 === 0 ? single : 1 << (descriptor >>> 6)
    const length = 6 - single + dictionary + sized
    if (end - at < length) return 'more'
    if (bytes.subarray(at + 6 - single, at + 6 - single + dictionary).some(octet => octet !== 0)) {
      return this.#damage('zstd.frame', 'needs a dictionary')
    }
    const size = single === 1 ? contentSize(view, at + length - sized, sized) : windowSize(bytes[at + 5]!)
    if (size > largestWindow) return this.#damage('zstd.frame', `a window of ${size} octets is more than 128 MiB`)
    this.#summed = (descriptor & 4) !== 0
    this.#header = bytes.slice(at, at + length)
    // Without the bit for a content sum fzstd does not wait for one behind the last block.
    this.#header[4] = descriptor & ~4
    this.#engine = new Decompress(piece => this.#pieces.push(piece))
    this.#input.at += length
    this.#state = 'block'
    return 'on'
  }

  #skipping(): Progress {
    const passed = Math.min(this.#skip, this.#input.end - this.#input.at)
    this.#input.at += passed
    this.#skip -= passed
    if (this.#skip > 0) return 'more'
    this.#state = 'frame'
    this.#frames++
    return 'on'
  }

  /** Octets of the block with its header; bits 1–2 of that are the type, of which RLE (1) holds one octet. */
  #blockLength(): number {
    const word = this.#blockHeader()
    return 3 + (((word >>> 1) & 3) === 1 ? 1 : word >>> 3)
  }

  #blockHeader(): number {
    const { bytes, at } = this.#input
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
  }

  #block(): Progress {
    const { bytes, at, end } = this.#input
    if (end - at < 3) return 'more'
    const word = this.#blockHeader()
    if (((word >>> 1) & 3) === 3) return this.#damage('zstd.block', 'block type 3 does not exist')
    if (word >>> 3 > largestBlock) return this.#damage('zstd.block', `${word >>> 3} octets are more than 128 KiB`)
    const length = this.#blockLength()
    if (end - at < length) return 'more'
    const last = (word & 1) === 1
    try {
      // fzstd keeps what it is given, so it is given a copy; it wants the frame's header before the first block.
      const header = this.#header ?? nothing
      const block = new Uint8Array(header.length + length)
      block.set(header)
      block.set(bytes.subarray(at, at + length), header.length)
      this.#header = undefined
      this.#engine!.push(block, last)
    } catch (error) {
      return this.#damage('zstd.block', error instanceof Error ? error.message : 'is damaged')
    }
    this.#input.at += length
    if (last) {
      this.#engine = undefined
      this.#state = this.#summed ? 'sum' : 'frame'
      if (!this.#summed) this.#frames++
    }
    return 'on'
  }

  /** Passed over: fzstd has no XXH64, and 64-bit sums in JavaScript would cost more than the expanding. */
  #contentSum(): Progress {
    if (this.#input.end - this.#input.at < 4) return 'more'
    this.#input.at += 4
    this.#frames++
    this.#state = 'frame'
    return 'on'
  }

  #damage(reading: string, because: string): Progress {
    this.fault = { fault: 'malformed', reading, at: this.#input.offset, because, rule: 'RFC 8878 §3.1.1' }
    return 'stop'
  }
}

const nothing = new Uint8Array(0)

/** RFC 8878 §3.1.1.1.2. */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** RFC 8878 §3.1.1.1.4; a size of two octets begins at 256. */
function contentSize(view: DataView, at: number, octets: number): number {
  if (octets === 1) return view.getUint8(at)
  if (octets === 2) return view.getUint16(at, true) + 256
  if (octets === 4) return view.getUint32(at, true)
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
}
