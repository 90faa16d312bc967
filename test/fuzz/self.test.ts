/** A short guided campaign against ourselves; a stopped one goes on; a case that hangs is found from outside. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fuzzSelf } from '@dmvpn/fuzz'
import { afterAll, beforeAll, expect, test } from 'vitest'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dmvpn-self-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('a stopped campaign keeps its state and goes on to its end', async () => {
  const out = join(folder, 'campaign')
  const stop = new AbortController()
  const options = { seed: 5, out, strategy: 'structured' } as const
  const half = await fuzzSelf({ ...options, runs: 1_000_000, signal: stop.signal, onProgress: () => stop.abort() })
  expect(half.found).toEqual([])
  expect(half.runs).toBeLessThan(1_000_000)
  const state = JSON.parse(readFileSync(join(out, 'state.json'), 'utf8')) as { readonly runs: number }
  expect(state.runs).toBe(half.runs)
  const rest = await fuzzSelf({ ...options, runs: half.runs + 500 })
  expect(rest).toMatchObject({ runs: half.runs + 500, found: [] })
}, 120_000)

test('a guided campaign reaches more than it began with, and finds nothing', async () => {
  const report = await fuzzSelf({ runs: 3000, seed: 1, focus: ['nhrp/', 'gre/'] })
  expect(report.found.map(({ broken }) => broken)).toEqual([])
  expect(report.counters).toBeGreaterThan(100)
  expect(report.reached).toBeGreaterThan(50)
  expect(report.kept).toBeGreaterThan(0)
}, 120_000)

test('a case that does not come back ends the campaign, and is written down', async () => {
  const module = join(folder, 'hanging.mjs')
  writeFileSync(module, 'export function judge() { for (;;); }\n')
  const out = join(folder, 'hanging')
  const target = { url: pathToFileURL(module).href, name: 'judge' }
  const report = await fuzzSelf({ runs: 10, seed: 1, out, target, strategy: 'structured', patience: 1 })
  expect(report.found).toMatchObject([{ broken: { law: 'no hang' } }])
  expect(existsSync(join(out, 'findings'))).toBe(true)
}, 60_000)
