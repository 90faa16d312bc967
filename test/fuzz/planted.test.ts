/** Planted bugs, each behind four dependent conditions: found by the guided search, missed by noise, shrunk to their cause. */
import { readFileSync } from 'node:fs'
import { fieldOf, fuzzSelf, seedsOfCapture } from '@dmvpn/fuzz'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'

const seeds = captureFiles('vectors').flatMap(file => seedsOfCapture(new Uint8Array(readFileSync(file))))
// The threads run what was built.
const url = new URL('../../packages/fuzz/dist/planted.test.data.js', import.meta.url).href
/** Which seeds find a bug within it depends on how our code branches: one of a few does. */
const budget = 60_000
const dice = [1, 2, 3, 4, 5, 6]

describe.each([
  ['the subaddress of an entry begins one octet early', 'judgeSubaddress', 'fidelity', 'nhrp.client.nbma.saddr'],
  ['a length is not masked', 'judgeMask', 'no exception', 'nhrp.hdr.shtl'],
  ['the odd octet of a checksum is taken for a low half', 'judgeChecksum', 'truth', 'nhrp.hdr.chksum'],
])('%s', (_, name, law, field) => {
  const target = { url, name }

  test('the guided search finds it, shrunk to at most three facts, and noise with the same seed does not', async () => {
    for (const seed of dice) {
      const report = await fuzzSelf({ runs: budget, seed, seeds, target, focus: ['nhrp/'], mostFindings: 1 })
      const [finding] = report.found
      if (finding === undefined) continue
      expect([finding.broken.law, fieldOf(finding)]).toEqual([law, field])
      expect(finding.minimal.changed.length).toBeLessThanOrEqual(3)
      const noise = await fuzzSelf({ runs: budget, seed, seeds, target, strategy: 'noise', mostFindings: 1 })
      expect(noise).toMatchObject({ runs: budget, found: [] })
      return
    }
    expect.fail(`none of ${dice.length} searches finds it`)
  }, 600_000)
})
