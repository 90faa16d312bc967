/** The command as it is built: kept code, stacks, and what importers get. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as cli from '@dmvpn/cli'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

const built = fileURLToPath(new URL('../../packages/cli/', import.meta.url))
const sample = fileURLToPath(new URL('../../samples/captures/02a-phase3-auth-frr10.hub-link.pcap', import.meta.url))
const program = join(built, 'bin/dmvpn.js')
const folders: string[] = []
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dmvpn-bundle-'))
  folders.push(folder)
})

afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true })
})

function node(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { NODE_DISABLE_COMPILE_CACHE: _, NODE_V8_COVERAGE: __, ...usual } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...usual, NODE_COMPILE_CACHE: folder, ...env },
  })
  expect([status, stderr]).toEqual([0, ''])
  return stdout
}

/** The files below the folder, and when they were written. */
function written(): readonly (readonly [string, number])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile())
    .map(({ parentPath, name }) => [name, statSync(join(parentPath, name)).mtimeMs] as const)
}

/** A capture of so many packets that a first pass over it is worth settings of the engine. */
function many(): string {
  const other = mkdtempSync(join(tmpdir(), 'dmvpn-bundle-'))
  folders.push(other)
  const file = join(other, 'many.pcap')
  const bytes = readFileSync(sample)
  writeFileSync(file, Buffer.concat([bytes, ...Array.from({ length: 9 }, () => bytes.subarray(24))]))
  return file
}

describe('what was compiled', () => {
  test('is kept for the next run, which prints the same', () => {
    const first = node([program, 'dissect', sample])
    const before = written()
    expect(before.length).toBeGreaterThan(0)
    expect(node([program, 'dissect', sample])).toBe(first)
    expect(written()).toEqual(before)
    expect(node([program, 'dissect', sample], { NODE_DISABLE_COMPILE_CACHE: '1' })).toBe(first)
  })

  test('is good also where the heap was kept small meanwhile', () => {
    const words = [program, 'dissect', '-T', 'fields', '-e', 'nhrp.response_in', many()]
    const first = node(words)
    const before = written()
    expect(node(words)).toBe(first)
    expect(written()).toEqual(before)
  })

  test('serves other commands, too', () => {
    node([program, 'dissect', sample])
    const text = node([program, 'stats', sample, '--nhrp'])
    expect(node([program, 'stats', sample, '--nhrp'])).toBe(text)
    expect(text).toContain('NHRP: 73 messages')
  })

  test('is not kept where nobody wants it', () => {
    node([program, 'dissect', sample], { NODE_DISABLE_COMPILE_CACHE: '1' })
    node([program, '--version'])
    expect(written()).toEqual([])
  })
})

test('threads of a command that reads twice begin with a young generation of 4 MiB, and with no more', () => {
  const file = many()
  const probe = join(file, '../probe.cjs')
  // The first thread goes on when the other has said what it has: it would be done before.
  writeFileSync(
    probe,
    `const fs = require('node:fs')
    const threads = require('node:worker_threads')
    const seen = __filename + '.seen'
    if (threads.isMainThread) {
      const nobody = new Int32Array(new SharedArrayBuffer(4))
      threads.Worker = class extends threads.Worker {
        constructor(...words) {
          super(...words)
          for (let left = 3000; left > 0 && !fs.existsSync(seen); left--) Atomics.wait(nobody, 0, 0, 10)
        }
      }
    } else {
      const young = require('node:v8').getHeapSpaceStatistics().find(space => space.space_name === 'new_space')
      const octets = young.space_used_size + young.space_available_size
      fs.writeFileSync(seen, Math.round(octets / (1 << 20)) + ' of ' + threads.resourceLimits.maxYoungGenerationSizeMb / 3)
    }`,
  )
  const shown = ['-T', 'fields', '-e', 'nhrp.response_in', '--workers', '2']
  node(['-r', probe, program, 'dissect', ...shown, file])
  expect(readFileSync(`${probe}.seen`, 'utf8')).toBe('4 of 4')
})

test('stacks name the sources', () => {
  const broken = `require(${JSON.stringify(join(built, 'dist/chunks/index.cjs'))})
    .run(['dissect', ${JSON.stringify(sample)}], { out: {}, err() {}, env: {}, isTTY: false })
    .catch(error => console.log(error.stack))`
  const stack = node(['--enable-source-maps', '-e', broken])
  for (const file of ['dissect/src/summary.ts', 'cli/src/commands/dissect-run.ts', 'cli/src/commands/records.ts']) {
    expect(stack).toMatch(new RegExp(`packages/${file}:\\d+:\\d+`))
  }
})

test('importers get what the sources export', () => {
  const index = JSON.stringify(new URL('../../packages/cli/dist/index.js', import.meta.url))
  const names = node(['--input-type=module', '-e', `console.log(Object.keys(await import(${index})).join(' '))`])
  expect(names.trim()).toBe(Object.keys(cli).sort().join(' '))
})
