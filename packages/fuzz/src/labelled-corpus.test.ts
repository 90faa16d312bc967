import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, readCapture } from '@dmvpn/capture'
import { dissect, recordOf } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { checksumOf, formatHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { placesOf } from './field-at.ts'
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

/** Wrong by what the receiver knows, is told to allow, or has keys for: what a decoder of single frames cannot say. */
const beyondForm = new Map([
  ['nhrp-authentication-missing', 'the receiver’s key'],
  ['nhrp-authentication-wrong', 'the receiver’s key'],
  ['nhrp-entry-missing', 'a registration of nothing is well formed'],
  ['nhrp-error-about-error', 'what the receiver answers'],
  ['nhrp-extension-compulsory', 'what the receiver implements'],
  ['nhrp-hop-count', 'what the receiver forwards'],
  ['nhrp-nbma-type-bit', 'E.164 is a type, too'],
  ['nhrp-unsolicited-reply', 'what the receiver asked for'],
  ['gre-protocol', 'what the receiver implements'],
  ['gre-reserved-bits', 'we read RFC 1701'],
  ['gre-sequence-old', 'what came before'],
  ['gre-wrong-key', 'the receiver’s key'],
  ['ipv4-checksum', 'as with tshark, network cards compute it after the capture'],
  ['ipv4-fragment-alone', 'what else comes'],
  ['esp-odd-length', 'the association'],
  ['esp-no-room', 'the association'],
  ['esp-spi-unknown', 'the association'],
])

/** What our decoder makes of a packet: it stops, it reads on and notes what is odd, or it has nothing to say. */
function reactionOfOurs(each: Labelled): 'stops' | 'notes' | 'silent' {
  const { frame, witness } = dissect(dmvpn, recordOf(frameOf(each), 101))
  if (frame.fault !== undefined) return 'stops'
  return witness.about.slice(0, witness.count).some(isNote) ? 'notes' : 'silent'
}

function isNote(about: unknown): boolean {
  return typeof about === 'object' && about !== null && 'severity' in about && about.severity !== undefined
}

test('packets: our decoder tells what is wrong in their form, and goes on where a receiver does', () => {
  const told = packets.map(each => ({ name: each.name, reaction: each.reaction, ours: reactionOfOurs(each) }))
  const silent = told.filter(({ reaction, ours }) => ours === 'silent' && reaction !== 'ignore the part')
  expect(silent.map(({ name }) => name).sort()).toEqual([...beyondForm.keys()].sort())
  const goesOn = new Set(['accept and report', 'ignore the part'])
  expect(told.filter(({ reaction, ours }) => goesOn.has(reaction) && ours === 'stops')).toEqual([])
  const ignored = told.filter(({ reaction }) => reaction === 'ignore the part')
  expect(ignored.length).toBeGreaterThan(0)
  for (const { name, ours } of ignored) expect(ours, name).toBe('silent')
  expect(told.filter(({ ours }) => ours === 'stops').length).toBeGreaterThan(15)
})

test('packets: the octet is the named field’s, or the first that is not there', () => {
  // In what nobody can open, and where an entry ought to be, there is no such field.
  const unseen = new Set(['esp-odd-length', 'esp-no-room', 'nhrp-entry-missing'])
  for (const each of packets) {
    const { name, offset, field } = each
    const bytes = frameOf(each)
    if (unseen.has(name) || offset === bytes.length) continue
    const there = placesOf({ bytes, linkType: 101 })
      .filter(({ from, width }) => from < 8 * (offset + 1) && from + width > 8 * offset)
      .map(place => place.name)
    expect(there, name).toContain(field)
  }
})

test('capture files: what is to be refused is, what stands before damage is read, and the fault is in the record', () => {
  for (const { name, reaction, file, offset } of labelledFiles()) {
    const capture = readCapture(file)
    const records = [...capture].map(({ note }) => note)
    const { fault } = capture
    if (reaction === 'accept and report') {
      expect([records.length, fault], name).toEqual([2, undefined])
      if (name === 'pcap-fraction') expect(records[1]).toMatch('a second or more')
      continue
    }
    // Of a classic file the second record is damaged, of pcapng the only one.
    const before = reaction === 'read up to it' && name.startsWith('pcap-') ? 1 : 0
    expect(records.length, name).toBe(before)
    expect(fault, name).toBeDefined()
    // What is cut short is told by where it begins.
    if (fault!.fault === 'truncated') expect(fault!.at, name).toBeLessThanOrEqual(offset)
    else expect(fault!.at, name).toBe(offset)
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
