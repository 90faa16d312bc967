/**
 * Clouds for an hour of their own time, in two kinds: spokes that register every 30 s and nothing else; and the same, each
 * of which talks to five others besides, one packet a second for a minute. Each in a process of its own that takes the
 * packages as they are built, start-up included; here every import would be read anew at each use. Figures are printed,
 * nothing is asserted.
 * `SPOKES=100,1000` says how large the clouds are, `MINUTES` how much of the hour is played: without it all of it, and of
 * the largest with traffic six minutes, with as many conversations.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bench, describe } from 'vitest'

const program = fileURLToPath(new URL('programs/simulate-ours.mjs', import.meta.url))

function play(spokes: number, minutes: number, ...more: string[]): void {
  const { stdout, stderr } = spawnSync(process.execPath, [program, `${spokes}`, `${minutes}`, ...more])
  process.stdout.write(stdout)
  process.stderr.write(stderr)
}

const sizes = (process.env['SPOKES'] ?? '100,1000,10000').split(',').map(Number)
// A plain function would be called once more, to see whether it is one.
const once = { iterations: 1, warmupIterations: 0, warmupTime: 0, time: 0 }

function minutesOf(otherwise: number): number {
  return Number(process.env['MINUTES'] ?? otherwise)
}

describe('a simulated hour of registrations', () => {
  for (const spokes of sizes) bench(`${spokes} spokes`, async () => play(spokes, minutesOf(60)), once)
})

describe('a simulated hour of registrations and traffic', () => {
  for (const spokes of sizes) {
    bench(`${spokes} spokes`, async () => play(spokes, minutesOf(spokes > 1000 ? 6 : 60), 'talking'), once)
  }
})
