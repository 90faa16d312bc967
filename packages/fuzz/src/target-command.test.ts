import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzzTarget } from './fuzz-target.ts'
import { OutFolder } from './out-folder.ts'
import { brokenBy, type CommandLimits, runCommand } from './target-command.ts'
import { commandTarget } from './targets.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dmvpn-fuzz-'))
  writeFileSync(join(folder, 'it’s.pcap'), 'octets')
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const limits: CommandLimits = { seconds: 10, accepted: [0] }

function run(command: string, more: Partial<CommandLimits> = {}) {
  return runCommand(command, join(folder, 'it’s.pcap'), folder, { ...limits, ...more })
}

test('a command gets the file, in the folder', async () => {
  const outcome = await run('cat {}; pwd')
  expect(outcome).toMatchObject({ exitCode: 0, signal: undefined, ended: 'by itself' })
  expect(outcome.stdout.startsWith('octets')).toBe(true)
  expect(brokenBy(outcome, limits)).toBeUndefined()
  expect(() => run('cat')).toThrow(RangeError)
})

test('exit codes and signals', async () => {
  expect(brokenBy(await run('echo oh >&2; exit 7 # {}'), limits)).toEqual({
    law: 'exit code',
    field: '',
    detail: '7 oh',
  })
  expect(brokenBy(await run('exit 7 # {}'), { ...limits, accepted: [0, 7] })).toBeUndefined()
  expect(brokenBy(await run('kill -SEGV $$ # {}'), limits)).toMatchObject({ law: 'signal', detail: 'SIGSEGV' })
  expect(brokenBy(await run('sh -c "kill -ABRT \\$\\$"; exit $? # {}'), limits)).toMatchObject({ law: 'signal' })
})

test('at the time limit a command dies with its children', async () => {
  const marker = join(folder, 'children')
  const began = Date.now()
  const outcome = await run(`(sleep 61 & echo $! > ${marker}; sleep 62) & sleep 63 # {}`, { seconds: 0.5 })
  expect(Date.now() - began).toBeLessThan(5000)
  expect(brokenBy(outcome, limits)).toMatchObject({ law: 'time limit' })
  const child = readFileSync(marker, 'utf8').trim()
  expect(isAlive(child)).toBe(false)
})

test('a child left in the background goes when the command does', async () => {
  const marker = join(folder, 'background')
  await run(`sleep 64 & echo $! > ${marker} # {}`)
  expect(isAlive(readFileSync(marker, 'utf8').trim())).toBe(false)
})

test('nor does one that left the group stay, or hold us up', async context => {
  if (!existsSync('/proc/self/environ')) return context.skip('the system does not tell')
  const marker = join(folder, 'left')
  const began = Date.now()
  await run(`setsid sh -c 'echo $$ > ${marker}; exec sleep 65' & sleep 0.3 # {}`)
  expect(Date.now() - began).toBeLessThan(5000)
  expect(isAlive(readFileSync(marker, 'utf8').trim())).toBe(false)
})

/** A killed process may still be waiting for its parent to take note. */
function isAlive(pid: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z')
}

test('at the memory limit, too', async context => {
  if (!existsSync('/proc/self/stat')) return context.skip('the system does not tell')
  const greedy = `${process.execPath} -e "const a = []; setInterval(() => a.push(Buffer.alloc(1e7, 1)), 5)" # {}`
  const outcome = await run(greedy, { mebibytes: 200 })
  expect(brokenBy(outcome, limits)).toMatchObject({ law: 'memory limit' })
})

test('nothing leaves the folder', () => {
  const out = new OutFolder(join(folder, 'out'))
  for (const name of ['../x', '..', 'a/../../x', '']) expect(() => out.place(name)).toThrow(RangeError)
  expect(out.write('a/b.txt', 'x')).toBe(join(folder, 'out', 'a', 'b.txt'))
  mkdirSync(join(folder, 'elsewhere'))
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'out', 'findings'))
  expect(() => out.write('findings/x', 'x')).toThrow(RangeError)
  writeFileSync(join(folder, 'elsewhere', 'kept'), 'kept')
  for (const link of ['state.json', 'state.json.part'])
    symlinkSync(join(folder, 'elsewhere', 'kept'), join(folder, 'out', link))
  out.write('state.json', 'ours')
  expect(readFileSync(join(folder, 'elsewhere', 'kept'), 'utf8')).toBe('kept')
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['kept'])
  expect(out.read('state.json')).toBe('ours')
})

/** A target that fails on what it must not see: NHRP with a hop count below 16. It reads the octets where they stand. */
const fussy = `case "$(od -An -v -tx1 -j 60 -N 18 {} | tr -d ' \\n')" in 20002001*0?) exit 9;; esac`

test('a campaign finds, shrinks, notes, stops and goes on', async () => {
  const path = join(folder, 'campaign')
  const out = new OutFolder(path)
  const target = commandTarget(fussy, { ...limits, out })
  const first = await fuzzTarget(target, { runs: 400, seed: 3, out: path, mostFindings: 1 })
  expect(first.found).toHaveLength(1)
  const [finding] = first.found
  expect(finding!.broken).toMatchObject({ law: 'exit code' })
  expect(finding!.minimal.changed.length).toBeLessThanOrEqual(3)
  const files = readdirSync(join(path, 'findings'))
  expect(files.map(name => name.replace(/^.*\./, '')).sort()).toEqual(['json', 'pcap'])
  const note = JSON.parse(
    readFileSync(join(path, 'findings', files.find(name => name.endsWith('.json'))!), 'utf8'),
  ) as {
    readonly law: string
    readonly changed: readonly unknown[]
  }
  expect(note).toMatchObject({ law: 'exit code', field: 'nhrp.hdr.hopcnt', target: target.name, seed: 3 })

  const stop = new AbortController()
  const half = await fuzzTarget(target, {
    runs: 1000,
    seed: 3,
    out: path,
    signal: stop.signal,
    onProgress: ({ runs }) => {
      if (runs >= first.runs + 20) stop.abort()
    },
  })
  expect(half.runs).toBe(first.runs + 20)
  const rest = await fuzzTarget(target, { runs: half.runs + 5, seed: 3, out: path })
  expect(rest).toMatchObject({ runs: half.runs + 5, found: [] })
})
