/** The published schemas hold for every frame of every sample, and do not hold for what is damaged. */
import { readFileSync } from 'node:fs'
import { MemoryOutput, run as runCommand } from '@dmvpn/cli'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { departure, type Schema } from './json-schema.ts'

async function output(file: string, words: readonly string[], command = 'dissect'): Promise<string> {
  const out = new MemoryOutput()
  const io = { out, err: () => {}, stdin: nothing(), env: {}, isTTY: false }
  expect(await runCommand([command, file, ...words], io)).toBe(0)
  return out.text
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function schema(name: string, of = 'dissect'): Schema {
  const url = new URL(`../../packages/${of}/schema/${name}.schema.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Schema
}

const files = [...captureFiles(), ...captureFiles('vectors')]

/** A statistic of each kind. */
const statistics = ['eth', 'ip', 'tcp', 'udp']
  .flatMap(type => [`conv,${type}`, `endpoints,${type}`])
  .concat([
    'conv,ipv6',
    'expert',
    'io,phs',
    'io,phs,nhrp',
    'io,stat,10,gre,AVG(frame.time_relative)frame.time_relative',
  ])
  .concat('nhrp')
  .flatMap(name => ['-z', name])
  .concat('--esp')

function isEmpty(report: unknown): boolean {
  return Array.isArray(report) && report.length === 0
}

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

  test('statistics validates every statistic of every sample', async () => {
    const published = schema('statistics', 'cli')
    const kept = new Set<string>()
    for (const file of files) {
      const reports = JSON.parse(await output(file, [...statistics, '--json'], 'stats')) as Record<string, unknown>
      expect([file, departure(reports, published)]).toEqual([file, undefined])
      for (const [name, report] of Object.entries(reports)) if (!isEmpty(report)) kept.add(name)
    }
    // None of them only because it never says anything; no sample holds TCP.
    expect([...kept].toSorted()).toEqual(
      ['conversations.eth', 'conversations.ip', 'conversations.ipv6', 'conversations.udp']
        .concat(['endpoints.eth', 'endpoints.ip', 'endpoints.udp', 'esp', 'expert'])
        .concat(['hierarchy', 'hierarchy.2', 'io', 'nhrp']),
    )
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
