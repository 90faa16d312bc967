/** Laws 3 and 6 over every extension of NHRP: its defaults, and generated ones. */
import { anyExtension, anyNhrp } from '@dmvpn/arbitraries'
import { decode, defaultMessage, type Extension, encode, extensions, nhrp } from '@dmvpn/protocols'
import { isFault } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './expect-equal.ts'

const end: Extension = { kind: 'end', compulsory: true, reserved: false, value: new Uint8Array(0) }

function carrying(extension: Extension): typeof defaultMessage {
  const list = extension.kind === 'end' ? [extension] : [extension, end]
  return { ...defaultMessage, sourceProtocol: 0x0a000001, extensions: list }
}

describe.each(extensions.map(codec => [codec.kind, codec] as const))('%s', (_kind, codec) => {
  test('its defaults are read back, and have the size it says', () => {
    const packet = carrying(codec.defaults as Extension)
    const bytes = encode(nhrp, packet)
    const empty = encode(nhrp, carrying(end)).length
    const own = codec.kind === 'end' ? 0 : 4 + (codec.size(codec.defaults) as number)
    expect(bytes.length).toBe(empty + own)
    expect(decode(nhrp, bytes)).toEqual(packet)
  })

  test('every shorter length faults', () => {
    const bytes = encode(nhrp, carrying(codec.defaults as Extension))
    for (let length = 0; length < bytes.length; length++) {
      const cut = decode(nhrp, bytes.subarray(0, length))
      expect(isFault(cut) && cut.fault === 'truncated' && cut.limitedBy === 'capture', `${length}`).toBe(true)
    }
  })
})

test('every extension is generated', () => {
  const generated = new Set(
    fc
      .sample(anyNhrp(), { numRuns: 1000, seed: 1 })
      .flatMap(packet => packet.extensions)
      .map(({ kind }) => kind),
  )
  expect([...generated].toSorted()).toEqual([...extensions.map(({ kind }) => kind), 'unrecognised'].toSorted())
})

test('an extension of a packet is read back', () => {
  fc.assert(
    fc.property(anyExtension(0x0a000001), extension => {
      const packet = carrying(extension)
      expectEqual(decode(nhrp, encode(nhrp, packet)), packet)
    }),
    { numRuns: 1000 },
  )
})
