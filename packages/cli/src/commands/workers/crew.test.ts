/** What becomes of a command whose threads go wrong. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Io } from '../../io.ts'
import { MemoryOutput } from '../../output.ts'
import { run } from '../../program.ts'

const sample = fileURLToPath(
  new URL('../../../../../samples/captures/02a-phase3-auth-frr10.hub-link.pcap', import.meta.url),
)
let folder = ''
let capture = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dmvpn-crew-'))
  capture = join(folder, 'many.pcap')
  const bytes = readFileSync(sample)
  writeFileSync(capture, Buffer.concat([bytes, ...Array.from({ length: 60 }, () => bytes.subarray(24))]))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs with a thread that does this; `slots` is the memory that is shared. */
async function commanded(words: readonly string[], script?: string) {
  const worker = script === undefined ? undefined : join(folder, 'worker.cjs')
  const head = `const { workerData } = require('node:worker_threads'); const slots = new Int32Array(workerData.memory);`
  if (worker !== undefined) writeFileSync(worker, `${head}${script}`)
  const out = new MemoryOutput()
  const errors: string[] = []
  const io: Io = { out, err: line => errors.push(line), stdin: nobody(), env: {}, isTTY: false, worker }
  const code = await run(['dissect', ...words, capture], io)
  return { code, text: out.text, said: errors.join('\n') }
}

async function* nobody(): AsyncGenerator<Uint8Array> {}

test('one that does nothing, or fails before it began, is not missed', async () => {
  const one = await commanded([])
  expect(one.text.split('\n')).toHaveLength(61 * 109 + 1)
  expect(await commanded(['--workers', '2'], '')).toEqual(one)
  expect(await commanded(['--workers', '3'], 'throw new Error("no memory")')).toEqual(one)
})

test('one that fails with something to print in its hands ends the command', async () => {
  const script = `
    for (let next = -1; Atomics.compareExchange(slots, 0, next, next + 1) !== next; ) next = Atomics.load(slots, 0)
    throw new Error('no memory')`
  // So much that it has begun long before the end.
  const others = Array<string>(20).fill(capture)
  await expect(commanded(['-V', '--workers', '2', ...others], script)).rejects.toThrow('no memory')
})

test('a file that grows meanwhile ends where it ended, in both passes', async () => {
  const growing = join(folder, 'growing.pcap')
  writeFileSync(growing, readFileSync(capture))
  const { size } = statSync(growing)
  const words = ['-T', 'json', '-2', '-e', 'frame.number', ...Array<string>(20).fill(growing)]
  const one = await commanded(words)
  const script = `
    const { appendFileSync, readFileSync } = require('node:fs')
    const [file] = workerData.files
    appendFileSync(file, readFileSync(file).subarray(24))`
  expect(await commanded(['--workers', '2', ...words], script)).toEqual(one)
  expect(statSync(growing).size).toBeGreaterThan(size)
})

test('where there are none, one does it all and says so', async () => {
  const one = await commanded([])
  const said = 'dmvpn: one worker prints all: there is nothing here that others could run'
  expect(await commanded(['--workers', '2'])).toEqual({ ...one, said })
  expect(await commanded(['--workers', '1'])).toEqual(one)
})
