/** Threads that share an output, as users start them: what comes out of the pipe, and how it ends. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../packages/cli/bin/dmvpn.js', import.meta.url))
const samples = fileURLToPath(new URL('../../samples/captures', import.meta.url))
const sample = join(samples, '02a-phase3-auth-frr10.hub-link.pcap')
const headerLength = 24
let folder = ''
/** Of 4,360 packets: some stretches for everybody. */
let large = ''
let cut = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dmvpn-workers-'))
  large = join(folder, 'large.pcap')
  cut = join(folder, 'cut.pcap')
  const bytes = readFileSync(sample)
  const copies = Array.from({ length: 40 }, () => bytes.subarray(headerLength))
  writeFileSync(large, Buffer.concat([bytes.subarray(0, headerLength), ...copies]))
  writeFileSync(cut, readFileSync(large).subarray(0, -50))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function dissect(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'dissect', ...words], {
    maxBuffer: 1 << 28,
  })
  return { status, stdout: digestOf(stdout), size: stdout.length, stderr: stderr.toString() }
}

function text(file: string): string {
  return spawnSync(process.execPath, [program, 'dissect', file], { maxBuffer: 1 << 28, encoding: 'utf8' }).stdout
}

function digestOf(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}

describe('threads that share an output', () => {
  test.each(['', '-V', '-T json -Y nhrp', '-2 -T fields -e frame.number -e nhrp.response_in -e icmp.resp_in'])(
    'write what one writes: %s',
    words => {
      const all = words === '' ? [large] : [...words.split(' '), large]
      const one = dissect(...all)
      expect(one.size).toBeGreaterThan(30_000)
      expect(dissect(...all, '--workers', '2')).toEqual(one)
      expect(dissect(...all, '--workers', '3')).toEqual(one)
    },
  )

  test('read of a file that grows what there was when they began', async () => {
    const growing = join(folder, 'growing.pcap')
    const bytes = readFileSync(large)
    writeFileSync(growing, bytes)
    const before = text(growing)
    const child = spawn(process.execPath, [program, 'dissect', growing, '--workers', '2'])
    // So little at a time that nobody sees half of it.
    const record = bytes.subarray(headerLength, headerLength + 16 + bytes.readUInt32LE(headerLength + 8))
    const timer = setInterval(() => appendFileSync(growing, record), 1)
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part
    })
    const code = await new Promise(resolve => child.on('close', resolve))
    clearInterval(timer)
    expect(code).toBe(0)
    // It grew also before they looked.
    expect(said.startsWith(before) && text(growing).startsWith(said)).toBe(true)
    expect(said.endsWith('\n')).toBe(true)
  })

  test('read all the files there are', () => {
    const files = readdirSync(samples).flatMap(name => (/\.pcap(ng)?$/.test(name) ? [join(samples, name)] : []))
    expect(dissect('-T', 'json', ...files, '--workers', '2')).toEqual(dissect('-T', 'json', ...files))
  })

  test('say what is wrong as one does', () => {
    for (const files of [[cut], [cut, '--strict'], [large, '--strict'], [large, join(folder, 'nowhere.pcap'), cut]]) {
      const words = ['-T', 'json', '-e', 'frame.number', '-e', 'nhrp', ...files]
      expect(dissect(...words, '--workers', '2')).toEqual(dissect(...words))
    }
  })

  test('read names and keys, and say once what is wrong with those', () => {
    const keys = join(folder, 'keys')
    writeFileSync(keys, `${readFileSync(join(samples, '07a-esp.esp_sa'), 'utf8')}\nnonsense\n`)
    const words = ['-V', '--esp-keys', keys, '-N', 'n', join(samples, '07a-esp.gcm256.s2-link.pcap'), large]
    const two = dissect(...words, '--workers', '2')
    expect(two).toEqual(dissect(...words))
    expect(two.stderr.match(/keys:/g)).toHaveLength(1)
  })

  test.each([
    ['-w', ['-P', '-w']],
    ['-z', ['-z', 'io,phs']],
    ['-l', ['-l']],
    ['nothing is printed', ['-q']],
    ['can be read only once', ['/dev/null']],
  ])('leave to one of them what several cannot do: %s', (because, words) => {
    const all = words[1] === '-w' ? [large, ...words, join(folder, 'out.pcap')] : [large, ...words]
    const two = dissect(...all, '--workers', '2')
    const one = dissect(...all)
    const said = two.stderr.slice(0, two.stderr.indexOf('\n') + 1)
    expect(said).toMatch(/^dmvpn: one worker prints all: /)
    expect(said).toContain(because)
    expect(two).toEqual({ ...one, stderr: said + one.stderr })
  })

  test.each(['0', '9', 'many', '1.5'])('are not %s', count => {
    const { status, stderr } = dissect(large, '--workers', count)
    expect(status).toBe(2)
    expect(stderr).toContain('must be a whole number from 1 to 8.')
  })
})

describe('a pipe', () => {
  test('loses nothing where its reader is slow', async () => {
    const child = spawn(process.execPath, [program, 'dissect', '-V', large, '--workers', '2'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const hash = createHash('sha256')
    let chunks = 0
    for await (const chunk of child.stdout) {
      hash.update(chunk as Uint8Array)
      if (chunks++ % 50 === 0) await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(hash.digest('hex')).toBe(dissect('-V', large).stdout)
  })

  test.each(['', '-V', '-T json'])('that is closed ends everybody: %s', words => {
    const line = `'${process.execPath}' '${program}' dissect ${words} '${large}' '${large}' --workers 3 | head -n 1; echo "\${PIPESTATUS[*]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
    expect([stdout.trimEnd().split('\n')[1], stderr]).toEqual(['0 0', ''])
  })
})

test('Ctrl-C leaves what was printed whole, and says how much it is', async () => {
  // As long as it takes, however fast the machine is.
  const files = Array<string>(400).fill(large)
  const child = spawn(process.execPath, [
    program,
    'dissect',
    '-T',
    'json',
    '-e',
    'frame.number',
    ...files,
    '--workers',
    '2',
  ])
  let text = ''
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    if (text === '') child.kill('SIGINT')
    text += part
  })
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said += part
  })
  const code = await new Promise(resolve => child.on('close', resolve))
  expect(code).toBe(130)
  const numbers = (JSON.parse(text) as { _source: { layers: Record<string, string[]> } }[]).map(({ _source }) =>
    Number(_source.layers['frame.number']![0]),
  )
  expect(said).toBe(`dmvpn: interrupted after ${numbers.length} packets\n`)
  expect(numbers).toEqual(numbers.map((_, index) => (index % 4360) + 1))
})
