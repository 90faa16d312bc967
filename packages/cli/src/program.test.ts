import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Io } from './io.ts'
import { MemoryOutput } from './output.ts'
import { run } from './program.ts'

const capture = new Uint8Array(
  readFileSync(new URL('../../../samples/captures/01-reg-auth-frr10.hub-link.pcap', import.meta.url)),
)

async function command(words: readonly string[], more: Partial<Io> = {}) {
  const out = new MemoryOutput()
  const errors: string[] = []
  const io: Io = {
    out,
    err: line => errors.push(line),
    stdin: chunks([]),
    files: new Map([
      ['hub.pcap', capture],
      ['cut.pcap', capture.subarray(0, 300)],
      ['empty.pcap', new Uint8Array(0)],
      ['words.txt', new TextEncoder().encode('no capture\n')],
    ]),
    env: {},
    isTTY: false,
    ...more,
  }
  const code = await run(words, io)
  return { code, out: out.text, err: errors.join('\n') }
}

async function* chunks(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

describe('dmvpn dissect', () => {
  it('prints a line for each packet', async () => {
    const { code, out } = await command(['dissect', 'hub.pcap', '-c', '4'])
    const lines = out.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(lines).toHaveLength(4)
    expect(lines[2]).toContain('150.1.3.3 → 150.1.1.1    NHRP 147 NHRP Registration Request, ID=1')
  })

  it('reads standard input and -r files, each counted from 1', async () => {
    const { out } = await command(['dissect', '-r', 'hub.pcap', '-'], { stdin: chunks([capture]) })
    expect(out.split('\n').filter(line => line.startsWith('    1 '))).toHaveLength(2)
  })

  it('prints fields', async () => {
    const words = ['dissect', 'hub.pcap', '-c', '3', '-T', 'fields', '-e', 'frame.number', '-e', 'ip.src']
    expect((await command([...words, '-E', 'header=y', '-E', 'separator=;'])).out).toBe(
      'frame.number;ip.src\n1;\n2;\n3;150.1.3.3\n',
    )
  })

  it('prints JSON that parses', async () => {
    const { out } = await command(['dissect', 'hub.pcap', '-T', 'json'])
    expect(JSON.parse(out)).toHaveLength(44)
    expect(JSON.parse((await command(['dissect', 'nope.pcap', '-T', 'json'])).out)).toEqual([])
  })

  it('hides secrets unless asked', async () => {
    const words = ['dissect', 'hub.pcap', '-O', 'nhrp', '-c', '3']
    expect((await command(words)).out).toContain('***** (5 octets)')
    expect((await command(words)).out).not.toContain(': cisco')
    expect((await command([...words, '--show-secrets'])).out).not.toContain('*****')
  })

  it('marks the octets of a field where there are any', async () => {
    const { out } = await command(['dissect', 'hub.pcap', '-c', '3', '--hex', 'gre.key'])
    expect(out.match(/\^+/g)).toEqual(['^^^^^^^^^^^'])
  })

  it('delivers what precedes the damage, then says where the file ends', async () => {
    const { code, out, err } = await command(['dissect', 'cut.pcap'])
    expect(code).toBe(1)
    expect(out.trimEnd().split('\n')).toHaveLength(2)
    expect(err).toMatch(/^dmvpn: cut\.pcap: the file is damaged: .* at 1\d\d/)
  })

  it.each([
    [['dissect'], 2, 'no capture file'],
    [['dissect', 'nope.pcap'], 3, 'cannot read nope.pcap: no such file'],
    [['dissect', 'words.txt'], 3, 'cannot read words.txt: magic number 0x6e6f2063 is not that of a capture'],
    [['stats', 'empty.pcap'], 3, 'cannot read empty.pcap: it is empty'],
    [['dissect', 'hub.pcap', '--color', 'maybe'], 2, 'Allowed choices are always, never, auto'],
    [['config', 'check', 'words.txt'], 2, 'words.txt: no line of a configuration in it'],
    [['dissect', 'hub.pcap', '-T', 'xml'], 2, 'not one of text'],
    [['dissect', 'hub.pcap', '-e', 'ip.src'], 2, '-e needs -T fields'],
    [['dissect', 'hub.pcap', '-T', 'fields'], 2, 'needs at least one -e'],
    [['dissect', 'hub.pcap', '-T', 'fields', '-e', 'gre.kye'], 2, 'did you mean gre.key?'],
    [['dissect', 'hub.pcap', '-T', 'fields', '-e', 'gre.key', '-E', 'x=y'], 2, '-E x=y'],
    [['dissect', 'hub.pcap', '-O', 'nrhp'], 2, 'did you mean nhrp?'],
    [['dissect', 'hub.pcap', '-c', '0'], 2, 'whole number'],
    [['dissect', 'hub.pcap', '--nope'], 2, 'unknown option'],
    [['nope'], 2, 'unknown command'],
  ])('refuses %j with %i', async (words, code, message) => {
    const refused = await command(words)
    expect(refused.code).toBe(code)
    expect(refused.err).toMatch(/^dmvpn: |^words\.txt: /)
    expect(refused.err).toContain(message)
    expect(refused.err).not.toContain('    at ')
  })

  it('colours only where it may', async () => {
    const words = ['dissect', 'hub.pcap', '-c', '3']
    const escape = '\u001b['
    expect((await command(words)).out).not.toContain(escape)
    expect((await command(words, { isTTY: true })).out).toContain(escape)
    expect((await command(words, { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain(escape)
    expect((await command(words, { env: { FORCE_COLOR: '1' } })).out).toContain(escape)
    expect((await command([...words, '--color', 'never'], { isTTY: true })).out).not.toContain(escape)
  })
})

describe('dmvpn', () => {
  it('lists fields', async () => {
    expect((await command(['fields', 'gre'])).out).toContain('gre.key\tuint32\tKey\n')
    expect((await command(['fields', 'gree'])).err).toContain('did you mean gre?')
  })

  it('has help with examples and a version', async () => {
    expect((await command(['dissect', '--help'])).out).toContain('Examples:')
    expect((await command(['--version'])).out).toBe('0.1.0\n')
  })
})
