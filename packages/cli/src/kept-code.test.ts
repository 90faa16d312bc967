import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { KeptCode } from './kept-code.ts'

const three = "module.exports = { three: require('./one.cjs').one + 2, seen: new Error('') }"
const made: string[] = []
let scripts = ''
let base = ''

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmvpn-kept-'))
  made.push(folder)
  return folder
}

beforeEach(() => {
  scripts = newFolder()
  base = newFolder()
  writeFileSync(join(scripts, 'three.cjs'), three)
  writeFileSync(join(scripts, 'one.cjs'), 'module.exports = { one: 1 }')
})

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

const require = createRequire(import.meta.url)
const kept = (digest = 'a'): KeptCode => new KeptCode(scripts, digest, require, base)

/** Runs the scripts and keeps their code. */
function once(digest?: string): unknown {
  const code = kept(digest)
  const exports = code.load('./three.cjs') as { readonly three: number }
  code.keep()
  return exports.three
}

const place = (): string => join(base, readdirSync(base)[0]!)
const file = (): string => join(place(), readdirSync(place()).find(name => name.endsWith('.code'))!)
/** Another where the file was written anew. */
const writing = (): number => statSync(file()).ino

describe('code that is kept', () => {
  test('is written once, for the user alone, and is read again', () => {
    expect(once()).toBe(3)
    const before = writing()
    expect([statSync(place()).mode & 0o777, statSync(file()).mode & 0o777]).toEqual([0o700, 0o600])
    expect(once()).toBe(3)
    expect(readdirSync(place())).toHaveLength(1)
    expect(writing()).toBe(before)
  })

  test('is that of the scripts that were loaded, and of those before', () => {
    const first = kept()
    first.load('./one.cjs')
    first.keep()
    const before = writing()
    once()
    const between = writing()
    expect(between).not.toBe(before)
    once()
    expect(writing()).toBe(between)
  })

  test.each([
    ['another build', () => once('b')],
    ['a file that was cut', () => truncateSync(file(), statSync(file()).size - 1)],
    ['a file that is no index', () => truncateSync(file(), 3)],
    ['a script that was changed', () => writeFileSync(join(scripts, 'one.cjs'), 'module.exports = { one: 1  }')],
    ['a file that others may read', () => chmodSync(file(), 0o644)],
  ])('is replaced after %s', (_, happens) => {
    once()
    happens()
    const before = writing()
    expect(once()).toBe(3)
    const after = writing()
    expect(after).not.toBe(before)
    once()
    expect(writing()).toBe(after)
  })

  test('is compiled anew where an octet of it has changed, wherever it stands', () => {
    once()
    const whole = readFileSync(file())
    for (const at of [whole.length - 1, whole.length - 200, Math.floor(whole.length / 2)]) {
      const damaged = Uint8Array.from(whole)
      damaged[at]! ^= 0x10
      writeFileSync(file(), damaged)
      const before = writing()
      expect(once()).toBe(3)
      expect(writing()).not.toBe(before)
      expect(Buffer.compare(readFileSync(file()), damaged)).not.toBe(0)
    }
  })

  test('is neither read nor written where others may write', () => {
    once()
    chmodSync(place(), 0o770)
    const before = writing()
    writeFileSync(join(scripts, 'one.cjs'), 'module.exports = { one: 100 }')
    expect(once()).toBe(102)
    expect(writing()).toBe(before)
  })

  test.each(['/proc/none', '/proc/none/none', '/dev/null'])('is not missed where there is no folder %j', nowhere => {
    const code = new KeptCode(scripts, 'a', require, nowhere)
    expect(code.load('./three.cjs')).toHaveProperty('three', 3)
    expect(() => code.keep()).not.toThrow()
  })

  test('makes the folder it is to be in', () => {
    base = join(base, 'new')
    once()
    expect(statSync(file()).size).toBeGreaterThan(0)
  })

  test('is that of the installations used last', () => {
    once()
    const names = Array.from({ length: 20 }, (_, index) => `old-${String(index).padStart(2, '0')}`)
    for (const [index, name] of names.entries()) {
      writeFileSync(join(place(), name), '')
      utimesSync(join(place(), name), index + 1, index + 1)
    }
    rmSync(file())
    once()
    expect(
      readdirSync(place())
        .filter(name => name.startsWith('old'))
        .toSorted(),
    ).toEqual(names.slice(-7))
  })

  test('is not what a link leads to', () => {
    once()
    const real = newFolder()
    rmSync(place(), { recursive: true })
    symlinkSync(real, join(base, `dmvpn-${process.getuid!()}`))
    expect(once()).toBe(3)
    expect(readdirSync(real)).toEqual([])
  })
})

describe('scripts', () => {
  test('stand in stacks where they are in their files', () => {
    const { seen } = kept().load('./three.cjs') as { readonly seen: Error }
    expect(seen.stack).toContain(`${join(scripts, 'three.cjs')}:1:${three.indexOf('new Error') + 1}\n`)
  })

  test('are run once', () => {
    const code = kept()
    expect(code.load('./one.cjs')).toBe(code.load('./one.cjs'))
  })

  test('import modules, and require what is no script', async () => {
    writeFileSync(join(scripts, 'join.cjs'), "module.exports = [require('node:path'), module.import('node:path')]")
    const [path, imported] = kept().load('./join.cjs') as [unknown, Promise<unknown>]
    expect(path).toBe(require('node:path'))
    expect(await imported).toHaveProperty('default', path)
  })
})
