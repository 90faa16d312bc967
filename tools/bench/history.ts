/** What was measured before: `history.json`, every table with the machine, the versions and the commit it belongs to. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Seconds of ours and of those it is compared with. */
export interface Measured {
  readonly what: string
  readonly frames: number
  readonly rounds: number
  readonly seconds: number
  readonly peers: Readonly<Record<string, number>>
}

export interface Entry {
  readonly commit: string
  readonly date: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly Measured[]
}

const file = fileURLToPath(new URL('history.json', import.meta.url))

/** A ratio that is worse than before by more than this is reported: half of it is the noise of a shared machine. */
const tolerance = 1.25

export function readHistory(): readonly Entry[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Entry[]) : []
}

/** Adds what was measured now. */
export function record(rows: readonly Measured[]): void {
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`
  const entry: Entry = {
    commit: firstLine('git', ['describe', '--always', '--dirty']),
    date: new Date().toISOString().slice(0, 10),
    machine,
    versions: {
      node: process.version,
      tshark: firstLine('tshark', ['--version']),
      tcpdump: firstLine('tcpdump', ['--version']),
      cc: firstLine('cc', ['--version']),
    },
    rows,
  }
  writeFileSync(file, `${JSON.stringify([...readHistory(), entry], null, 2)}\n`)
}

function firstLine(program: string, words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  return (stdout || stderr || 'not there').split('\n')[0]!
}

/** Rows whose ratio to a peer is clearly worse than in the last table that has them, in words. */
export function worseThanBefore(rows: readonly Measured[], history: readonly Entry[]): readonly string[] {
  const worse: string[] = []
  for (const row of rows) {
    const before = history
      .flatMap(entry => entry.rows)
      .findLast(({ what, frames }) => what === row.what && frames === row.frames)
    if (before === undefined) continue
    for (const [peer, seconds] of Object.entries(row.peers)) {
      const then = before.peers[peer]
      if (then === undefined) continue
      const now = row.seconds / seconds
      const ratio = before.seconds / then
      if (now > ratio * tolerance)
        worse.push(`${row.what}: ${now.toFixed(2)} of ${peer}'s time, ${ratio.toFixed(2)} before`)
    }
  }
  return worse
}
