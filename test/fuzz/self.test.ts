/** A short guided campaign against ourselves; a stopped one goes on; what hangs, takes all memory or leaves is found from outside. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fuzzSelf, wholeFile } from '@dmvpn/fuzz'
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
  const report = await fuzzSelf({ runs: 1500, seed: 1, focus: ['nhrp/', 'gre/'] })
  expect(report.found.map(({ broken }) => broken)).toEqual([])
  expect(report.counters).toBeGreaterThan(100)
  expect(report.reached).toBeGreaterThan(50)
  expect(report.kept).toBeGreaterThan(0)
}, 120_000)

test('one that is stopped before it began is over at once', async () => {
  const out = join(folder, 'at-once')
  const report = await fuzzSelf({ runs: 10, seed: 1, out, signal: AbortSignal.abort() })
  expect([report.runs, existsSync(join(out, 'state.json'))]).toEqual([0, true])
})

/** A judge of our own as a module: the searching thread loads it by its address. */
function judging(name: string, body: string): { readonly url: string; readonly name: string } {
  const module = join(folder, `${name}.mjs`)
  writeFileSync(module, `export function judge({ bytes }) { ${body} }\n`)
  return { url: pathToFileURL(module).href, name: 'judge' }
}

test('a capture file that breaks a law is shrunk and written as it is', async () => {
  const out = join(folder, 'files')
  const broken = "{ law: 'planted', field: '', detail: '' }"
  const target = judging('version', `if (bytes[0] === 10 && bytes[12] === 8 && bytes.length > 40) return ${broken}`)
  const options = { seed: 1, out, target, input: 'files', strategy: 'structured', mostFindings: 1 } as const
  const report = await fuzzSelf({ ...options, runs: 20_000 })
  expect(report.found).toHaveLength(1)
  const [{ minimal }] = report.found as [(typeof report.found)[number]]
  expect([minimal.input.bytes.length, minimal.input.linkType]).toEqual([41, wholeFile])
  const [name] = readdirSync(join(out, 'findings')).filter(each => each.endsWith('.pcap'))
  expect(new Uint8Array(readFileSync(join(out, 'findings', name!)))).toEqual(minimal.input.bytes)
}, 60_000)

test('a case that takes all memory ends the campaign, and is written down', async () => {
  const target = judging('hungry', 'const all = []; for (;;) all.push([bytes])')
  const out = join(folder, 'hungry')
  const report = await fuzzSelf({ runs: 10, seed: 1, out, target, strategy: 'structured', mebibytes: 64 })
  expect(report.found).toMatchObject([{ broken: { law: 'memory' } }])
  expect(existsSync(join(out, 'state.json'))).toBe(true)
}, 60_000)

test('a case that does not come back ends the campaign, and is written down', async () => {
  const target = judging('hanging', 'for (;;);')
  const out = join(folder, 'hanging')
  const report = await fuzzSelf({ runs: 10, seed: 1, out, target, strategy: 'structured', patience: 1 })
  expect(report.found).toMatchObject([{ broken: { law: 'no hang' } }])
  expect(existsSync(join(out, 'findings'))).toBe(true)
}, 60_000)

test('a case that ends the process ends the campaign, and is written down', async () => {
  const target = judging('leaving', 'process.exit(7)')
  const out = join(folder, 'leaving')
  const report = await fuzzSelf({ runs: 10, seed: 1, out, target, strategy: 'structured' })
  expect(report.found).toMatchObject([{ broken: { law: 'no crash', detail: 'ended the process: exit code 7' } }])
}, 60_000)

test('a target that cannot be loaded is refused', async () => {
  const target = { ...judging('nameless', ''), name: 'unknown' }
  await expect(fuzzSelf({ runs: 10, seed: 1, target })).rejects.toThrow('exports no function unknown')
}, 60_000)
