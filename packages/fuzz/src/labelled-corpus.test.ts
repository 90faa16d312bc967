import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, readCapture } from '@dmvpn/capture'
import { dissect, recordOf } from '@dmvpn/dissect'
import { dmvpn, nhrp } from '@dmvpn/protocols'
import { checksumOf, formatHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import type { Labelled } from './labelled.ts'
import { labelledCorpus, manifestName, writeLabelledCorpus } from './labelled-corpus.ts'
import { labelledFiles } from './labelled-files.ts'
import { labelledNhrp } from './labelled-nhrp.ts'
import { judge } from './target-self.ts'

const corpus = labelledCorpus()
const files = new Set(labelledFiles().map(({ name }) => name))
const packets = corpus.filter(({ name }) => !files.has(name))

function frameOf({ file }: Labelled): Uint8Array {
  return bytesOf([...readCapture(file)][0]!).slice()
}

test('names are unique, rules are cited, offsets lie in what they count in', () => {
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length)
  expect(corpus.length).toBeGreaterThan(60)
  for (const { rule } of corpus) expect(rule).toMatch(/RFC \d+ §|draft-[a-z-]+ §/)
  for (const each of packets) expect(each.offset, each.name).toBeLessThanOrEqual(frameOf(each).length)
  for (const each of labelledFiles()) expect(each.offset, each.name).toBeLessThanOrEqual(each.file.length)
})

test('an error code stands where an Error Indication is due, and only there', () => {
  for (const { errorCode, reaction, name } of corpus) {
    expect(errorCode !== undefined, name).toBe(reaction === 'error indication')
  }
})

test('every packet keeps our own laws', () => {
  for (const each of packets) expect(judge({ bytes: frameOf(each), linkType: 101 }), each.name).toBeUndefined()
})

test('the checksum of an NHRP packet holds where it is not the rule that is broken', () => {
  const odd = new Set(['nhrp-checksum', 'nhrp-size-short', 'nhrp-size-long', 'nhrp-cut', 'nhrp-end-missing'])
  for (const each of labelledNhrp()) {
    if (odd.has(each.name)) continue
    const bytes = frameOf(each)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    expect(checksumOf(view, 28, bytes.length), each.name).toBe(0)
  }
})

test('what is to be discarded for its form stops our walk, or is noted', () => {
  const silent: string[] = []
  for (const each of labelledNhrp()) {
    const { frame, witness } = dissect(dmvpn, recordOf(frameOf(each), 101))
    const noted = witness.about.slice(0, witness.count).some(about => isNote(about))
    if (frame.fault === undefined && !noted && frame.find(nhrp) !== undefined) silent.push(each.name)
  }
  // These are wrong by what the receiver knows, or by what it may do; their form is right.
  const formed = new Set([
    'nhrp-authentication-missing',
    'nhrp-authentication-wrong',
    'nhrp-entry-missing',
    'nhrp-error-about-error',
    'nhrp-extension-compulsory',
    'nhrp-extension-unknown',
    'nhrp-hop-count',
    'nhrp-nbma-type-bit',
    'nhrp-unsolicited-reply',
  ])
  expect(silent.filter(name => !formed.has(name))).toEqual([])
})

function isNote(about: unknown): boolean {
  return typeof about === 'object' && about !== null && 'severity' in about && about.severity !== undefined
}

test('capture files: what is to be refused is, what stands before damage is read', () => {
  for (const { name, reaction, file } of labelledFiles()) {
    const capture = readCapture(file)
    const count = [...capture].length
    if (reaction === 'refuse the file') expect([count, capture.fault === undefined], name).toEqual([0, false])
    else if (reaction === 'read up to it') expect(capture.fault, name).toBeDefined()
    else expect([count, capture.fault], name).toEqual([2, undefined])
  }
})

test('the folder holds a file for each, and the manifest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dmvpn-corpus-'))
  try {
    expect(writeLabelledCorpus(folder)).toBe(corpus.length)
    const manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as readonly {
      readonly file: string
    }[]
    expect(manifest.map(({ file }) => file).sort()).toEqual(
      readdirSync(folder)
        .filter(name => name !== manifestName)
        .sort(),
    )
    expect(formatHex(new Uint8Array(readFileSync(join(folder, 'pcap-magic.pcap'))).subarray(0, 4))).toBe('d5c3b2a1')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
