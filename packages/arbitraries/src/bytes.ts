/** Bytes that were something once: cut, flipped, spliced, overwritten. What every decoder must survive. */
import fc from 'fast-check'

/** One way to damage bytes; positions are fractions, so that they fit bytes of any length. */
export type Damage =
  | { readonly damage: 'cut'; readonly at: number }
  | { readonly damage: 'flip'; readonly at: number; readonly bit: number }
  | { readonly damage: 'set'; readonly at: number; readonly value: number }
  | { readonly damage: 'splice'; readonly from: number; readonly to: number; readonly length: number }
  | { readonly damage: 'insert'; readonly at: number; readonly octets: Uint8Array }
  | { readonly damage: 'remove'; readonly at: number; readonly length: number }

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ damage: fc.constant('cut' as const), at: place }),
  fc.record({ damage: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({
    damage: fc.constant('set' as const),
    at: place,
    value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 4, 0x3f, 0x40, 0x7f, 0x80, 0xff)),
  }),
  fc.record({
    damage: fc.constant('splice' as const),
    from: place,
    to: place,
    length: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    damage: fc.constant('insert' as const),
    at: place,
    octets: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  }),
  fc.record({ damage: fc.constant('remove' as const), at: place, length: fc.integer({ min: 1, max: 20 }) }),
)

/** Bytes after one to eight damages. */
export function mutated(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(bytes, fc.array(damages, { minLength: 1, maxLength: 8 })).map(([whole, list]) => damaged(whole, list))
}

/** The bytes after these damages, in order. */
export function damaged(bytes: Uint8Array, list: readonly Damage[]): Uint8Array {
  let out: Uint8Array = bytes.slice()
  for (const each of list) out = damagedOnce(out, each)
  return out
}

function damagedOnce(bytes: Uint8Array, each: Damage): Uint8Array {
  const { length } = bytes
  switch (each.damage) {
    case 'cut':
      return bytes.slice(0, Math.floor(each.at * length))
    case 'flip':
      if (length > 0) bytes[Math.floor(each.at * length)]! ^= 1 << each.bit
      return bytes
    case 'set':
      if (length > 0) bytes[Math.floor(each.at * length)] = each.value
      return bytes
    case 'splice': {
      const from = Math.floor(each.from * length)
      bytes.copyWithin(Math.floor(each.to * length), from, Math.min(length, from + each.length))
      return bytes
    }
    case 'insert': {
      const at = Math.floor(each.at * length)
      const out = new Uint8Array(length + each.octets.length)
      out.set(bytes.subarray(0, at))
      out.set(each.octets, at)
      out.set(bytes.subarray(at), at + each.octets.length)
      return out
    }
    case 'remove': {
      const at = Math.floor(each.at * length)
      const end = Math.min(length, at + each.length)
      const out = new Uint8Array(length - (end - at))
      out.set(bytes.subarray(0, at))
      out.set(bytes.subarray(end), at)
      return out
    }
  }
}
