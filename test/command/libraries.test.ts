/** The libraries as they are built: the one module that Node takes, and the many that bundlers take. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Manifest {
  readonly exports?: Readonly<Record<string, { readonly module?: string; readonly default?: string }>>
}

const packages = new URL('../../packages/', import.meta.url)
const bundled = readdirSync(packages).flatMap(name => {
  if (name.includes('.')) return []
  const { exports } = JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), 'utf8')) as Manifest
  const entry = exports?.['.']
  return entry?.default === './dist/bundle.js' ? [{ name, ...entry }] : []
})

test('both export the same', () => {
  const source = `
    const kinds = async path => {
      const exported = await import(new URL(path, ${JSON.stringify(packages.href)}).href)
      return Object.keys(exported).toSorted().map(key => key + ' ' + typeof exported[key])
    }
    const found = []
    for (const { name, module, default: one } of ${JSON.stringify(bundled)}) {
      found.push([name, await kinds(name + '/' + module), await kinds(name + '/' + one)])
    }
    console.log(JSON.stringify(found))`
  // Not by vitest's own loader, which takes a minute for as many files.
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' })
  expect(stderr).toBe('')
  const found = JSON.parse(stdout) as readonly (readonly [string, readonly string[], readonly string[]])[]
  expect(found.length).toBeGreaterThan(8)
  for (const [name, many, one] of found) expect([name, ...one]).toEqual([name, ...many])
})
