/**
 * The command and the library beside what a user would take instead, on the same file in one run: user CPU seconds of
 * whole processes (of several workers the time one waits), the median of interleaved rounds, output to /dev/null. Figures
 * are ratios; the seconds are this machine's, today. Outputs that can be compared are compared before anything is timed.
 *
 *   tsx tools/bench/commands.ts [--frames N] [--few N] [--rounds N] [--only TEXT]… [--check | --record]
 *
 * `--check` compares with the last table in history.json that has the row, and exits with 1 where a ratio is worse by a
 * quarter; `--record` adds this table to it.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Measured, readHistory, record, worseThanBefore } from './history.ts'
import { digestOf, isThere, octetsOf, peakKilobytes, userSeconds, wallSeconds } from './measure.ts'
import { type Row, rowsOf } from './rows.ts'
import { fieldsThatDiffer } from './same-fields.ts'
import { writeSealedWorkload, writeWorkload } from './workload.ts'

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    few: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true, default: [] },
    check: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
})
const frames = Number(values.frames)
const few = values.few === '' ? Math.max(1000, Math.floor(frames / 2)) : Number(values.few)
const many = 5 * frames
const rounds = Number(values.rounds)
const spokes = 200

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-bench-'))
const dmvpn = `"${process.execPath}" "${join(folder, 'bin', 'dmvpn.js')}"`
try {
  // A copy: a build in the middle of a run would take the command away.
  for (const part of ['bin', 'dist']) {
    cpSync(fileURLToPath(new URL(`../../packages/cli/${part}`, import.meta.url)), join(folder, part), {
      recursive: true,
    })
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const count of new Set([3, 1000, 10_000, few, frames, many])) await writeWorkload(pathOf(count), count, spokes)
  const sealed = join(folder, 'sealed.pcap')
  const keys = (await writeSealedWorkload(sealed, few, spokes)).map(line => `-o 'uat:esp_sa:${line}'`).join(' ')
  const ground = { file: pathOf, frames, few, many, sealed, keys, walker: walker(), folder, dmvpn }
  const asked = (what: string): boolean => values.only.length === 0 || values.only.some(only => what.includes(only))
  const rows = rowsOf(ground).filter(({ what }) => asked(what))
  const measured = rows.map(report)
  if (values.only.length === 0) {
    for (const count of new Set([10_000, frames, many])) reportPeak('summary', '', count)
    for (const count of new Set([10_000, frames])) reportPeak('-V', '-V', count)
  }
  finish(measured)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Where the file of so many frames lies. */
function pathOf(count: number): string {
  return join(folder, `${count}.pcap`)
}

/** The C walker, built; undefined where there is no compiler. */
function walker(): string | undefined {
  const built = join(folder, 'walk')
  const source = fileURLToPath(new URL('walk.c', import.meta.url))
  return spawnSync('cc', ['-O2', '-o', built, source]).status === 0 ? built : undefined
}

function report(row: Row): Measured {
  const peers = row.peers.filter(({ needs }) => needs === undefined || isThere(needs))
  for (const { name, command } of peers) {
    if (row.equals?.includes(name) !== true) continue
    const theirs = digestOf(command)
    if (theirs === undefined || theirs === digestOf(row.ours)) continue
    console.log(`${row.what}: ${name} writes something else`)
    process.exitCode = 1
  }
  for (const difference of row.fieldsOf === undefined ? [] : fieldsThatDiffer(row.fieldsOf, dmvpn, pathOf(1000))) {
    console.log(`${row.what}: not as tshark says: ${difference}`)
    process.exitCode = 1
  }
  const measure = row.waits === true ? wallSeconds : userSeconds
  const [seconds = Number.NaN, ...others] = measure([row.ours, ...peers.map(({ command }) => command)], rounds)
  console.log(`\n${row.what} (${row.frames} frames, median of ${rounds})`)
  console.log(`  ${'dmvpn'.padEnd(20)} ${seconds.toFixed(3)} s`)
  const times: Record<string, number> = {}
  for (const [index, { name, command }] of peers.entries()) {
    const other = others[index]
    if (other === undefined) {
      console.log(`  ${name.padEnd(20)} not there`)
      continue
    }
    times[name] = other
    console.log(
      `  ${name.padEnd(20)} ${other.toFixed(3)} s  ${(other / seconds).toFixed(2)} × dmvpn's time${perOctet(row, command)}`,
    )
  }
  return { what: row.what, frames: row.frames, rounds, seconds: round(seconds), peers: mapped(times, round) }
}

/** Of what writes a tree: how many octets a frame. */
function perOctet({ counts, ours, frames: count }: Row, theirs: string): string {
  if (counts !== true) return ''
  const [own, other] = [octetsOf(ours), octetsOf(theirs)]
  if (own === undefined || other === undefined) return ''
  return `; octets a frame: ${Math.round(own / count)}, theirs ${Math.round(other / count)}`
}

function reportPeak(what: string, options: string, count: number): void {
  const kilobytes = peakKilobytes(`${dmvpn} dissect -n ${options} "${pathOf(count)}"`)
  const text = kilobytes === undefined ? 'GNU time is not installed' : `${Math.round(kilobytes / 1024)} MiB`
  console.log(`peak memory, ${what} of ${count} frames: ${text}`)
}

function finish(measured: readonly Measured[]): void {
  if (values.check) {
    const worse = worseThanBefore(measured, readHistory())
    for (const line of worse) console.log(`worse than before: ${line}`)
    if (worse.length > 0) process.exitCode = 1
  }
  if (values.record) record(measured)
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

function mapped(of: Readonly<Record<string, number>>, change: (value: number) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value)]))
}
