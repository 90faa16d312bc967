/** xxHash32 with seed 0, the check sum of lz4 frames; fed in pieces. */

const prime1 = 0x9e3779b1
const prime2 = 0x85ebca77
const prime3 = 0xc2b2ae3d
const prime4 = 0x27d4eb2f
const prime5 = 0x165667b1

export class Xxh32 {
  #lanes = Int32Array.of(prime1 + prime2, prime2, 0, -prime1)
  #rest = new Uint8Array(16)
  #held = 0
  #total = 0

  update(bytes: Uint8Array): this {
    this.#total += bytes.length
    let at = 0
    if (this.#held > 0) {
      at = Math.min(16 - this.#held, bytes.length)
      this.#rest.set(bytes.subarray(0, at), this.#held)
      this.#held += at
      if (this.#held < 16) return this
      this.#stripes(this.#rest, 0, 16)
      this.#held = 0
    }
    const whole = at + ((bytes.length - at) & ~15)
    this.#stripes(bytes, at, whole)
    this.#rest.set(bytes.subarray(whole), 0)
    this.#held = bytes.length - whole
    return this
  }

  /** The sum of all so far, as an unsigned number. */
  digest(): number {
    const [a, b, c, d] = this.#lanes as unknown as [number, number, number, number]
    let sum = this.#total < 16 ? prime5 : rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
    sum = (sum + this.#total) | 0
    const view = new DataView(this.#rest.buffer)
    let at = 0
    for (; at + 4 <= this.#held; at += 4) {
      sum = Math.imul(rotate((sum + Math.imul(view.getUint32(at, true), prime3)) | 0, 17), prime4)
    }
    for (; at < this.#held; at++) sum = Math.imul(rotate((sum + Math.imul(this.#rest[at]!, prime5)) | 0, 11), prime1)
    sum = Math.imul(sum ^ (sum >>> 15), prime2)
    sum = Math.imul(sum ^ (sum >>> 13), prime3)
    return (sum ^ (sum >>> 16)) >>> 0
  }

  #stripes(bytes: Uint8Array, at: number, end: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let [a, b, c, d] = this.#lanes as unknown as [number, number, number, number]
    for (; at < end; at += 16) {
      a = round(a, view.getInt32(at, true))
      b = round(b, view.getInt32(at + 4, true))
      c = round(c, view.getInt32(at + 8, true))
      d = round(d, view.getInt32(at + 12, true))
    }
    this.#lanes.set([a, b, c, d])
  }
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, prime2)) | 0, 13), prime1)
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
