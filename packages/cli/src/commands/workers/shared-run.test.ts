import { readdirSync, readFileSync } from 'node:fs'
import { linkType, readCapture, recordOf, writePcap } from '@dmvpn/capture'
import { data, encodeLayers, icmp, ipv4, layer } from '@dmvpn/protocols'
import { describe, expect, test } from 'vitest'
import type { Io } from '../../io.ts'
import { MemoryOutput } from '../../output.ts'
import { createProgram, run } from '../../program.ts'
import { planOf } from '../dissect.ts'
import type { DissectFlags } from '../dissect-flags.ts'
import { Joint } from './joint.ts'
import { SharedRun } from './shared-run.ts'
import type { Stretch } from './stretches.ts'
import { printShare } from './work.ts'

const folder = new URL('../../../../../samples/captures/', import.meta.url)
const samples = readdirSync(folder).filter(name => /\.pcap(ng)?$/.test(name))

/** Octets that differ from one sample to the next, but not from run to run. */
function damaged(bytes: Uint8Array, every: number): Uint8Array {
  return bytes.map((octet, at) => (at > 200 && at % every === every - 1 ? octet ^ (1 << (at % 8)) : octet))
}

const captures = new Map<string, Uint8Array>()
for (const name of samples) captures.set(name, new Uint8Array(readFileSync(new URL(name, folder))))
for (const name of samples.slice(0, 6)) {
  const whole = captures.get(name)!
  captures.set(`cut ${name}`, whole.subarray(0, whole.length - 37))
  captures.set(`damaged ${name}`, damaged(whole, 311))
}
/** Packets of which only numbers 23 and 37 are fragments: two of one ping. */
function pingInFragments(): Uint8Array {
  const whole = (facts: object, bytes: Uint8Array): Uint8Array =>
    encodeLayers([
      layer(ipv4, { source: 0x0a000001, destination: 0x0a000002, protocol: 1, ...facts }),
      layer(data, { bytes }),
    ])
  const echo = layer(icmp, { kind: 'query', type: 8, code: 0, identifier: 7, sequence: 1, data: new Uint8Array(0) })
  const ping = encodeLayers([echo, layer(data, { bytes: new Uint8Array(24) })])
  const packets = Array.from({ length: 60 }, (_, index) => whole({ identification: index }, ping))
  packets[22] = whole({ identification: 99, moreFragments: true }, ping.subarray(0, 16))
  packets[36] = whole({ identification: 99, fragmentOffset: 2 }, ping.subarray(16))
  return writePcap(
    packets.map((bytes, index) => recordOf(bytes, { linkType: linkType.raw, seconds: index, nanoseconds: 0 })),
  )
}
captures.set('fragments', pingInFragments())

/** Where the packet of an index lies in that file. */
function placeOf(index: number): number {
  return [...readCapture(captures.get('fragments')!)].map(({ fileOffset }) => fileOffset)[index]!
}

const keys = new Uint8Array(readFileSync(new URL('07a-esp.esp_sa', folder)))
const files: ReadonlyMap<string, Uint8Array> = new Map([...captures, ['keys', keys]])

function ioOf(out: MemoryOutput): Io {
  return { out, err: () => {}, stdin: nobody(), files, env: {}, isTTY: false }
}

async function* nobody(): AsyncGenerator<Uint8Array> {}

function flagsOf(words: readonly string[]): DissectFlags {
  const command = createProgram(ioOf(new MemoryOutput()), () => {}, 'dissect').commands[0]!
  command.parseOptions([...words])
  return command.opts<DissectFlags>()
}

/** What one thread prints, and how it ends. */
async function alone(names: readonly string[], words: readonly string[]) {
  const out = new MemoryOutput()
  const code = await run(['dissect', ...words, ...names], ioOf(out))
  return { text: timeless(out.text), code }
}

/** A document without the time when it was made. */
function timeless(text: string): string {
  return text.replace(/(<pdml .*time=)"[^"]*"/, '$1')
}

/** What several threads print, that take turns of so many packets. The stretches come in a disorderly way. */
async function shared(
  names: readonly string[],
  words: readonly string[],
  threads: number,
  length: number,
  // Not in turn: somebody is faster.
  claims = (number: number, thread: number) => ((number * number) % 7) % threads === thread,
  told = Number.POSITIVE_INFINITY,
) {
  const flags = flagsOf(words)
  const out = new MemoryOutput()
  const { printer } = await planOf(flags, ioOf(out))
  const stretches: Stretch[] = []
  const lasts = new Map<number, number>()
  let anew = 0
  let leapt = 0
  for (let thread = 0; thread < threads; thread++) {
    let reached = 0
    await printShare(names, flags, ioOf(new MemoryOutput()), {
      length,
      ended: false,
      get thorough() {
        return reached >= told
      },
      beThorough: () => void anew++,
      claim: number => {
        reached = number
        return claims(number, thread)
      },
      lastOf: number => {
        const last = lasts.get(number)
        if (last !== undefined) leapt++
        return last
      },
      found: (number, last) => void lasts.set(number, last),
      deliver: stretch => stretches.unshift({ ...stretch, text: stretch.text.slice() }),
    })
  }
  printer.begin?.(out.sink, names[0]!)
  const joint = new Joint(out, printer.between ?? '', length)
  for (const stretch of stretches) joint.take(stretch)
  printer.end?.(out.sink)
  return { text: timeless(out.text), faulty: joint.faulty, packets: joint.packets, anew, leapt, stretches }
}

const outputs: Readonly<Record<string, readonly string[]>> = {
  lines: [],
  'lines in colour': ['--color', 'always'],
  trees: ['-V'],
  'trees and octets': ['-O', 'nhrp,gre', '-x', '--show-secrets'],
  'octets alone': ['-x', '--hex', 'gre'],
  json: ['-T', 'json'],
  'json lines': ['-T', 'json', '--ndjson', '-2'],
  'json of fields': ['-T', 'json', '-e', 'frame.number', '-e', 'udp.stream', '-e', 'nhrp.response_in'],
  ek: ['-T', 'ek'],
  pdml: ['-T', 'pdml', '-2', '-c', '40'],
  psml: ['-T', 'psml', '-t', 'dd'],
  packets: ['--packets'],
  tabs: ['-T', 'tabs', '--columns', 'no,time,source,nhrp.time,icmp.resp_in,info'],
  'plain fields': ['-T', 'fields', '-e', 'frame.number', '-e', 'ip.src', '-e', 'frame.time_delta_displayed'],
  'followed fields': ['-T', 'fields', '-e', 'tcp.stream', '-e', 'nhrp.response_to', '-e', 'icmp.resp_to', '-e', 'esp'],
  'octets so far': ['-o', 'gui.column.format:"No","%m","B","%B","d","%Gt"'],
  'what keys open': ['-V', '--esp-keys', 'keys'],
  'lines of what keys open': ['--esp-keys', 'keys', '--esp-null'],
  'nothing put together': ['--no-reassembly', '-T', 'fields', '-e', 'frame.protocols'],
}

const filters: readonly (readonly string[])[] = [
  [],
  ['-Y', 'nhrp'],
  ['-Y', 'frame.number > 5 && !esp'],
  ['-Y', 'icmp.resp_to || nhrp.response_to || tcp'],
]

describe('threads that share an output write what one would', () => {
  test.each(Object.entries(outputs))('%s', async (what, words) => {
    const turn = Object.keys(outputs).indexOf(what)
    for (const [index, name] of [...captures.keys()].entries()) {
      // Every capture meets a third of the outputs: what differs is who follows what, and that is the same for many.
      if ((index + turn) % 3 !== 0) continue
      const all = [...words, ...filters[(index >> 1) % filters.length]!]
      const one = await alone([name], all)
      const { text, faulty } = await shared([name], all, 2 + (index % 3), 1 + (index % 5))
      expect(text, `${name} ${all.join(' ')}`).toBe(one.text)
      const strict = await alone([name], [...all, '--strict'])
      // Where it is not the file that is cut.
      if (one.code === 0) expect(faulty, `${name} ${all.join(' ')}`).toBe(strict.code === 1)
    }
  })

  test.each([
    ['-T json', 465],
    ['-V -c 50', 50],
    ['-c 120 -Y nhrp', 120],
  ])('of several files: %s', async (words, count) => {
    const names = samples.slice(0, 4)
    const { text, packets } = await shared(names, words.split(' '), 3, 16)
    expect(text).toBe((await alone(names, words.split(' '))).text)
    expect(packets).toBe(count)
  })
})

describe('a thread that only counts what others print', () => {
  const limited = ['-Y', 'frame.number > 30']

  test.each([
    // Who has the second fragment has not seen the first; who has both, or the first one, misses nothing.
    ['the second fragment', [], (number: number) => (number === 9 ? 0 : 1), 1],
    ['the first fragment', [], (number: number) => (number === 5 ? 0 : 1), 2],
    ['both', [], (number: number) => (number === 5 || number === 9 ? 0 : 1), 1],
    ['neither', [], (number: number) => (number === 7 ? 0 : 1), 1],
    ['the first, and a filter', limited, (number: number) => (number === 5 ? 0 : 1), 2],
    ['neither, and what is shown before counts', ['-Y', 'frame.time_delta_displayed >= 0'], () => 1, 0],
  ])('begins anew where a fragment comes: %s', async (_, words, owner, anew) => {
    for (const color of [[], ['--color', 'always']]) {
      const all = [...words, ...color]
      const one = await alone(['fragments'], all)
      const two = await shared(['fragments'], all, 2, 4, (number, thread) => owner(number) === thread)
      expect(two.text).toBe(one.text)
      // The ping that is whole again.
      expect(two.text).toContain('ICMP 36 Echo')
      expect(two.anew).toBe(anew)
      expect(new Set(two.stretches.map(({ number }) => number)).size).toBe(two.stretches.length)
    }
  })

  test.each([
    ['passes over them', new Map<number, number>()],
    ['leaps over them', new Map([0, 1].map(number => [number, placeOf(20 * number + 19)]))],
    ['leaps over one, and passes over the other', new Map([[0, placeOf(19)]])],
  ])('%s, and knows when the first was and the one before its own', async (_, lasts) => {
    const io = ioOf(new MemoryOutput())
    const delivered: Stretch[] = []
    const run = new SharedRun(await planOf(flagsOf(['-Y', 'frame.time_delta == 1 && frame.time_relative > 0']), io), {
      length: 20,
      ended: false,
      thorough: false,
      beThorough: () => {},
      claim: number => number === 2,
      lastOf: number => lasts.get(number),
      found: () => {},
      deliver: stretch => delivered.push({ ...stretch, text: stretch.text.slice() }),
    })
    const shown: number[] = []
    const record = run.record.bind(run)
    run.record = (next, pcapng) => {
      shown.push(next.seconds)
      return record(next, pcapng)
    }
    const { packets } = await run.read(['fragments'], io)
    run.leave()
    expect(shown).toEqual([0, ...Array.from({ length: 20 }, (_, index) => 40 + index)])
    expect([packets, ...delivered.map(each => [each.number, each.packets])]).toEqual([60, [2, 20]])
    const lines = new TextDecoder().decode(delivered[0]!.text).trimEnd().split('\n')
    expect(lines.map(line => line.trim().split(/\s+/).slice(0, 2))).toEqual(
      Array.from({ length: 20 }, (_, index) => [`${41 + index}`, `${40 + index}.000000`]),
    )
  })

  test('leaps over what others have found', async () => {
    let leaps = 0
    for (const name of samples.filter(each => each.endsWith('.pcap'))) leaps += (await shared([name], [], 2, 7)).leapt
    expect(leaps).toBeGreaterThan(100)
  })

  test('begins anew where another met a fragment, and prints nothing twice', async () => {
    const one = await alone(['fragments'], [])
    for (const told of [0, 1, 6, 14]) {
      const two = await shared(['fragments'], [], 2, 4, (number, thread) => number % 2 === thread, told)
      expect(two.text).toBe(one.text)
      expect(two.anew, `${told}`).toBe(told === 0 ? 0 : 2)
      const printed = two.stretches.filter(({ packets }) => packets > 0).map(({ number }) => number)
      expect(printed.toSorted((a, b) => a - b)).toEqual([...Array(15).keys()])
    }
  })
})
