/** A command that is interrupted, or whose disk is full, leaves a readable file and says so. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { linkType, readCapture, recordOf, writePcap } from '@dmvpn/capture'
import { afterAll, expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../packages/cli/bin/dmvpn.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'dmvpn-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const packet = new Uint8Array(1000).fill(0x45)
const capture = writePcap(
  Array.from({ length: 2000 }, (_, seconds) => recordOf(packet, { seconds, nanoseconds: 0, linkType: linkType.raw })),
)

function written(file: string): { readonly records: number; readonly fault: unknown } {
  const read = readCapture(readFileSync(file))
  return { records: [...read].length, fault: read.fault }
}

async function ended(child: ReturnType<typeof spawn>): Promise<{ code: number | null; err: string }> {
  let err = ''
  child.stderr!.on('data', chunk => {
    err += String(chunk)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, err }
}

test('Ctrl-C while a pipe is waited for', async () => {
  const output = join(folder, 'interrupted.pcap')
  const child = spawn(process.execPath, [program, 'convert', '-', output], { stdio: ['pipe', 'pipe', 'pipe'] })
  const end = ended(child)
  // The pipe stays open. What the output holds is whole buffers of records; the last ones are still to come.
  child.stdin.on('error', () => {})
  child.stdin.write(capture)
  while (!existsSync(output) || statSync(output).size < 1_000_000) await setTimeout(20)
  child.kill('SIGINT')
  const { code, err } = await end
  const { records, fault } = written(output)
  expect(err).toBe(`dmvpn: interrupted: ${records} packets written to ${output}\n`)
  expect(code).toBe(3)
  expect(fault).toBeUndefined()
  expect(records).toBeGreaterThan(1000)
})

test('a full disk', async () => {
  const [input, output] = [join(folder, 'in.pcap'), join(folder, 'full.pcap')]
  writeFileSync(input, capture)
  // No file may be longer than 600 KiB.
  const limited = `trap '' XFSZ; ulimit -f 600; exec "$0" "$@"`
  const child = spawn('bash', ['-c', limited, process.execPath, program, 'convert', input, output])
  const { code, err } = await ended(child)
  expect(err).toMatch(
    /^dmvpn: cannot write .*full\.pcap: the file would be larger than allowed; \d+ octets of whole records were written\n$/,
  )
  expect(code).toBe(3)
  const { records, fault } = written(output)
  expect(fault).toBeUndefined()
  expect(records).toBeGreaterThan(200)
  expect(records).toBeLessThan(2000)
})

test('a pipe that nobody reads any more is no error', async () => {
  const input = join(folder, 'in.pcap')
  writeFileSync(input, capture)
  const child = spawn('bash', [
    '-c',
    '"$0" "$@" | head -c 100 > /dev/null; exit "${PIPESTATUS[0]}"',
    process.execPath,
    program,
    'convert',
    input,
    '-',
  ])
  expect(await ended(child)).toEqual({ code: 0, err: '' })
})
