/** The command as it is built: kept code, stacks, and what importers get. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
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

describe('what was compiled', () => {
  test('is kept for the next run, which prints the same', () => {
    const first = node([program, 'dissect', sample])
    const before = written()
    expect(before.length).toBeGreaterThan(0)
    expect(node([program, 'dissect', sample])).toBe(first)
    expect(written()).toEqual(before)
    expect(node([program, 'dissect', sample], { NODE_DISABLE_COMPILE_CACHE: '1' })).toBe(first)
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
