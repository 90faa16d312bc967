/** Commands timed beside each other: user CPU seconds of whole processes, in rounds, so that what disturbs one disturbs all. */
import { spawnSync } from 'node:child_process'

/** User CPU seconds of each command, the median of so many interleaved rounds; undefined where one fails or is not there. */
export function userSeconds(commands: readonly string[], rounds: number): (number | undefined)[] {
  return medians(commands, rounds, '%U')
}

/** The same of the seconds that one waits for it: for what works on several processors. */
export function wallSeconds(commands: readonly string[], rounds: number): (number | undefined)[] {
  return medians(commands, rounds, '%R')
}

/** As bash's own `time` says, in a format of its own. */
type TimeFormat = '%U' | '%R'

function medians(commands: readonly string[], rounds: number, format: TimeFormat): (number | undefined)[] {
  const seconds = commands.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const used = once(command, format)
      if (used !== undefined) seconds[index]!.push(used)
    }
  }
  return seconds.map(median)
}

function once(command: string, format: TimeFormat): number | undefined {
  const script = `TIMEFORMAT=${format}; time { ${command} >/dev/null 2>&1; }`
  const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  const value = Number(stderr.trim().split('\n').at(-1))
  return status === 0 && Number.isFinite(value) ? value : undefined
}

/** The largest resident set of a command in KiB, as GNU time says; undefined without it. */
export function peakKilobytes(command: string): number | undefined {
  const { status, stderr } = spawnSync('bash', ['-c', `/usr/bin/time -f %M ${command} >/dev/null`], {
    encoding: 'utf8',
  })
  return status === 0 ? Number(stderr.trim().split('\n').at(-1)) : undefined
}

/** What a command writes, as a digest; undefined where it fails. */
export function digestOf(command: string): string | undefined {
  const { status, stdout } = spawnSync('bash', ['-o', 'pipefail', '-c', `${command} 2>/dev/null | sha256sum`], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout : undefined
}

/** Octets a command writes; undefined where it fails. */
export function octetsOf(command: string): number | undefined {
  const { status, stdout } = spawnSync('bash', ['-o', 'pipefail', '-c', `${command} 2>/dev/null | wc -c`], {
    encoding: 'utf8',
  })
  return status === 0 ? Number(stdout) : undefined
}

/** Whether a shell finds a program. */
export function isThere(program: string): boolean {
  return spawnSync('bash', ['-c', `command -v ${program}`]).status === 0
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
