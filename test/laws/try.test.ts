import { dissect, recordOf, type TreeNode } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { test } from 'vitest'
import { sampleFrames } from '../samples.ts'
test('notes', () => {
  const found = new Map<string, string[]>()
  for (const { name, bytes, linkType, originalLength, fcsLength } of sampleFrames()) {
    const visit = (nodes: readonly TreeNode[]): void => { for (const n of nodes) { if (n.kind === 'note') found.set(n.title, [...(found.get(n.title) ?? []), name]); visit(n.children) } }
    visit(dissect(dmvpn, recordOf(bytes, linkType, { originalLength, fcsLength })).tree)
  }
  console.log([...found].map(([t, n]) => `${t} ${n.length}: ${n.slice(0, 4)}`).join('\n'))
})
