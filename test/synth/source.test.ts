/** Recipes know manners, not labs: no address and no size of the articles stands in their source. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))

function sources(folder: string, wanted: RegExp): readonly (readonly [string, string])[] {
  return readdirSync(packages + folder, { recursive: true, encoding: 'utf8' })
    .filter(name => wanted.test(name) && !name.endsWith('.test.ts'))
    .map(name => [`${folder}/${name}`, readFileSync(`${packages}${folder}/${name}`, 'utf8')] as const)
}

const files = [...sources('synth/src', /\.ts$/), ...sources('cli/src/commands', /^synth.*\.ts$/)]

test.each(files)('%s', (_name, text) => {
  expect(text).not.toMatch(/\b10\.0\.\d|\b150\.1\.|\b0x0?a0000|\b0x9601/i)
  expect(text).not.toMatch(/\b(73|81|101|109|129)\b/)
})

test('there is source to look at', () => {
  expect(files.length).toBeGreaterThan(20)
})
