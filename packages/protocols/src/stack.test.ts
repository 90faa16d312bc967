import { expect, test } from 'vitest'
import { data } from './data.ts'
import { dmvpn } from './index.ts'
import { type AnyProtocol, protocol } from './protocol.ts'
import { stack } from './stack.ts'

test('answers that are kept are those of the table that is asked, however many layers are below', () => {
  const named = (name: string, table: string): AnyProtocol =>
    protocol({ ...data, name, over: [0, 1, 0x101, 0x0800].map(key => ({ table, key })) })
  const [first, second] = [named('first', 'a'), named('second', 'b')]
  const asked = stack([first, second])
  for (const below of [0, 1, 2, 32, 63]) {
    for (const key of [0, 1, 0x101, 0x0800, 1]) {
      expect(asked.next('a', key, below)).toBe(first)
      expect(asked.next('b', key, below)).toBe(second)
      expect(asked.next('c', key, below)).toBeUndefined()
    }
  }
})

test('every edge of the project leads to its protocol', () => {
  for (const each of dmvpn.protocols) {
    for (const { table, key } of each.over) expect(dmvpn.next(table, key, key % 64)).toBe(each)
  }
})
