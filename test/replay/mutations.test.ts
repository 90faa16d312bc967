import { describe, expect, test } from 'vitest'
import { judgeFrames } from './judge-capture.ts'
import { mutated, mutations } from './mutations.ts'
import { sceneOf } from './scenes.ts'

test('there are at least 60, of different kinds', () => {
  expect(mutations.length).toBeGreaterThanOrEqual(60)
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length)
  expect(new Set(mutations.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(60)
})

describe('a single change', () => {
  test.each(mutations.map(each => [each.name, each.rule, each] as const))(
    '%s is caught by %s',
    async (_, rule, mutation) => {
      const { frames, keyText } = await sceneOf(mutation.scene)
      const changed = mutated(frames, mutation)
      const { verdicts } = judgeFrames(changed.frames, keyText === '' ? {} : { keyText })
      const failed = verdicts.filter(each => each.rule === rule && each.verdict === 'fail')
      const found = failed.map(each => each.frames[0])
      expect(found, JSON.stringify(verdicts.filter(each => each.verdict !== 'pass').slice(0, 12))).toContain(
        changed.about,
      )
    },
  )
})
