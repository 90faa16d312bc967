/**
 * The command beside tshark and tcpdump on the same file in one run: user CPU seconds of the whole process, the median
 * of interleaved rounds, output to /dev/null. Figures are ratios; the seconds are this machine's, today.
 *
 *   tsx tools/bench/commands.ts [frames] [rounds]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeWorkload } from './workload.ts'

interface Contender {
  readonly name: string
  readonly command: string
}

interface Trial {
  readonly what: string
  readonly frames: number
  /** The first is ours; the others are compared with it. */
  readonly contenders: readonly Contender[]
}

const frames = Number(process.argv[2] ?? 1_000_000)
const rounds = Number(process.argv[3] ?? 5)
const spokes = 200
const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url))
const ours = `"${process.execPath}" "${main}" dissect`
const fields =
  'frame.number frame.time_epoch ip.src ip.dst gre.key nhrp.hdr.op.type nhrp.reqid nhrp.src.prot.addr nhrp.htime esp.spi'
const selected = fields
  .split(' ')
  .map(name => `-e ${name}`)
  .join(' ')

const folder = mkdtempSync(join(tmpdir(), 'dmvpn-bench-'))
try {
  const file = (count: number): string => join(folder, `${count}.pcap`)
  const few = Math.min(frames, Math.max(10_000, Math.floor(frames / 10)))
  for (const count of new Set([3, 10_000, few, frames])) await writeWorkload(file(count), count, spokes)
  const trials: Trial[] = [
    {
      what: 'start-up, three frames',
      frames: 3,
      contenders: [own(file(3)), tshark('', file(3)), { name: 'node -e 0', command: `"${process.execPath}" -e 0` }],
    },
    {
      what: 'summary lines',
      frames,
      contenders: [
        own(file(frames)),
        tshark('', file(frames)),
        { name: 'tcpdump -nr', command: `tcpdump -nr "${file(frames)}"` },
      ],
    },
    {
      what: '-T fields, 10 fields',
      frames: few,
      contenders: [own(file(few), `-T fields ${selected}`), tshark(`-T fields ${selected}`, file(few))],
    },
    {
      what: '-T json',
      frames: few,
      contenders: [own(file(few), '-T json'), tshark('-T json --no-duplicate-keys', file(few))],
    },
    { what: '-V', frames: few, contenders: [own(file(few), '-V'), tshark('-V', file(few))] },
  ]
  for (const trial of trials) report(trial)
  for (const count of new Set([10_000, frames])) {
    const kilobytes = peak(`${ours} "${file(count)}"`)
    console.log(
      `peak memory, summary of ${count} frames: ${kilobytes === undefined ? 'GNU time is not installed' : `${Math.round(kilobytes / 1024)} MiB`}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function own(path: string, options = ''): Contender {
  return { name: 'dmvpn', command: `${ours} "${path}" ${options}` }
}

function tshark(options: string, path: string): Contender {
  return { name: 'tshark -n', command: `tshark -n -r "${path}" ${options}` }
}

function report({ what, frames: count, contenders }: Trial): void {
  const seconds = contenders.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, { command }] of contenders.entries()) {
      const used = userSeconds(command)
      if (used !== undefined) seconds[index]!.push(used)
    }
  }
  const medians = seconds.map(median)
  console.log(`\n${what} (${count} frames, median of ${rounds})`)
  for (const [index, { name }] of contenders.entries()) {
    const own = medians[index]
    if (own === undefined) console.log(`  ${name.padEnd(14)} not there`)
    else {
      const ratio = index === 0 || medians[0] === undefined ? '' : `  ${(own / medians[0]).toFixed(2)} × dmvpn's time`
      console.log(`  ${name.padEnd(14)} ${own.toFixed(3)} s${ratio}`)
    }
  }
}

/** User CPU seconds of a command, as bash's own `time` says; undefined where it fails. */
function userSeconds(command: string): number | undefined {
  const script = `TIMEFORMAT=%U; time { ${command} >/dev/null 2>&1; }`
  const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  const value = Number(stderr.trim().split('\n').at(-1))
  return status === 0 && Number.isFinite(value) ? value : undefined
}

/** The largest resident set of a command in KiB. */
function peak(command: string): number | undefined {
  const { status, stderr } = spawnSync('bash', ['-c', `/usr/bin/time -f %M ${command} >/dev/null`], {
    encoding: 'utf8',
  })
  return status === 0 ? Number(stderr.trim().split('\n').at(-1)) : undefined
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
