/**
 * A pcapng timestamp is a 64-bit count of units; the interface says how many units make a second (`if_tsresol`) and
 * how many seconds to add (`if_tsoffset`). A clock turns counts into two integers and back.
 * No float rounds them: a nanosecond count does not fit 53 bits, so it is divided by hand in three digits.
 */

export class Clock {
  /** The answer of the last `read`: two fields instead of an object for each packet. */
  seconds = 0
  nanoseconds = 0
  /** The answer of the last `write`. */
  high = 0
  low = 0
  readonly #offset: number
  /** Units a second, exact; `#divisor` is the same as a number where the quick ways may use it, otherwise 0. */
  readonly #units: bigint
  readonly #divisor: number
  /** Nanoseconds a unit, where that is a whole number, otherwise 0. */
  readonly #scale: number

  /** `resolution` as in `if_tsresol`, `offset` in seconds. */
  constructor(resolution: number, offset: number) {
    this.#offset = offset
    const power = resolution & 0x7f
    this.#units = resolution & 0x80 ? 1n << BigInt(power) : 10n ** BigInt(power)
    const small = this.#units <= 1_000_000_000n
    this.#divisor = small ? Number(this.#units) : 0
    this.#scale = small && 1_000_000_000n % this.#units === 0n ? 1e9 / this.#divisor : 0
  }

  read(high: number, low: number): void {
    const divisor = this.#divisor
    if (divisor === 0) return this.#readExactly(high, low)
    // Quotients are far below 2^53 / divisor, so that the floor of a rounded quotient is the exact one; a remainder
    // operator on such numbers costs three times as much.
    const first = Math.floor(high / divisor)
    // rest < 2^30, so a further 16-bit digit keeps every step below 2^46.
    const upper = (high - first * divisor) * 65536 + (low >>> 16)
    const second = Math.floor(upper / divisor)
    const lower = (upper - second * divisor) * 65536 + (low & 0xffff)
    const third = Math.floor(lower / divisor)
    const rest = lower - third * divisor
    this.seconds = (first * 65536 + second) * 65536 + third + this.#offset
    if (this.#scale !== 0) this.nanoseconds = rest * this.#scale
    else this.nanoseconds = Number((BigInt(rest) * 1_000_000_000n) / this.#units)
  }

  /**
   * The count of a time, or false where it does not fit 64 bits or lies before the offset.
   * A time finer than a unit is cut to the unit where units are whole nanoseconds; otherwise the count is the one that
   * `read` turns into this time, if there is one.
   */
  write(seconds: number, nanoseconds: number): boolean {
    const whole = seconds - this.#offset
    if (!Number.isSafeInteger(whole) || whole < 0) return false
    if (this.#scale === 0 || whole >= 2 ** 36) return this.#writeExactly(whole, nanoseconds)
    // whole < 2^36 and units < 2^30: in digits of 16 bits every step stays below 2^51.
    const lower = (whole % 65536) * this.#divisor + Math.floor(nanoseconds / this.#scale)
    const upper = Math.floor(whole / 65536) * this.#divisor + Math.floor(lower / 65536)
    this.high = Math.floor(upper / 65536)
    this.low = (upper % 65536) * 65536 + (lower % 65536)
    return this.high < 2 ** 32
  }

  #readExactly(high: number, low: number): void {
    const count = (BigInt(high) << 32n) | BigInt(low)
    this.seconds = Number(count / this.#units) + this.#offset
    this.nanoseconds = Number(((count % this.#units) * 1_000_000_000n) / this.#units)
  }

  #writeExactly(whole: number, nanoseconds: number): boolean {
    // Rounded up, because reading rounded down.
    const part = (BigInt(nanoseconds) * this.#units + 999_999_999n) / 1_000_000_000n
    const count = BigInt(whole) * this.#units + part
    if (count >> 64n !== 0n) return false
    this.high = Number(count >> 32n)
    this.low = Number(count & 0xffffffffn)
    return true
  }
}
