/**
 * The LZ4 frame format 1.6: linked and independent blocks, blocks kept as they are, all check sums, skippable frames,
 * frames behind each other.
 *
 *   +------------+-----+----+--------------+---------+----+     FLG: version 01 in bits 6–7, 5 blocks independent,
 *   |  04224d18  | FLG | BD | content size | dict id | HC |     4 block sums, 3 content size, 2 content sum, 0 dict id
 *   |  4, little |  1  |  1 |    0 or 8    |  0 or 4 |  1 |     BD: largest block in bits 4–6, 4 = 64 KiB … 7 = 4 MiB
 *   +------------+-----+----+--------------+---------+----+
 *   +------------+------------------------+-----------+
 *   | block size | data; bit 31 of the    | block sum |  … until a block size of 0, then the content sum
 *   |     4      | size: not compressed   |  0 or 4   |
 *   +------------+------------------------+-----------+
 */
import type { CaptureFault } from './decoder.ts'
import { type Expander, Output, type Progress } from './expander.ts'
import { Window } from './window.ts'
import { Xxh32 } from './xxh32.ts'

const reach = 65536
const rule = 'LZ4 frame format 1.6'

interface Frame {
  readonly largestBlock: number
  readonly independent: boolean
  readonly blockSums: boolean
  readonly sum: Xxh32 | undefined
}

export class Lz4Expander implements Expander {
  fault: CaptureFault | undefined
  readonly #input = new Window()
  #output = new Output(reach, reach)
  #capacity = reach
  #frame: Frame | undefined
  #state: 'frame' | 'skip' | 'block' | 'sum' = 'frame'
  #frames = 0
  #skip = 0;

  *expand(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    if (this.fault !== undefined) return
    this.#input.append(chunk)
    for (;;) {
      const progress = this.#step()
      if (progress === 'on') continue
      if (this.#output.waiting > 0) {
        const piece = this.#output.take()
        this.#frame?.sum?.update(piece)
        yield piece
      }
      if (progress !== 'full') return
      if (this.#frame !== undefined && this.#output.room < this.#frame.largestBlock) this.#output.turn()
    }
  }

  finish(): void {
    const have = this.#input.end - this.#input.at
    if (this.fault !== undefined || (this.#state === 'frame' && have === 0 && this.#frames > 0)) return
    const need = this.#state === 'frame' ? 7 : this.#state === 'skip' ? this.#skip : this.#blockLength()
    const at = this.#input.offset
    this.fault = { fault: 'truncated', reading: `lz4.${this.#state}`, at, need, have, limitedBy: 'capture' }
  }

  #step(): Progress {
    switch (this.#state) {
      case 'frame':
        return this.#header()
      case 'skip':
        return this.#skipping()
      case 'block':
        return this.#block()
      case 'sum':
        return this.#contentSum()
    }
  }

  #header(): Progress {
    const { bytes, view, at, end } = this.#input
    if (end - at < 7) return 'more'
    const magic = view.getUint32(at, true)
    if (magic >>> 4 === 0x184d2a5) {
      if (end - at < 8) return 'more'
      this.#skip = view.getUint32(at + 4, true)
      this.#input.at += 8
      this.#state = 'skip'
      return 'on'
    }
    if (magic !== 0x184d2204) return this.#damage('lz4.frame', 'no lz4 frame begins here')
    const flags = bytes[at + 4]!
    if (flags >>> 6 !== 1) return this.#damage('lz4.frame', `version ${flags >>> 6} is not 1`)
    if (flags & 1) return this.#damage('lz4.frame', 'needs a dictionary')
    const length = 7 + (flags & 8)
    if (end - at < length) return 'more'
    const sum = new Xxh32().update(bytes.subarray(at + 4, at + length - 1)).digest()
    if (((sum >>> 8) & 255) !== bytes[at + length - 1]) return this.#damage('lz4.frame', 'the header sum does not fit')
    const size = (bytes[at + 5]! >>> 4) & 7
    if (size < 4) return this.#damage('lz4.frame', `block size ${size} does not exist`)
    const largestBlock = 1 << (8 + 2 * size)
    const sums = { blockSums: (flags & 16) !== 0, sum: flags & 4 ? new Xxh32() : undefined }
    this.#frame = { largestBlock, independent: (flags & 32) !== 0, ...sums }
    if (this.#capacity < largestBlock) {
      this.#output = new Output(reach, largestBlock)
      this.#capacity = largestBlock
    }
    this.#output.floor = this.#output.to
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

  /** Octets of the block that is read next, as far as is known: its size, data and sum. */
  #blockLength(): number {
    const { view, at, end } = this.#input
    if (this.#state !== 'block' || end - at < 4) return 4
    const size = view.getUint32(at, true) & 0x7fffffff
    return size === 0 ? 4 : 4 + size + (this.#frame?.blockSums ? 4 : 0)
  }

  #block(): Progress {
    const frame = this.#frame!
    const input = this.#input
    const output = this.#output
    const { bytes, view, at, end } = input
    if (end - at < 4) return 'more'
    const word = view.getUint32(at, true)
    const size = word & 0x7fffffff
    if (size > frame.largestBlock) return this.#damage('lz4.block', `${size} octets are more than the frame allows`)
    const length = this.#blockLength()
    if (end - at < length) return 'more'
    if (size === 0) {
      input.at += 4
      this.#state = frame.sum === undefined ? 'frame' : 'sum'
      if (frame.sum === undefined) this.#frames++
      return 'on'
    }
    if (output.room < frame.largestBlock) return 'full'
    const data = bytes.subarray(at + 4, at + 4 + size)
    if (frame.blockSums && new Xxh32().update(data).digest() !== view.getUint32(at + 4 + size, true)) {
      return this.#damage('lz4.block', 'the check sum of a block does not fit')
    }
    if (frame.independent) output.floor = output.to
    if (word >>> 31 === 1) {
      output.bytes.set(data, output.to)
      output.to += size
    } else {
      const because = expandBlock(data, output, output.to + frame.largestBlock)
      if (because !== undefined) return this.#damage('lz4.block', because)
    }
    input.at += length
    return 'on'
  }

  #contentSum(): Progress {
    const { view, at, end } = this.#input
    if (this.#output.waiting > 0) return 'full'
    if (end - at < 4) return 'more'
    if (view.getUint32(at, true) !== this.#frame!.sum!.digest())
      return this.#damage('lz4.sum', 'does not fit the content')
    this.#input.at += 4
    this.#frames++
    this.#state = 'frame'
    return 'on'
  }

  #damage(reading: string, because: string): Progress {
    this.fault = { fault: 'malformed', reading, at: this.#input.offset, because, rule }
    return 'stop'
  }
}

/**
 * One block, LZ4 block format: runs of literals, each followed by a match, but for the last.
 *
 *   +--------+-----------------+----------+----------+---------------+
 *   | 4 | 4  | literal length  | literals | distance | match length  |   15 in a half of the token: more octets
 *   | token  | 0 or more       |          | 2        | 0 or more, +4 |   follow, added up to one below 255
 *   +--------+-----------------+----------+----------+---------------+
 *
 * What is expanded before damage stays in the output; the answer says why it ends there.
 */
function expandBlock(data: Uint8Array, output: Output, limit: number): string | undefined {
  const end = data.length
  let at = 0
  while (at < end) {
    const token = data[at++]!
    let literals = token >>> 4
    if (literals === 15) {
      let more = 255
      while (more === 255 && at < end) literals += more = data[at++]!
    }
    if (at + literals > end) return 'more literals than the block holds'
    if (output.to + literals > limit) return 'expands to more than the frame allows'
    if (literals > 32) output.bytes.set(data.subarray(at, at + literals), output.to)
    else for (let i = 0; i < literals; i++) output.bytes[output.to + i] = data[at + i]!
    output.to += literals
    at += literals
    if (at === end) return undefined
    if (at + 2 > end) return 'a match is cut short'
    const distance = data[at]! | (data[at + 1]! << 8)
    at += 2
    let length = (token & 15) + 4
    if (length === 19) {
      let more = 255
      while (more === 255 && at < end) length += more = data[at++]!
    }
    if (distance === 0 || distance > output.to - output.floor) return 'refers to before the start'
    if (output.to + length > limit) return 'expands to more than the frame allows'
    output.repeat(distance, length)
  }
  return 'a match is cut short'
}
