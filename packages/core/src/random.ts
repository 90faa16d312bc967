/**
 * Chance from a seed. A stream is forked by name, so that what one part draws never moves the dice of another
 * (xoshiro128**, Blackman and Vigna; the seed is spread by the finalizer of MurmurHash3).
 */
export class Random {
  private a: number
  private b: number
  private c: number
  private d: number
  private readonly origin: number

  constructor(seed: number | string) {
    this.origin = typeof seed === 'number' ? mixed(seed) : hashed(seed, 0)
    this.a = mixed(this.origin + 0x9e3779b9)
    this.b = mixed(this.origin + 0x3c6ef372)
    this.c = mixed(this.origin + 0xdaa66d2b)
    this.d = mixed(this.origin + 0x78dde6e4) | 1
  }

  /** A stream of its own: the same name gives the same stream, however much was drawn here. */
  fork(name: string): Random {
    return new Random(hashed(name, this.origin))
  }

  /** 0 … 2^32 − 1. */
  word(): number {
    const product = Math.imul(this.b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    const shifted = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= shifted
    this.d = (this.d << 11) | (this.d >>> 21)
    return result >>> 0
  }

  /** 0 … `bound` − 1, for bounds up to 2^32. */
  below(bound: number): number {
    return Math.floor((this.word() / 0x100000000) * bound)
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.word() / 0x100000000
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at++) bytes[at] = this.word() >>> 24
    return bytes
  }
}

function mixed(value: number): number {
  let mix = value | 0
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return mix ^ (mix >>> 16)
}

function hashed(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return mixed(hash)
}
