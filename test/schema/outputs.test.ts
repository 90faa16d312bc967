/** The published schemas hold for every frame of every sample, and do not hold for what is damaged. */
import { readFileSync } from 'node:fs'
import { MemoryOutput, run as runCommand } from '@dmvpn/cli'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { departure, type Schema } from './json-schema.ts'

async function output(file: string, words: readonly string[]): Promise<string> {
  const out = new MemoryOutput()
  const io = { out, err: () => {}, stdin: nothing(), env: {}, isTTY: false }
  expect(await runCommand(['dissect', file, ...words], io)).toBe(0)
  return out.text
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function schema(name: string): Schema {
  const url = new URL(`../../packages/dissect/schema/${name}.schema.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Schema
}

const files = [...captureFiles(), ...captureFiles('vectors')]

describe('published schemas', () => {
  test.each([
    ['json', ['-T', 'json', '-x']],
    ['json', ['-T', 'jsonraw']],
  ])('%s validates %j of every sample', async (name, words) => {
    const published = schema(name)
    for (const file of files) {
      expect([file, departure(JSON.parse(await output(file, words)), published)]).toEqual([file, undefined])
    }
  })

  test.each([
    ['ek', ['-T', 'ek', '-x']],
    ['packets', ['--packets']],
  ])('%s validates every line of %j of every sample', async (name, words) => {
    const published = schema(name)
    for (const file of files) {
      for (const line of (await output(file, words)).trimEnd().split('\n')) {
        expect([file, departure(JSON.parse(line), published)]).toEqual([file, undefined])
      }
    }
  })

  test('they refuse what is not so', async () => {
    const [frame] = JSON.parse(await output(files[0]!, ['-T', 'json', '-c', '1'])) as [Record<string, unknown>]
    const layers = (frame['_source'] as { layers: Record<string, Record<string, unknown>> }).layers
    expect(departure([frame], schema('json'))).toBeUndefined()
    layers['frame']!['frame.number'] = 'one'
    expect(departure([frame], schema('json'))).toContain('frame.number is "one"')
    expect(departure([{ ...frame, _type: 'other' }], schema('json'))).toContain('_type')
    expect(departure({ timestamp: '1', layers: { nhrp: { nhrp_nhrp_hopcnt: '1' } } }, schema('ek'))).toContain(
      'nhrp_nhrp_hopcnt',
    )
  })
})
