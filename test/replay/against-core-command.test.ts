/** `dmvpn replay --against-core` as it is typed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Io, MemoryOutput, run } from '@dmvpn/cli'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const samples = fileURLToPath(new URL('../../samples/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'dmvpn-core-'))
const cloud = join(folder, 'cloud.pcapng')
const sealed = join(folder, 'sealed.pcapng')
const keys = join(folder, 'keys.esp_sa')

async function command(...words: string[]): Promise<{ code: number; out: string; err: string[] }> {
  const err: string[] = []
  const out = new MemoryOutput()
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})()
  const io: Io = { out, err: line => err.push(line), stdin, env: {}, isTTY: false }
  const code = await run(words, io)
  return { code, out: out.text, err }
}

const configured = (scenario: string, ...names: string[]): string[] =>
  names.flatMap(name => ['--router', `${name}=${samples}scenarios/${scenario}/${name}.cfg`])

beforeAll(async () => {
  await command('simulate', `${samples}scenarios/phase-3`, '-w', cloud)
  await command('simulate', `${samples}scenarios/phase-2-ipsec`, '-w', sealed, '--esp-keys-out', keys)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('text', () => {
  test('routers by their configurations', async () => {
    const { code, out, err } = await command(
      'replay',
      cloud,
      '--against-core',
      ...configured('phase-3', 'R3', 'R4', 'R5'),
    )
    expect(err).toEqual([])
    expect(code).toBe(0)
    expect(out).toContain(
      'R3 (150.1.3.3), ios12, as configured\n  10 agree, 0 differ, 0 missing, 0 unexpected, 63 not judged\n',
    )
    expect(out).toMatch(/Not judged\n +\d+ {2}not-modelled: it is of a routing protocol, or for many\n$/)
  })

  test('the shortcut’s first packet is explained', async () => {
    const { out } = await command('replay', cloud, '--against-core', '--passes')
    expect(out).toMatch(
      /packet 10\.0\.4\.4 > 10\.0\.5\.5 agrees: it goes to 150\.1\.5\.5 by what was learned in frame \d+, the first to do so/,
    )
    expect(out).toContain('packet 10.0.4.4 > 10.0.5.5 agrees: it goes to 150.1.3.3 by the route')
  })

  test('what is inferred is told', async () => {
    const { out } = await command('replay', cloud, '--against-core', '--all')
    expect(out).toContain('  server 10.0.0.3 at 150.1.3.3: frame 1\n')
  })

  test('a configuration that is not what the router has', async () => {
    const text = readFileSync(`${samples}scenarios/phase-3/R5.cfg`, 'utf8')
    const other = join(folder, 'other.cfg')
    writeFileSync(other, text.replace(' ip nhrp network-id 345\n', ' ip nhrp network-id 345\n ip nhrp holdtime 300\n'))
    const { code, out } = await command('replay', cloud, '--against-core', '--router', `R5=${other}`)
    expect(code).toBe(1)
    expect(out).toMatch(
      /frame 2 at 0\.000 s: Registration Request \d+ to 150\.1\.3\.3 differs: .*\n {4}nhrp\.htime is 7200, not 300 \(octets \d+ to \d+\)\n/,
    )
  })

  test('under ESP, with keys and without', async () => {
    const names = configured('phase-2-ipsec', 'R1', 'R2', 'R3')
    const opened = await command('replay', sealed, '--against-core', '--esp-keys', keys, ...names)
    expect(opened.out).toContain('R1 (150.1.1.1), ios12, as configured\n  9 agree, 0 differ')
    const closed = await command('replay', sealed, '--against-core', ...names)
    expect(closed.out).toContain('encrypted: nobody could open it')
    expect([opened.code, closed.code]).toEqual([0, 0])
  })
})

test('JSON', async () => {
  const file = `${samples}captures/03-purge-opennhrp.hub-link.pcap`
  const { code, out } = await command('replay', file, '--against-core', '--from-start', '--format', 'json')
  expect(code).toBe(1)
  const { files } = JSON.parse(out)
  expect(files).toHaveLength(1)
  expect(files[0].frames).toBe(101)
  expect(files[0].verdicts.map(({ frame, verdict }: { frame: number; verdict: string }) => [frame, verdict])).toEqual([
    [94, 'missing'],
    [95, 'unexpected'],
    [96, 'missing'],
    [97, 'unexpected'],
  ])
  expect(files[0].stations[0].counts).toEqual({ agrees: 15, differs: 0, missing: 0, unexpected: 0, 'cannot-judge': 0 })
})

test.each([
  [['replay', '-', '--against-core'], '--against-core reads a capture twice: name a file'],
  [['replay', 'x.pcap', '--against-core', '--format', 'sarif'], '--against-core has no sarif report: use text or json'],
  [['replay', 'x.pcap', '--against-core', '--router', 'R1'], '--router R1: not NAME=FILE'],
  [['replay', 'x.pcap', '--router', 'R1=x'], '--router and --from-start need --against-core'],
])('%j is refused', async (words, message) => {
  const { code, err } = await command(...words)
  expect(code).toBe(2)
  expect(err.join('\n')).toContain(message)
})
