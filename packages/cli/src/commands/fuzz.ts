/** `dmvpn fuzz`: which search is asked for, and what is said of it. */
import { readFileSync } from 'node:fs'
import {
  commandTarget,
  type Finding,
  type FuzzCase,
  fieldOf,
  fuzzSelf,
  fuzzTarget,
  OutFolder,
  placeholder,
  seedsOfCapture,
  type Target,
  tsharkTarget,
  usualFields,
  wholeFile,
  writeLabelledCorpus,
} from '@dmvpn/fuzz'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'

export interface FuzzFlags {
  readonly self?: boolean
  readonly files?: boolean
  readonly target?: string
  readonly corpus?: string
  readonly runs?: number
  readonly minutes?: number
  readonly seed?: number
  readonly out?: string
  readonly timeLimit?: number
  readonly memoryLimit?: number
  readonly accept?: readonly number[]
  readonly compare?: 'tshark'
  readonly field?: readonly string[]
  readonly focus?: readonly string[]
}

/** What a search came to, whatever was tried. */
interface Outcome {
  readonly runs: number
  readonly before: number
  readonly found: readonly Finding[]
  readonly seconds: number
  /** What else there is to say. */
  readonly more: string
}

/** Each of them leaves a state behind to go on from, and no process of the target's. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const usual = { selfRuns: 100_000, commandRuns: 1000, seconds: 10, accepted: [0, 1] } as const

/** Searches, or writes the corpus. Throws CommandError where the options do not fit together. */
export async function fuzz(files: readonly string[], flags: FuzzFlags, io: Io): Promise<ExitCode> {
  refuseOdd(flags)
  if (flags.corpus !== undefined) {
    io.out.sink.text(`${writeLabelledCorpus(flags.corpus)} files and manifest.json in ${flags.corpus}\n`)
    return exitCode.done
  }
  const captures = files.map(file => io.files?.get(file) ?? new Uint8Array(readFileSync(file)))
  const seeds =
    flags.files === true
      ? captures.map(bytes => ({ bytes, linkType: wholeFile }) satisfies FuzzCase)
      : captures.flatMap(seedsOfCapture)
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  for (const name of signals) process.once(name, onSignal)
  try {
    const outcome = await search(seeds, flags, stop.signal, io)
    say(outcome, flags, io)
    if (stop.signal.aborted) return exitCode.interrupted
    return outcome.found.length > 0 ? exitCode.damaged : exitCode.done
  } finally {
    for (const name of signals) process.off(name, onSignal)
  }
}

function refuseOdd({ self = false, files, target, corpus, compare, field, focus, out }: FuzzFlags): void {
  const chosen = [self, target !== undefined, corpus !== undefined].filter(Boolean).length
  if (chosen !== 1) throw new CommandError('fuzz needs one of --self, --target and --corpus')
  if (corpus !== undefined) return
  if (target !== undefined && !target.includes(placeholder)) {
    throw new CommandError(`--target needs ${placeholder} where the capture file goes`)
  }
  if ((target !== undefined || compare !== undefined) && out === undefined) {
    throw new CommandError('fuzz needs --out for the capture files it makes')
  }
  if (files === true && (!self || compare !== undefined || focus !== undefined)) {
    throw new CommandError('--files is for --self alone')
  }
  if (field !== undefined && compare === undefined) throw new CommandError('-e is for --compare')
  if (focus !== undefined && (!self || compare !== undefined)) throw new CommandError('--focus is for --self')
}

async function search(seeds: readonly FuzzCase[], flags: FuzzFlags, signal: AbortSignal, io: Io): Promise<Outcome> {
  const { seed = 1, minutes, out, timeLimit = usual.seconds } = flags
  const tell = ({ runs, findings }: { readonly runs: number; readonly findings: number }): void => {
    io.notice?.(`\r${runs} cases, ${findings} findings`)
  }
  const options = { seed, minutes, seeds, signal, onProgress: tell }
  // Whoever gives minutes wants them to be used.
  const many = minutes === undefined ? undefined : Number.MAX_SAFE_INTEGER
  if (flags.self === true && flags.compare === undefined) {
    const runs = flags.runs ?? many ?? usual.selfRuns
    const input = flags.files === true ? 'files' : 'frames'
    const focus = flags.focus?.map(part => `${part}/`)
    const report = await fuzzSelf({
      ...options,
      runs,
      input,
      out,
      patience: timeLimit,
      mebibytes: flags.memoryLimit,
      focus,
    })
    const more = `, ${report.reached} of ${report.counters} branches and functions, ${report.kept} cases kept`
    return { ...report, more }
  }
  const folder = new OutFolder(out!)
  const runs = flags.runs ?? many ?? usual.commandRuns
  return {
    ...(await fuzzTarget(targetOf(flags, folder, timeLimit, signal), { ...options, runs, out: folder.path })),
    more: '',
  }
}

function targetOf(flags: FuzzFlags, out: OutFolder, seconds: number, signal: AbortSignal): Target {
  const { target, memoryLimit: mebibytes, accept: accepted = usual.accepted, field = usualFields } = flags
  if (target === undefined) return tsharkTarget(out, field)
  const compare = flags.compare === undefined ? undefined : field
  return commandTarget(target, { out, seconds, mebibytes, accepted, signal, compare })
}

function say({ runs, before, found, seconds, more }: Outcome, { out }: FuzzFlags, io: Io): void {
  io.notice?.('\r')
  for (const finding of found) {
    const { broken, minimal, run } = finding
    const changed = minimal.changed.map(({ fact }) => fact).join(', ')
    const what = [broken.law, fieldOf(finding)].join(' ').trim()
    io.out.sink.text(`case ${run}: ${what}${changed === '' ? '' : ` (changed: ${changed})`}\n`)
    io.out.sink.text(`  ${broken.detail.split('\n')[0]}\n`)
  }
  const where = out !== undefined && found.length > 0 ? `, written to ${out}/findings` : ''
  const earlier = before > 0 ? ` (${before} of them before)` : ''
  io.out.sink.text(`${runs} cases${earlier} in ${seconds.toFixed(1)} s${more}: ${found.length} findings${where}\n`)
}
