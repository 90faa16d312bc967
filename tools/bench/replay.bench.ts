/**
 * The judge beside the decoder on the same captures: whole processes, user CPU seconds and the largest resident set.
 * Figures are printed, nothing is asserted. `FRAMES=100000,1000000` says how long the captures are. Most of what is
 * measured fails some rule: every spoke says the same thing again and again.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bench, describe } from 'vitest'
import { peakKilobytes, userSeconds } from './measure.ts'
import { writeWorkload } from './workload.ts'

const spokes = 200
const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url))
const dmvpn = `"${process.execPath}" "${main}"`

async function measure(frames: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dmvpn-bench-'))
  try {
    const file = join(folder, 'workload.pcap')
    await writeWorkload(file, frames, spokes)
    // Failures are no reason to stop measuring.
    const judge = `${dmvpn} replay "${file}"`
    const [replayed, decoded] = userSeconds([`{ ${judge} || true; }`, `${dmvpn} dissect -n "${file}"`], 1)
    const figures = [speedOf('replay', frames, replayed), speedOf('dissect -n', frames, decoded), peakOf(judge)]
    process.stdout.write(`${frames} frames: ${figures.join('; ')}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function speedOf(what: string, frames: number, seconds: number | undefined): string {
  if (seconds === undefined) return `${what} failed`
  return `${what} ${seconds.toFixed(1)} s, ${Math.round(frames / seconds)} frames/s`
}

function peakOf(command: string): string {
  const kilobytes = peakKilobytes(`bash -c '${command} || true'`)
  return kilobytes === undefined ? 'GNU time is not installed' : `replay ${Math.round(kilobytes / 1024)} MiB at most`
}

describe('replay', () => {
  for (const frames of (process.env['FRAMES'] ?? '100000,1000000').split(',').map(Number)) {
    bench(`${frames} frames`, async () => measure(frames), {
      iterations: 1,
      warmupIterations: 0,
      warmupTime: 0,
      time: 0,
    })
  }
})
