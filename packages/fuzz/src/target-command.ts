/** A command as a target: it is given a capture file and watched until it ends, or until it has to be ended. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { constants } from 'node:os'
import { markName, ProcessFamily } from './process-family.ts'
import type { Broken } from './target-self.ts'

export interface CommandLimits {
  /** Seconds after which the command and all it started are killed. */
  readonly seconds: number
  /** MiB of memory that all of them may hold together; no limit where left out. */
  readonly mebibytes?: number | undefined
  /** Exit codes that are no finding. */
  readonly accepted: readonly number[]
}

export interface CommandOutcome {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly ended: 'by itself' | 'time limit' | 'memory limit'
  /** The first mebibyte of it. */
  readonly stdout: string
  readonly stderr: string
}

/** What stands for the capture file in a command. */
export const placeholder = '{}'

const mostOutput = 1 << 20
const pollMilliseconds = 100

/**
 * Runs `command` with `{}` replaced by a file's path, in a shell and a process group of its own, in `folder`.
 * Throws RangeError where the command has no `{}`. Kills all that it started in every case.
 */
export function runCommand(
  command: string,
  file: string,
  folder: string,
  limits: CommandLimits,
  signal?: AbortSignal,
): Promise<CommandOutcome> {
  if (!command.includes(placeholder)) throw new RangeError(`the command has no ${placeholder} for the capture file`)
  const line = `ulimit -c 0; ${command.replaceAll(placeholder, quoted(file))}`
  return new Promise((resolve, reject) => {
    const mark = randomUUID()
    const child = spawn('/bin/sh', ['-c', line], {
      cwd: folder,
      detached: true,
      env: { ...process.env, [markName]: mark },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const family = child.pid === undefined ? undefined : new ProcessFamily(child.pid, mark)
    let ended: CommandOutcome['ended'] = 'by itself'
    const output = { stdout: '', stderr: '' }
    const end = (because: CommandOutcome['ended']): void => {
      ended = because
      family?.kill()
    }
    const stop = (): void => family?.kill()
    const timer = setTimeout(() => end('time limit'), 1000 * limits.seconds)
    const watch = setInterval(() => {
      const { mebibytes } = limits
      if (mebibytes !== undefined && family !== undefined && family.resident > mebibytes * 2 ** 20) end('memory limit')
    }, pollMilliseconds)
    signal?.addEventListener('abort', stop)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('latin1').on('data', (text: string) => {
        if (output[name].length < mostOutput) output[name] += text.slice(0, mostOutput - output[name].length)
      })
    }
    const settle = (): void => {
      clearTimeout(timer)
      clearInterval(watch)
      signal?.removeEventListener('abort', stop)
      // What the command left behind goes with it, and with it whoever still holds the pipes.
      family?.kill()
    }
    child.on('error', error => {
      settle()
      reject(error)
    })
    child.on('exit', settle)
    child.on('close', (code, name) => resolve({ ...endOf(code, name), ended, ...output }))
  })
}

/** What an outcome breaks; undefined where the command ended well. */
export function brokenBy(
  { exitCode, signal, ended, stderr }: CommandOutcome,
  limits: CommandLimits,
): Broken | undefined {
  const words = stderr.trim().slice(-2000)
  if (ended !== 'by itself') return { law: ended, field: '', detail: words }
  if (signal !== undefined) return { law: 'signal', field: '', detail: `${signal} ${words}`.trim() }
  if (exitCode === undefined || limits.accepted.includes(exitCode)) return undefined
  return { law: 'exit code', field: '', detail: `${exitCode} ${words}`.trim() }
}

/** A shell says a command died of signal n by exit code 128 + n. */
function endOf(code: number | null, name: string | null): Pick<CommandOutcome, 'exitCode' | 'signal'> {
  if (code === null) return { exitCode: undefined, signal: name ?? undefined }
  const signal = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0]
  return signal === undefined ? { exitCode: code, signal: undefined } : { exitCode: undefined, signal }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`
}
