import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Io } from '../../io.ts'
import { MemoryOutput } from '../../output.ts'
import { createProgram, run } from '../../program.ts'
import { planOf } from '../dissect.ts'
import type { DissectFlags } from '../dissect-flags.ts'
import { Joint } from './joint.ts'
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
async function shared(names: readonly string[], words: readonly string[], threads: number, length: number) {
  const flags = flagsOf(words)
  const out = new MemoryOutput()
  const { printer } = await planOf(flags, ioOf(out))
  const stretches: Stretch[] = []
  for (let thread = 0; thread < threads; thread++) {
    await printShare(names, flags, ioOf(new MemoryOutput()), {
      length,
      ended: false,
      // Not in turn: somebody is faster.
      claim: number => ((number * number) % 7) % threads === thread,
      deliver: stretch => stretches.unshift({ ...stretch, text: stretch.text.slice() }),
    })
  }
  printer.begin?.(out.sink, names[0]!)
  const joint = new Joint(out, printer.between ?? '', length)
  for (const stretch of stretches) joint.take(stretch)
  printer.end?.(out.sink)
  return { text: timeless(out.text), faulty: joint.faulty, packets: joint.packets }
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
