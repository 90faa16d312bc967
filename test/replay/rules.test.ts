import { rules } from '@dmvpn/replay'
import { describe, expect, test } from 'vitest'
import { judgeFrames } from './judge-capture.ts'
import { ruleCases } from './rule-cases.ts'

test('every rule has a capture that keeps it and one that breaks it', () => {
  expect(ruleCases.map(({ rule }) => rule).sort()).toEqual(rules.map(({ id }) => id).sort())
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
})

describe('every rule', () => {
  test.each(ruleCases.map(each => [each.rule, each] as const))('%s passes what keeps it', (rule, { keeps, how }) => {
    const { judge, verdicts } = judgeFrames(keeps, { complete: true, ...how })
    expect(verdicts.filter(each => each.rule === rule && each.verdict === 'fail')).toEqual([])
    expect(judge.counts[rule]?.pass).toBeGreaterThan(0)
  })

  test.each(ruleCases.map(each => [each.rule, each] as const))(
    '%s fails what breaks it',
    (rule, { breaks, how, at }) => {
      const { verdicts } = judgeFrames(breaks, { complete: true, ...how })
      const failed = verdicts.filter(each => each.rule === rule && each.verdict === 'fail')
      expect(failed[0]?.frames[0], JSON.stringify(verdicts.filter(each => each.rule === rule))).toBe(at)
    },
  )
})
