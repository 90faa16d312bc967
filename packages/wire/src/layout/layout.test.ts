import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ipv4, Ipv6, Mac } from '../address.ts'
import { interpreted, type Layout, layout } from './layout.ts'
import { bits, flag, ipv4, ipv6, mac, opaque, shows, u8, u16, u24, u32, u64, word } from './part.ts'

interface Everything {
  readonly version: number
  readonly length: number
  readonly flags: {
    readonly urgent: boolean
    readonly inner: { readonly a: boolean; readonly b: number }
    readonly rest: number
  }
  readonly wide: number
  readonly octet: number
  readonly medium: number
  readonly long: number
  readonly longest: bigint
  readonly address: Ipv4
  readonly far: Ipv6
  readonly hardware: Mac
  readonly opaque: Uint8Array
}

/** One part of every kind, and bits in every position of a run. */
const everything: Layout<Everything> = layout<Everything>('t', 'Everything', {
  version: bits(4, 't.version', 'Version'),
  length: bits(4, 't.length', 'Length', { scale: 4 }),
  flags: word('t.flags', 'Flags', {
    urgent: flag('t.flags.urgent', 'Urgent'),
    inner: word('t.flags.inner', 'Inner', { a: flag('t.flags.a', 'A'), b: bits(2, 't.flags.b', 'B') }),
    rest: bits(12, 't.flags.rest', 'Rest'),
  }),
  wide: u16('t.wide', 'Wide', { shows: [shows(2, 6, 't.wide.six', 'Six', 'uint8')] }),
  octet: u8('t.octet', 'Octet'),
  medium: u24('t.medium', 'Medium'),
  long: u32('t.long', 'Long'),
  longest: u64('t.longest', 'Longest'),
  address: ipv4('t.address', 'Address'),
  far: ipv6('t.far', 'Far'),
  hardware: mac('t.hardware', 'Hardware'),
  opaque: opaque(3, 't.opaque', 'Opaque'),
})

const size = 1 + 2 + 2 + 1 + 3 + 4 + 8 + 4 + 16 + 6 + 3

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

describe('a layout is a bijection', () => {
  test('its size is the sum of its parts', () => expect(everything.size).toBe(size))

  test('random bytes → value → the same bytes, at any offset, touching nothing outside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), fc.nat(9), (bytes, offset) => {
        const from = new Uint8Array(size + 20)
        from.set(bytes, offset)
        const value = everything.read(viewOf(from), offset)
        const to = new Uint8Array(size + 20).fill(0xa5)
        everything.write(viewOf(to), offset, value)
        expect(to.subarray(offset, offset + size)).toEqual(bytes)
        expect([...to.subarray(0, offset), ...to.subarray(offset + size)].every(octet => octet === 0xa5)).toBe(true)
      }),
    )
  })

  test('the compiled and the interpreted twin agree in read, write and lenses', () => {
    const twin = interpreted(everything)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), bytes => {
        const view = viewOf(bytes)
        const value = everything.read(view, 0)
        expect(twin.read(view, 0)).toEqual(value)
        const written = new Uint8Array(size).fill(0xa5)
        twin.write(viewOf(written), 0, value)
        expect(written).toEqual(bytes)
        expect(everything.lens.flags.inner.b.read(view, 0)).toBe(twin.lens.flags.inner.b.read(view, 0))
        expect(everything.lens.flags.inner.read(view, 0)).toEqual(twin.lens.flags.inner.read(view, 0))
        expect(everything.lens.far.read(view, 0)).toBe(value.far)
        expect(everything.lens.hardware.after(-2).read(view, 2)).toBe(value.hardware)
      }),
    )
  })

  test('a lens changes its own bits alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), fc.nat(3), (bytes, b) => {
        const before = everything.read(viewOf(bytes.slice()), 0)
        for (const each of [everything, interpreted(everything)]) {
          const copy = bytes.slice()
          each.lens.flags.inner.b.write(viewOf(copy), 0, b)
          const { flags } = before
          expect(everything.read(viewOf(copy), 0)).toEqual({
            ...before,
            flags: { ...flags, inner: { ...flags.inner, b } },
          })
          each.lens.longest.write(viewOf(copy), 0, 7n)
          expect(everything.lens.longest.read(viewOf(copy), 0)).toBe(7n)
        }
      }),
    )
  })
})

test('numbers that begin in one 32-bit word and end in the next are written whole, and nothing behind them', () => {
  const astride = layout<{ a: number; b: number; c: boolean; d: number; e: number }>('astride', 'Astride', {
    a: u24('astride.a', 'A'),
    b: u32('astride.b', 'B'),
    c: flag('astride.c', 'C'),
    d: bits(31, 'astride.d', 'D'),
    e: u16('astride.e', 'E'),
  })
  const value = { a: 0x010203, b: 0xf4f5f6f7, c: true, d: 0x78090a0b, e: 0xcdef }
  const octets = [1, 2, 3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 9, 0x0a, 0x0b, 0xcd, 0xef]
  for (const each of [astride, interpreted(astride)]) {
    const bytes = new Uint8Array(15).fill(0xa5)
    each.write(viewOf(bytes), 1, value)
    expect([...bytes]).toEqual([0xa5, ...octets, 0xa5])
    expect(each.read(viewOf(bytes), 1)).toEqual(value)
  }
})

describe('little-endian layouts', () => {
  interface Little {
    readonly two: number
    readonly three: number
    readonly four: number
    readonly eight: bigint
  }
  const little = layout<Little>(
    'l',
    'Little',
    {
      two: u16('l.two', 'Two'),
      three: u24('l.three', 'Three'),
      four: u32('l.four', 'Four'),
      eight: u64('l.eight', 'Eight'),
    },
    { order: 'little' },
  )
  const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 0, 0, 0, 0, 0, 0, 0x80])

  test.each([little, interpreted(little)])('the first octet is the least significant', each => {
    const value = each.read(viewOf(bytes), 0)
    expect(value).toEqual({ two: 0x0201, three: 0x050403, four: 0x09080706, eight: 0x8000000000000001n })
    const written = new Uint8Array(bytes.length).fill(0xa5)
    each.write(viewOf(written), 0, value)
    expect(written).toEqual(bytes)
    expect(little.rows.map(row => row.read(viewOf(bytes), 0))).toEqual(Object.values(value))
  })

  test('bits that cross an octet are refused', () => {
    expect(() => layout('x', 'X', { a: bits(4, 'x.a', 'A'), b: bits(12, 'x.b', 'B') }, { order: 'little' })).toThrow(
      RangeError,
    )
  })
})

describe('mistakes of the source are found when the layout is made', () => {
  test('bits that fill no octet', () =>
    expect(() => layout('x', 'X', { a: bits(7, 'x.a', 'A') })).toThrow('do not fill'))
  test('keys that are no identifiers', () =>
    expect(() => layout('x', 'X', { 'a;b': u8('x.a', 'A') })).toThrow('not an identifier'))
})

describe('values that do not fit are refused', () => {
  const zero = everything.read(new DataView(new ArrayBuffer(size)), 0)
  const bad: [string, Partial<Everything>][] = [
    ['too large for 4 bits', { version: 16 }],
    ['negative', { wide: -1 }],
    ['not a number', { octet: Number.NaN }],
    ['too large for 128 bits', { far: 1n << 128n }],
    ['too few octets', { opaque: new Uint8Array(2) }],
  ]
  for (const [what, part] of bad) {
    test.each([everything, interpreted(everything)])(what, each => {
      expect(() => each.write(new DataView(new ArrayBuffer(size)), 0, { ...zero, ...part })).toThrow(RangeError)
    })
  }
})

test('a row reads its value scaled, and the bits it only shows', () => {
  const bytes = new Uint8Array(size)
  bytes[0] = 0x45
  bytes[3] = 0x3f
  const [, length, , wide] = everything.rows
  expect(length!.read(viewOf(bytes), 0)).toBe(20)
  expect(length!.raw(viewOf(bytes), 0)).toBe(5)
  expect(wide!.children.map(row => [row.name, row.read(viewOf(bytes), 0)])).toEqual([['t.wide.six', 0x3f]])
})
