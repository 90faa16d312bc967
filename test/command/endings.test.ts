/** How commands end that are not let finish: by Ctrl-C, or because nobody reads on. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MemoryOutput, run } from '@dmvpn/cli'
import { describe, expect, test } from 'vitest'

const sample = fileURLToPath(new URL('../../samples/captures/02a-phase3-auth-frr10.hub-link.pcap', import.meta.url))
const capture = new Uint8Array(readFileSync(sample))
const program = fileURLToPath(new URL('../../packages/cli/bin/dmvpn.js', import.meta.url))

/** A pipe that stays open; Ctrl-C comes when all that was in it has been read. */
async function* openPipe(): AsyncGenerator<Uint8Array> {
  yield capture
  process.emit('SIGINT')
  await new Promise(() => {})
}

async function interrupted(words: readonly string[]) {
  const out = new MemoryOutput()
  const errors: string[] = []
  const code = await run(words, { out, err: line => errors.push(line), stdin: openPipe(), env: {}, isTTY: false })
  return { code, out: out.text, err: errors.join('\n') }
}

describe('Ctrl-C', () => {
  test('prints what was counted', async () => {
    const { code, out, err } = await interrupted(['stats', '-', '--nhrp'])
    expect(out).toMatch(/^NHRP: 73 messages, 29 transactions, 29 answered\n/)
    expect([code, err]).toEqual([130, 'dmvpn: interrupted after 109 packets'])
  })

  test('ends a document where it stands, and prints what was counted behind it', async () => {
    const { code, out } = await interrupted(['dissect', '-', '-T', 'json', '-z', 'io,phs'])
    const end = out.indexOf('\n=====')
    expect(JSON.parse(out.slice(0, end))).toHaveLength(109)
    expect(out.slice(end)).toContain('nhrp                               frames:73 bytes:11671')
    expect(code).toBe(130)
  })

  test('leaves nobody waiting for signals', () => {
    expect(process.listenerCount('SIGINT')).toBe(0)
  })
})

describe('a reader that goes away', () => {
  /** The exit codes of both ends of a pipe, and what was said. */
  function piped(words: string, reader: string) {
    const files = Array(40).fill(`'${sample}'`).join(' ')
    const line = `'${process.execPath}' '${program}' ${words} ${files} | ${reader}; echo "\${PIPESTATUS[*]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
    return { lines: stdout.trimEnd().split('\n'), err: stderr }
  }

  test.each(['dissect', 'dissect -T json', 'dissect -V', 'stats --json'])('does not upset %s', words => {
    const { lines, err } = piped(words, 'head -n 1')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toBe('0 0')
    expect(err).toBe('')
  })
})
