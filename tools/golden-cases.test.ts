import { expect, it } from 'vitest'
import { goldenCases } from './golden-cases.ts'

it('reads a name and its words, quoted or not, and passes over comments', () => {
  const text = "# trees\n\na.tree.txt dissect a.pcap -Y 'ip.src == 10.0.0.1' -V\n"
  expect(goldenCases(text)).toEqual([
    { name: 'a.tree.txt', words: ['dissect', 'a.pcap', '-Y', 'ip.src == 10.0.0.1', '-V'] },
  ])
})

it('refuses a name without a command', () => {
  expect(() => goldenCases('a.tree.txt\n')).toThrow('no command')
})
