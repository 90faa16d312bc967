/** `dmvpn fuzz` and `dmvpn crosscheck` as a person types them, with small targets made of a shell. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCapture } from '@dmvpn/capture'
import { dmvpn, gre, stack } from '@dmvpn/protocols'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Io } from '../io.ts'
import { MemoryOutput } from '../output.ts'
import { run } from '../program.ts'
import { crosscheck } from './crosscheck.ts'

const samples = fileURLToPath(new URL('../../../../samples/', import.meta.url))
const hub = `${samples}captures/01-reg-auth-frr10.hub-link.pcap`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dmvpn-search-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function ioOf(errors: string[]): Io & { readonly out: MemoryOutput } {
  return {
    out: new MemoryOutput(),
    err: line => errors.push(line),
    stdin: (async function* () {})(),
    env: {},
    isTTY: false,
  }
}

async function command(...words: readonly string[]) {
  const errors: string[] = []
  const io = ioOf(errors)
  const code = await run(words, io)
  return { code, out: io.out.text, err: errors.join('\n') }
}

function place(name: string): string {
  return join(folder, name)
}

interface Note {
  readonly law: string
  readonly field: string
  readonly changed: readonly unknown[]
}

function notesIn(out: string): readonly Note[] {
  const path = join(out, 'findings')
  return readdirSync(path)
    .filter(name => name.endsWith('.json'))
    .map(name => JSON.parse(readFileSync(join(path, name), 'utf8')) as Note)
}

/** Fails on NHRP whose hop count, an octet at a fixed place, is below 16. */
const fussy = `case "$(od -An -v -tx1 -j 60 -N 18 {} | tr -d ' \\n')" in 20002001*0?) exit 9;; esac`

describe('dmvpn fuzz', () => {
  it.each([
    [['--runs', '5'], 'one of --self, --target and --corpus'],
    [['--self', '--corpus', 'x'], 'one of --self, --target and --corpus'],
    [['--target', 'true', '--out', 'x'], '--target needs {}'],
    [['--target', 'true {}'], 'needs --out'],
    [['--self', '--compare', 'tshark'], 'needs --out'],
    [['--self', '-e', 'ip.src'], '-e is for --compare'],
    [['--target', 'true {}', '--out', 'x', '--focus', 'nhrp'], '--focus is for --self'],
    [['--target', 'true {}', '--out', 'x', '--files'], '--files is for --self'],
    [['--self', '--runs', 'many'], 'whole number'],
    [['--self', '--minutes', '0'], 'above 0'],
    [['--self', '--compare', 'scapy', '--out', 'x'], 'Allowed choices are tshark'],
  ])('%j is refused', async (words, because) => {
    const { code, err } = await command('fuzz', ...words)
    expect([code, err.includes(because)]).toEqual([2, true])
    expect(existsSync('x')).toBe(false)
  })

  it('finds, shrinks and writes to its folder, and nowhere else', async () => {
    const out = place('fussy')
    const before = readdirSync(folder)
    const { code, out: text } = await command('fuzz', '--target', fussy, '--runs', '170', '--seed', '3', '--out', out)
    expect(code).toBe(1)
    expect(text).toMatch(/exit code nhrp\.hdr\.hopcnt \(changed: nhrp\.hopCount\)\n {2}9\n/)
    expect(text).toMatch(/170 cases in .* findings, written to .*fussy\/findings\n$/)
    expect(readdirSync(folder).filter(name => !before.includes(name))).toEqual(['fussy'])
    const note = notesIn(out).find(({ field }) => field === 'nhrp.hdr.hopcnt')
    expect(note).toMatchObject({ law: 'exit code', changed: [{ fact: 'nhrp.hopCount', from: 255 }] })
    for (const name of readdirSync(join(out, 'findings')).filter(each => each.endsWith('.pcap'))) {
      expect([...readCapture(new Uint8Array(readFileSync(join(out, 'findings', name))))]).toHaveLength(1)
    }
  }, 120_000)

  it('kills a target at the time limit, and says so', async () => {
    const out = place('slow')
    const slow = `sleep 71 & sleep 72; cat {}`
    const { code, out: text } = await command(
      'fuzz',
      '--target',
      slow,
      '--runs',
      '1',
      '--time-limit',
      '0.2',
      '--out',
      out,
    )
    expect([code, text.includes('case 0: time limit')]).toEqual([1, true])
  }, 120_000)

  it('takes exit codes that are accepted', async () => {
    const words = ['fuzz', '--target', 'exit 7 # {}', '--runs', '3', '--out', place('seven')]
    expect((await command(...words, '--accept', '0,7')).code).toBe(0)
    expect((await command(...words, '--runs', '4')).code).toBe(1)
  })

  it('stops at Ctrl-C, and the same command goes on', async () => {
    const ran = place('ran')
    const words = ['fuzz', '--target', `echo >> ${ran}; sleep 0.02 # {}`, '--out', place('stopped')]
    // When the third case has begun, whenever that is: the first is over.
    const watch = setInterval(() => {
      if (!existsSync(ran) || readFileSync(ran).length < 3) return
      clearInterval(watch)
      process.emit('SIGINT')
    }, 10)
    const half = await command(...words, '--runs', '100000')
    expect(half.code).toBe(130)
    const done = Number(/^(\d+) cases/m.exec(half.out)![1])
    expect(done).toBeGreaterThan(0)
    const rest = await command(...words, '--runs', String(done + 3))
    expect(rest.code).toBe(0)
    expect(rest.out).toContain(`${done + 3} cases (${done} of them before)`)
    expect(process.listenerCount('SIGINT')).toBe(0)
  })

  it('tries this project: its decoder from a capture on, and its readers of files', async () => {
    const frames = await command('fuzz', '--self', '--runs', '100', '--focus', 'nhrp,gre', hub)
    expect(frames.out).toMatch(/^100 cases in .* branches and functions, \d+ cases kept: 0 findings\n$/)
    const files = await command('fuzz', '--self', '--files', '--runs', '100', '--out', place('files'), hub)
    expect([files.code, frames.code]).toEqual([0, 0])
    expect(existsSync(place('files/state.json'))).toBe(true)
  }, 120_000)

  it('writes the corpus', async () => {
    const { code, out } = await command('fuzz', '--corpus', place('corpus'))
    expect(code).toBe(0)
    expect(out).toContain(`${readdirSync(place('corpus')).length - 1} files and manifest.json`)
  })
})

describe('dmvpn crosscheck', () => {
  it('finds no disagreement in any sample', async () => {
    const files = ['captures', 'vectors'].flatMap(name =>
      readdirSync(`${samples}${name}`)
        .filter(file => /\.pcap(ng)?$/.test(file))
        .map(file => `${samples}${name}/${file}`),
    )
    const { code, out } = await command('crosscheck', ...files)
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(files.length)
    for (const line of lines) expect(line).toMatch(/: \d+ frames, 0 disagreements(;|$)/)
  }, 120_000)

  it('shows a known one when asked, and why', async () => {
    writeFileSync(place('cut.pcap'), new Uint8Array(readFileSync(hub)).subarray(0, -3))
    const { code, out, err } = await command('crosscheck', '--all', place('cut.pcap'))
    expect(code).toBe(1)
    expect(err).toMatch(/cut\.pcap: the file is damaged: /)
    expect(out).toMatch(/frame\.cap_len: ours truncated, pcap-parser no record \(known: /)
    expect((await command('crosscheck', place('cut.pcap'))).out).toMatch(
      /^[^\n]*43 frames, 0 disagreements, 1 known\n$/,
    )
  })

  it('lists the others, and says so by its exit code', async () => {
    const elsewhere = { ...gre, over: [{ table: 'ip.proto', key: 46 }] }
    const liar = stack(dmvpn.protocols.map(each => (each === gre ? elsewhere : each)))
    const io = ioOf([])
    expect(await crosscheck([hub], {}, io, liar)).toBe(1)
    expect(io.out.text).toMatch(/frame \d+, octet 34, gre: ours no such layer, binary-parser gre at 34\n/)
  })

  it('says what cannot be read', async () => {
    const none = place('none.pcap')
    expect(await command('crosscheck', none)).toMatchObject({
      code: 3,
      err: `dmvpn: cannot read ${none}: no such file`,
    })
    const text = place('words.txt')
    writeFileSync(text, 'no capture\n')
    expect(await command('crosscheck', text)).toMatchObject({
      code: 3,
      err: `dmvpn: cannot read ${text}: not a capture`,
    })
  })
})
