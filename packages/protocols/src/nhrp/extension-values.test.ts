import { Writer } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { extensionValues } from './extension-values.ts'
import { extensions as allExtensions } from './extensions/all.ts'
import type { Extension } from './extensions/extension.ts'
import { extension } from './extensions/extension.ts'
import { unrecognised } from './extensions/unrecognised.ts'

const codecs = [...allExtensions, unrecognised]

test.each([{ interpreted: false }, { interpreted: true }])('each value is that of its own codec: %j', options => {
  const values = extensionValues(codecs, options)
  for (const codec of [...codecs, ...codecs.toReversed()]) {
    const one = { ...codec.defaults, type: 99 } as Extension
    const size = codec.size(one)
    const [own, ours] = [new Writer(size), new Writer(size)]
    codec.write(own, one)
    expect(values.size(one)).toBe(size)
    expect(values.write(ours, one)).toBe(codec === unrecognised ? 99 : codec.type)
    expect(ours.bytes).toEqual(own.bytes)
    expect(ours.at).toBe(size)
  }
})

test.each([{ interpreted: false }, { interpreted: true }])('a kind nobody knows is refused: %j', options => {
  const values = extensionValues(codecs, options)
  for (const kind of ['', 'End', 'toString', undefined, 7]) {
    const odd = { kind } as unknown as Extension
    expect(() => values.size(odd)).toThrow(`no extension is called ${String(kind)}`)
    expect(() => values.write(new Writer(0), odd)).toThrow(RangeError)
  }
})

test.each([{ interpreted: false }, { interpreted: true }])(
  'of two codecs for one kind the first counts: %j',
  options => {
    const end = extension({ ...unrecognised, kind: 'end', type: 5, size: () => 17 })
    expect(extensionValues([end, ...codecs], options).size({ kind: 'end' } as Extension)).toBe(17)
  },
)
