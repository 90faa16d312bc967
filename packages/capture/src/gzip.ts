/**
 * gzip, RFC 1952: one member or several behind each other, checked by their sums; zeros and other octets behind the last
 * member are passed over, as gzip(1) does. fflate expands the blocks; what stands around them is walked here, because it
 * checks neither sum nor size and takes octets behind the last member for damage.
 *
 *   +---+---+---+---+---+---+---+---+---+---+   FLG: 1 text, 2 header CRC, 4 extra, 8 name, 16 comment
 *   |1f |8b |CM |FLG|     MTIME     |XFL|OS |   then, as FLG says, extra, name, comment, header CRC
 *   +---+---+---+---+---+---+---+---+---+---+
 *   |           compressed blocks ...       |
 *   +---+---+---+---+---+---+---+---+-------+
 *   |     CRC32     |     ISIZE     |
 *   +---+---+---+---+---+---+---+---+
 */
import { crc32 } from 'node:zlib'
import { Inflate } from 'fflate'
import type { CaptureFault } from './decoder.ts'
import type { Expander, Progress } from './expander.ts'
import { Window } from './window.ts'

const longestHeader = 1 << 18

/**
 * Compressed octets that fflate is given at once. It loses what it had expanded of a damaged slice, so the slice is what
 * damage may cost, and expanded a thousandfold it is the most that a bomb gets in memory.
 */
const slice = 1 << 13

export class GzipExpander implements Expander {
  fault: CaptureFault | undefined
  readonly #input = new Window()
  #inflate: Inflate | undefined
  #state: 'header' | 'body' | 'trailer' | 'over' = 'header'
  #members = 0
  #pieces: Uint8Array[] = []
  #sum = 0
  #size = 0;

  *expand(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    if (this.fault !== undefined || this.#state === 'over') return
    this.#input.append(chunk)
    for (;;) {
      const progress = this.#step()
      const pieces = this.#pieces
      this.#pieces = []
      yield* pieces
      if (progress !== 'on') return
    }
  }

  finish(): void {
    if (this.fault !== undefined || this.#state === 'over') return
    const have = this.#input.end - this.#input.at
    if (this.#state === 'header' && this.#members > 0) return
    const need = { header: 10, body: have + 1, trailer: 8 }[this.#state]
    const reading = `gzip.${this.#state}`
    this.fault = { fault: 'truncated', reading, at: this.#input.offset, need, have, limitedBy: 'capture' }
  }

  #step(): Progress {
    switch (this.#state) {
      case 'header':
        return this.#header()
      case 'body':
        return this.#body()
      case 'trailer':
        return this.#trailer()
      case 'over':
        return 'stop'
    }
  }

  #header(): Progress {
    const { bytes, at, end } = this.#input
    if (end - at < 10) {
      if (this.#members > 0 && end > at && bytes[at] !== 0x1f) this.#state = 'over'
      return 'more'
    }
    if (bytes[at] !== 0x1f || bytes[at + 1] !== 0x8b) {
      this.#state = 'over'
      return this.#members > 0 ? 'stop' : this.#damage('gzip.header', 'no gzip magic')
    }
    const flags = bytes[at + 3]!
    if (bytes[at + 2] !== 8 || flags > 31) return this.#damage('gzip.header', 'a method other than deflate')
    let next = at + 10
    if (flags & 4) next += next + 2 <= end ? 2 + bytes[next]! + bytes[next + 1]! * 256 : Infinity
    for (const flag of [8, 16]) {
      if (!(flags & flag)) continue
      const zero = next < end ? bytes.subarray(0, end).indexOf(0, next) : -1
      next = zero < 0 ? Infinity : zero + 1
    }
    if (flags & 2) next += 2
    if (next > end) return end - at > longestHeader ? this.#damage('gzip.header', 'a header without an end') : 'more'
    this.#input.at = next
    this.#inflate = new Inflate(piece => this.#take(piece))
    this.#sum = 0
    this.#size = 0
    this.#state = 'body'
    return 'on'
  }

  #body(): Progress {
    const { bytes, at, end } = this.#input
    if (at === end) return 'more'
    const given = bytes.slice(at, Math.min(at + slice, end))
    try {
      this.#inflate!.push(given)
    } catch (error) {
      return this.#damage('gzip.body', error instanceof Error ? error.message : 'is damaged')
    }
    const behind = octetsBehind(this.#inflate!)
    this.#input.at += given.length - (behind ?? 0)
    if (behind !== undefined) this.#state = 'trailer'
    return 'on'
  }

  #take(piece: Uint8Array): void {
    if (piece.length === 0) return
    this.#sum = crc32(piece, this.#sum)
    this.#size = (this.#size + piece.length) % 2 ** 32
    this.#pieces.push(piece)
  }

  #trailer(): Progress {
    const { view, at, end } = this.#input
    if (end - at < 8) return 'more'
    const sum = view.getUint32(at, true)
    if (sum !== this.#sum) return this.#damage('gzip.trailer', 'the check sum does not fit what was expanded')
    if (view.getUint32(at + 4, true) !== this.#size) return this.#damage('gzip.trailer', 'the size does not fit')
    this.#input.at += 8
    this.#members++
    this.#state = 'header'
    return 'on'
  }

  #damage(reading: string, because: string): Progress {
    this.fault = { fault: 'malformed', reading, at: this.#input.offset, because, rule: 'RFC 1952 §2.3' }
    return 'stop'
  }
}

/**
 * How many of the octets given lie behind the end of the deflate data; undefined before that end. fflate keeps this to
 * itself: in its state `f` is set from the last block on, `l` while a block is open, `p` is the bits used of the rest.
 */
function octetsBehind(inflate: Inflate): number | undefined {
  const state = inflate['s'] as { readonly f?: number; readonly l?: unknown; readonly p?: number }
  if (!state.f || state.l) return undefined
  const rest = inflate['p'] as Uint8Array
  return rest.length - ((state.p ?? 0) > 0 ? 1 : 0)
}
