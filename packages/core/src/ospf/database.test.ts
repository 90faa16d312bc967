import type { OspfLsaHeader } from '@dmvpn/protocols'
import { expect, test } from 'vitest'
import { compareInstances } from './database.ts'

const base: OspfLsaHeader = {
  age: 10,
  doNotAge: false,
  options: 2,
  type: 1,
  id: 1,
  advertisingRouter: 1,
  sequence: 0x80000005,
  checksum: 0x1234,
  length: 36,
}

// RFC 2328 §13.1, rule by rule: `one` is the more recent.
test.each<readonly [string, Partial<OspfLsaHeader>, Partial<OspfLsaHeader>]>([
  ['the greater sequence number', { sequence: 0x80000006 }, { sequence: 0x80000005 }],
  ['numbers are signed: 0x00000001 is behind 0xffffffff', { sequence: 1 }, { sequence: 0xffffffff }],
  ['the last number of all', { sequence: 0x7fffffff }, { sequence: 0x80000001 }],
  ['the number comes before the age', { sequence: 0x80000006, age: 3600 }, { age: 0 }],
  ['then the greater checksum', { checksum: 0x1235 }, {}],
  ['then the one that is to be forgotten', { age: 3600 }, { age: 3599 }],
  ['then the younger, by more than fifteen minutes', { age: 0 }, { age: 901 }],
])('%s', (_, one, other) => {
  expect(compareInstances({ ...base, ...one }, { ...base, ...other })).toBeGreaterThan(0)
  expect(compareInstances({ ...base, ...other }, { ...base, ...one })).toBeLessThan(0)
})

test('ages closer than that are the same instance', () => {
  expect(compareInstances({ ...base, age: 0 }, { ...base, age: 900 })).toBe(0)
})
