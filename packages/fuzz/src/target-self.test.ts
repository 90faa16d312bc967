import { dmvpn, gre, nhrp, stack } from '@dmvpn/protocols'
import { expect, test } from 'vitest'
import { builtInSeeds } from './corpus.ts'
import { minimise } from './minimise.ts'
import { judgeChecksum, judgeMask, judgeSubaddress } from './planted.test.data.ts'
import { judge, lawsOf } from './target-self.ts'

const seeds = builtInSeeds()

test('the laws hold for the built-in frames, and for those cut short', () => {
  for (const { bytes, linkType } of seeds) {
    for (let length = 0; length <= bytes.length; length += 3) {
      expect(judge({ bytes: bytes.subarray(0, length), linkType })).toBeUndefined()
    }
  }
})

test('a protocol that forgets a bit breaks fidelity, and the field is named', () => {
  const forgetful = { ...gre, walk: (c: Parameters<typeof gre.walk>[0]) => ({ ...gre.walk(c), recursion: 0 }) }
  const broken = lawsOf(stack(dmvpn.protocols.map(each => (each === gre ? forgetful : each))))
  const input = { ...seeds[0]!, bytes: seeds[0]!.bytes.slice() }
  input.bytes[20] = input.bytes[20]! | 1
  expect(broken(input)).toMatchObject({ law: 'fidelity', field: 'gre.flags.recursion_control' })
})

test('a protocol that throws breaks its word', () => {
  const throwing = {
    ...nhrp,
    walk(): never {
      throw new RangeError('no')
    },
  }
  const broken = lawsOf(stack(dmvpn.protocols.map(each => (each === nhrp ? throwing : each))))
  expect(broken(seeds[0]!)).toMatchObject({ law: 'no exception' })
})

test('the planted bugs are not met by valid frames', () => {
  for (const planted of [judgeSubaddress, judgeMask, judgeChecksum]) {
    for (const seed of seeds) expect(planted(seed)).toBeUndefined()
  }
})

test('a case is shrunk to what the law needs', async () => {
  const wide = lawsOf(dmvpn)
  const hopCount = (input: (typeof seeds)[number]) => {
    const packet = dmvpn.decode(input.bytes, input.linkType).find(nhrp)
    return packet?.hopCount === 77 ? { law: 'planted', field: 'nhrp.hdr.hopcnt', detail: '' } : wide(input)
  }
  const bytes = seeds[1]!.bytes.slice()
  bytes[28 + 9] = 77
  bytes.set([9, 9, 9, 9], 28 + 24)
  const minimal = await minimise({ bytes, linkType: 228 }, 'planted', hopCount, seeds)
  expect(minimal.changed).toEqual([{ fact: 'nhrp.hopCount', from: 255, to: 77 }])
  expect(minimal.input.bytes.length).toBeLessThan(bytes.length)
  expect(hopCount(minimal.base)).toBeUndefined()
})
