/** Laws 1 and 2, over every layout of every protocol: a layout is a bijection, and its twins agree. */
import { ofLayout } from '@dmvpn/arbitraries'
import { all } from '@dmvpn/protocols'
import { allRows, interpreted, type Layout, leafRows } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './expect-equal.ts'

const layouts = new Map<string, Layout<unknown>>()
for (const protocol of all) {
  for (const [index, each] of protocol.fields.entries()) {
    if ('read' in each) layouts.set(`${protocol.name}: ${each.label} (${index})`, each as Layout<unknown>)
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

test('there are layouts to judge', () => expect(layouts.size).toBeGreaterThan(20))

describe.each([...layouts])('%s', (_name, layout) => {
  const { size } = layout
  const twin = interpreted(layout)

  test('every bit belongs to exactly one leaf row, in order', () => {
    let bit = 0
    for (const row of leafRows(layout.rows)) {
      expect(row.bit, row.name).toBe(bit)
      bit += row.width
    }
    expect(bit).toBe(8 * size)
  })

  test('value → bytes → value, from a dirty buffer, at any offset, touching nothing outside', () => {
    fc.assert(
      fc.property(ofLayout(layout), fc.nat(9), (value, offset) => {
        const bytes = new Uint8Array(size + 20).fill(0xa5)
        layout.write(viewOf(bytes), offset, value)
        expectEqual(layout.read(viewOf(bytes), offset), value)
        const outside = [...bytes.subarray(0, offset), ...bytes.subarray(offset + size)]
        expectEqual(
          outside.every(octet => octet === 0xa5),
          true,
        )
      }),
      { numRuns: 30 },
    )
  })

  test('bytes → value → bytes, and the twins agree', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), bytes => {
        const value = layout.read(viewOf(bytes), 0)
        expectEqual(twin.read(viewOf(bytes), 0), value)
        for (const each of [layout, twin]) {
          const written = new Uint8Array(size).fill(0xa5)
          each.write(viewOf(written), 0, value)
          expectEqual(written, bytes)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('rows read what the layout reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: size, maxLength: size }), bytes => {
        const value = layout.read(viewOf(bytes), 0)
        for (const row of allRows(layout.rows)) {
          if (row.path.length === 0 || row.kind === 'word') continue
          const inside = row.path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], value)
          expectEqual(row.raw(viewOf(bytes), 0), inside, row.name)
        }
      }),
      { numRuns: 20 },
    )
  })
})
