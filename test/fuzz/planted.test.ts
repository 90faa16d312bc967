/** Planted bugs, each behind four dependent conditions: found by the guided search, missed by noise, shrunk to their cause. */
import { readFileSync } from 'node:fs'
import { fieldOf, fuzzSelf, seedsOfCapture } from '@dmvpn/fuzz'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'

const seeds = captureFiles('vectors').flatMap(file => seedsOfCapture(new Uint8Array(readFileSync(file))))
// The threads run what was built.
const url = new URL('../../packages/fuzz/dist/planted.test.data.js', import.meta.url).href
/** Which seeds find them within it depends on how our code branches; those below are quick ones. */
const budget = 60_000

describe.each([
  ['the subaddress of an entry begins one octet early', 'judgeSubaddress', 'fidelity', 'nhrp.client.nbma.saddr', 3],
  ['a length is not masked', 'judgeMask', 'no exception', 'nhrp.hdr.shtl', 2],
  ['the odd octet of a checksum is taken for a low half', 'judgeChecksum', 'truth', 'nhrp.hdr.chksum', 4],
])('%s', (_, name, law, field, seed) => {
  const target = { url, name }

  test('the guided search finds it, and at most three facts differ from a valid frame', async () => {
    const report = await fuzzSelf({ runs: budget, seed, seeds, target, focus: ['nhrp/'], mostFindings: 1 })
    expect(report.found).toHaveLength(1)
    const [finding] = report.found as [(typeof report.found)[number]]
    expect([finding.broken.law, fieldOf(finding)]).toEqual([law, field])
    expect(finding.minimal.changed.length).toBeLessThanOrEqual(3)
  }, 300_000)

  test('noise misses it within the same budget', async () => {
    const report = await fuzzSelf({ runs: budget, seed, seeds, target, strategy: 'noise', mostFindings: 1 })
    expect(report).toMatchObject({ runs: budget, found: [] })
  }, 300_000)
})
