import { isFault } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { decode } from '../stack.ts'
import { extensions as codecs } from './extensions/all.ts'
import type { Extension } from './extensions/extension.ts'
import { nhrpWith } from './nhrp.ts'

const protocol = nhrpWith(codecs)
const unknown = 13
const types = [...new Set([...codecs.map(({ type }) => type), unknown])]
const heads = [false, true].flatMap(compulsory => [false, true].map(reserved => ({ compulsory, reserved })))

/** A packet without addresses that ends with such an extension and, where that is not it, the End extension. */
function packetWith(type: number, head: { compulsory: boolean; reserved: boolean }, value: readonly number[]) {
  const word = type + (head.compulsory ? 0x8000 : 0) + (head.reserved ? 0x4000 : 0)
  const list = [word >>> 8, word & 0xff, 0, value.length, ...value, ...(type === 0 ? [] : [0x80, 0, 0, 0])]
  const bytes = new Uint8Array(28 + list.length)
  bytes.set([0, 1, 8, 0, 0, 0, 0, 0, 0, 255, 0, bytes.length, 0, 0, 0, 28, 1, 1])
  bytes.set(list, 28)
  return bytes
}

/** The extensions, or undefined where the walk stops. */
function extensionsOf(bytes: Uint8Array, of = protocol): readonly Extension[] | undefined {
  const packet = decode(of, bytes)
  return isFault(packet) ? undefined : packet.extensions
}

describe.each(types)('an extension of type %i', type => {
  test('that holds nothing is what it was when nobody had seen it, and the same in all packets', () => {
    for (const head of heads) {
      const bytes = packetWith(type, head, [])
      const unseen = extensionsOf(bytes, nhrpWith(codecs))
      const once = extensionsOf(bytes)
      const again = extensionsOf(bytes)
      expect(once).toEqual(unseen)
      expect(again).toEqual(unseen)
      if (unseen !== undefined) expect(unseen[0]).toMatchObject(head)
      expect(again?.[0]).toBe(once?.[0])
      expect(again?.length).toBe(unseen && (type === 0 ? 1 : 2))
    }
  })

  test('that holds something is made for each packet', () => {
    for (const head of heads) {
      extensionsOf(packetWith(type, head, []))
      // As long as a client information entry, whose lengths are all 0.
      const bytes = packetWith(type, head, [0, 0, 0, 1, 0, 2, 0, 3, 0, 0, 0, 4])
      const found = extensionsOf(bytes)
      expect(found?.[0]).toEqual(extensionsOf(bytes, nhrpWith(codecs))?.[0])
      expect(found?.[0]).not.toEqual(extensionsOf(packetWith(type, head, []))?.[0])
      expect(extensionsOf(bytes)?.[0]).not.toBe(found?.[0])
    }
  })
})
