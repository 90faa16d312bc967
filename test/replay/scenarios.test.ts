import { describe, expect, test } from 'vitest'
import { judgeFrames } from './judge-capture.ts'
import { sceneNames, sceneOf } from './scenes.ts'

/**
 * What is found in `lossy`, where a tenth of all packets is lost, and why it is right: an answer that was seen in the
 * middle of the cloud and lost behind it is asked for again (N84); a hello that was lost before the middle was not sent
 * there (N71).
 */
const explained: Readonly<Record<string, readonly string[]>> = { lossy: ['N71', 'N84', 'N84', 'N84'] }

describe('what the simulator plays', () => {
  test.each(sceneNames)('%s has no failure, and nothing that cannot be judged', async name => {
    const { frames, keyText } = await sceneOf(name)
    const { verdicts } = judgeFrames(frames, keyText === '' ? {} : { keyText })
    const failed = verdicts.filter(({ verdict }) => verdict === 'fail')
    expect(failed.map(({ rule }) => rule).sort(), JSON.stringify(failed)).toEqual(explained[name] ?? [])
    expect(verdicts.filter(({ verdict }) => verdict === 'cannot-judge')).toEqual([])
    expect(verdicts.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(50)
  })
})
