/**
 * JSON with octets, Elasticsearch's lines and PDML: what tshark says of every frame of every sample (PDML: of every shape
 * of frame) we say too, under the same keys, with the same values, in the same places. One run of tshark a format.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCaptureFile } from '@dmvpn/capture'
import { MemoryOutput, run as runCommand } from '@dmvpn/cli'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { ekDifferences, jsonDifferences } from './json-differences.ts'
import { OutputDifferences, unusedExceptions } from './output-differences.ts'
import { type PdmlNode, pdmlPackets } from './pdml-reader.ts'
import { mergeInOrder, run, tsharkVersion } from './tshark.ts'

async function ours(words: readonly string[]): Promise<string> {
  const out = new MemoryOutput()
  const errors: string[] = []
  const io = { out, err: (line: string) => errors.push(line), stdin: nothing(), env: {}, isTTY: false }
  const code = await runCommand(['dissect', ...words], io)
  expect([code, errors]).toEqual([0, []])
  return out.text
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-outputs-'))
/** Every frame of every capture. */
const merged = join(folder, 'merged.pcapng')
/** One of each shape: an XML parser that is strict takes its time. */
const shapes = join(folder, 'shapes.pcapng')
beforeAll(() => {
  if (tsharkVersion === undefined) return
  mergeInOrder(captureFiles(), merged)
  const seen = new Set<string>()
  const numbers = [...readCaptureFile(merged)].flatMap(({ buffer, start, end, linkType }, index) => {
    const shape = `${linkType}/${end - start}/${[12, 13, 23, 59].map(at => buffer[start + at]).join('.')}`
    return seen.has(shape) ? [] : (seen.add(shape), [index + 1])
  })
  // editcap takes 512 numbers at most, and forgets the others.
  expect(numbers.length).toBeLessThan(512)
  run('editcap', ['-r', merged, shapes, ...numbers.map(String)])
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The same options to both. */
async function both(
  file: string,
  words: readonly string[],
): Promise<{ readonly theirs: string; readonly ours: string }> {
  const theirs = run('tshark', ['-n', '-2', '-r', file, ...words])
  return { theirs, ours: await ours([file, '-n', '-2', '--show-secrets', ...words]) }
}

describe.skipIf(tsharkVersion === undefined)(`outputs as tshark ${tsharkVersion} writes them`, () => {
  test('-T pdml: well-formed, the same fields, the same texts, the same octets', async () => {
    const texts = await both(shapes, ['-T', 'pdml'])
    const theirs = pdmlPackets(texts.theirs)
    const own = pdmlPackets(texts.ours)
    expect(own).toHaveLength(theirs.length)
    const differences = new OutputDifferences('pdml')
    for (const [i, packet] of theirs.entries()) comparePdml(differences, own[i]!, packet, '', i + 1)
    expect(differences.report()).toEqual([])
  })

  test('-T json -x: the same keys, values and octets in the same trees', async () => {
    const texts = await both(merged, ['-T', 'json', '-x', '--no-duplicate-keys'])
    expect(jsonDifferences(texts.ours, texts.theirs)).toEqual([])
  })

  test('-T ek: the same keys and values', async () => {
    const texts = await both(merged, ['-T', 'ek'])
    expect(ekDifferences(texts.ours, texts.theirs)).toEqual([])
  })

  test('nothing is excepted without need', () => {
    expect(unusedExceptions()).toEqual([])
  })
})

function comparePdml(
  differences: OutputDifferences,
  own: PdmlNode,
  theirs: PdmlNode,
  path: string,
  frame: number,
): void {
  const isComputed = theirs.attributes['size'] === '0'
  for (const name of new Set([...Object.keys(own.attributes), ...Object.keys(theirs.attributes)])) {
    // What was computed lies nowhere; where it is said to lie is a matter of taste.
    if (name === 'pos' && isComputed) continue
    differences.compare(`${path} @${name}`, own.attributes[name], theirs.attributes[name], frame)
  }
  const left = [...own.children]
  for (const child of theirs.children) {
    const name = pdmlName(child)
    const at = left.findIndex(each => pdmlName(each) === name)
    if (at < 0) differences.missing(`${path}/${name}`, frame)
    else comparePdml(differences, left.splice(at, 1)[0]!, child, `${path}/${name}`, frame)
  }
  for (const child of left) differences.extra(`${path}/${pdmlName(child)}`, frame)
}

/** Expert items are told apart by the note they hold. */
function pdmlName({ attributes, children }: PdmlNode): string {
  const { name = '', show = '' } = attributes
  if (name === '_ws.expert') return `_ws.expert:${children[0]?.attributes['name']}`
  return name === '' ? show : name
}
