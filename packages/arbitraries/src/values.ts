/** Numbers, octets and records: the usual value often, the edges more often than chance would have them. */
import fc from 'fast-check'

/** Unsigned numbers of `width` bits, 1…48: uniform, or one of the corners where arithmetic breaks. */
export function bitsOf(width: number): fc.Arbitrary<number> {
  const most = 2 ** width - 1
  const corners = [0, 1, most, most - 1, 2 ** (width - 1), 2 ** (width - 1) - 1].filter(n => n >= 0 && n <= most)
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: most }) },
    { weight: 1, arbitrary: fc.constantFrom(...new Set(corners)) },
  )
}

/** Unsigned numbers of `width` bits as bigints. */
export function bigBitsOf(width: number): fc.Arbitrary<bigint> {
  const most = (1n << BigInt(width)) - 1n
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: most }) },
    { weight: 1, arbitrary: fc.constantFrom(0n, 1n, most, most >> 1n) },
  )
}

/** Eight bits. */
export const octet: fc.Arbitrary<number> = bitsOf(8)
/** Sixteen bits. */
export const word: fc.Arbitrary<number> = bitsOf(16)
/** Thirty-two bits. */
export const long: fc.Arbitrary<number> = bitsOf(32)

/** The usual value, `weight` times as often as another; what breaks a law with another shrinks to the usual one. */
export function mostly<T>(usual: T, other: fc.Arbitrary<T>, weight = 4): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, { weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
}

/** The usual values in turn, the first the simplest; now and then any other. */
export function commonly<T>(usual: readonly [T, ...T[]], other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: other },
  )
}

/** Octets, `least` to `most` of them. */
export function octets(most: number, least = 0): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: least, maxLength: most })
}

/** Exactly so many octets. */
export function exactly(count: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: count, maxLength: count })
}

/** Octets in whole groups: header options and their padding. */
export function groupsOf(size: number, most: number, least = 0): fc.Arbitrary<Uint8Array> {
  return fc
    .array(exactly(size), { minLength: least, maxLength: most, size: 'max' })
    .map(groups => Uint8Array.from(groups.flatMap(group => [...group])))
}

/** No octets. */
export const noOctets: Uint8Array = new Uint8Array(0)

/** A record with a value for every key that is not optional. */
export function facts<T>(parts: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  // What a decoder gives are plain objects with a prototype; equality is structural.
  return fc.record(parts, { noNullPrototype: true }) as unknown as fc.Arbitrary<T>
}

/** The same, now and then with octets behind what it defines. */
export function withRest<T>(of: fc.Arbitrary<T>, rest: fc.Arbitrary<Uint8Array>): fc.Arbitrary<T> {
  return fc
    .tuple(of, mostly<Uint8Array>(noOctets, rest, 9))
    .map(([value, behind]) => (behind.length === 0 ? value : { ...value, rest: behind }))
}
