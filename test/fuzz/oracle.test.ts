/** tshark's word on generated frames, through the fuzzer's own oracle. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  builtInSeeds,
  commandTarget,
  fuzzTarget,
  lineDifference,
  OutFolder,
  tsharkLines,
  tsharkTarget,
  usualFields,
} from '@dmvpn/fuzz'
import { describe, expect, test } from 'vitest'
import { tsharkVersion } from '../tshark/tshark.ts'

test('the first field that differs is named', () => {
  expect(lineDifference('1\t2\t', '1\t2\t', ['a', 'b', 'c'])).toBeUndefined()
  expect(lineDifference('1\t2\t', '1\t3\t4', ['a', 'b', 'c'])).toMatchObject({ field: 'b', detail: '2, tshark 3' })
  expect(lineDifference('1', '1\t\t4', ['a', 'b', 'c'])).toMatchObject({ field: 'c', detail: 'nothing, tshark 4' })
})

test('where tshark is missing, that is what is said', async () => {
  const { PATH } = process.env
  try {
    process.env['PATH'] = ''
    await expect(tsharkLines('any.pcap', usualFields)).rejects.toThrow('tshark is not installed')
  } finally {
    process.env['PATH'] = PATH
  }
})

test('an oracle that Ctrl-C ends, too, leaves a state to go on from', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dmvpn-oracle-'))
  const stop = new AbortController()
  const ended = async (): Promise<never> => {
    stop.abort()
    throw new Error('killed')
  }
  try {
    const target = { name: 'ended', batch: 10, attempts: 1, judge: ended }
    const report = await fuzzTarget(target, { runs: 100, seed: 1, out: folder, signal: stop.signal })
    expect([report.runs, readdirSync(folder)]).toEqual([0, ['state.json']])
    await expect(fuzzTarget(target, { runs: 100, seed: 1, out: folder })).rejects.toThrow('killed')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

describe.skipIf(tsharkVersion === undefined)('with tshark', () => {
  test('it reads the built-in frames as we do, and a command that lies is told from one that does not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dmvpn-oracle-'))
    try {
      const out = new OutFolder(folder)
      const seeds = builtInSeeds()
      expect(await tsharkTarget(out).judge(seeds)).toEqual(seeds.map(() => undefined))
      const limits = { seconds: 20, accepted: [0], out, compare: usualFields }
      const fields = usualFields.map(name => `-e ${name}`).join(' ')
      const honest = commandTarget(`tshark -n -r {} -T fields ${fields} 2>/dev/null`, limits)
      expect(await honest.judge(seeds.slice(0, 1))).toEqual([undefined])
      writeFileSync(join(folder, 'lie'), '1.1.1.1\n')
      const lying = commandTarget(`cat ${join(folder, 'lie')} # {}`, limits)
      expect(await lying.judge(seeds.slice(0, 1))).toMatchObject([{ law: 'oracle', field: 'ip.src' }])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
