/** A campaign against the project's own code, watched from another thread: what does not come back is found, too. */
import { Worker } from 'node:worker_threads'
import { builtInSeeds, distinct } from './corpus.ts'
import { builtInFiles } from './file-seeds.ts'
import { type Finding, writeFinding } from './finding.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { OutFolder } from './out-folder.ts'
import {
  progressSlot,
  type SelfMessage,
  type SelfOrders,
  type SelfTarget,
  type Strategy,
  signatureOf,
  slotHeader,
  slotSize,
  stopSlot,
} from './self-orders.ts'
import { readState, writeState } from './state.ts'

export interface SelfOptions {
  /** Cases in all, those of a stopped campaign included. */
  readonly runs: number
  /** A limit in minutes; none where left out. */
  readonly minutes?: number | undefined
  readonly seed: number
  /** Where findings and the state go; nothing is written where left out. */
  readonly out?: string | undefined
  /** What is tried: frames, where nothing is said, or whole capture files. */
  readonly input?: 'frames' | 'files'
  /** Valid frames, or files, beside the built-in ones. */
  readonly seeds?: readonly FuzzCase[]
  /** Stops the campaign, its state kept. */
  readonly signal?: AbortSignal | undefined
  readonly strategy?: Strategy
  readonly mostFindings?: number
  /** Seconds after which a case that did not come back is a finding. */
  readonly patience?: number
  /** MiB that the trying thread may hold, beside what lies in buffers; 1024 where left out. */
  readonly mebibytes?: number | undefined
  /** What is counted: folders or files of protocols (`nhrp`, `gre/gre.js`); everything where left out. */
  readonly focus?: readonly string[] | undefined
  /** Another judge. */
  readonly target?: SelfTarget
  readonly onProgress?: (progress: SelfProgress) => void
}

export interface SelfProgress {
  readonly runs: number
  /** Counters there are, and those that were reached; 0 where nothing is counted. */
  readonly counters: number
  readonly reached: number
  readonly kept: number
  readonly findings: number
}

export interface SelfReport extends SelfProgress {
  /** Of the runs, those of the campaign that was gone on with. */
  readonly before: number
  readonly found: readonly Finding[]
  readonly seconds: number
}

/** Tries the project's own code. Ends with the runs, the minutes, the findings, the signal, or a case that hangs. */
export async function fuzzSelf(options: SelfOptions): Promise<SelfReport> {
  const {
    runs,
    seed,
    input = 'frames',
    strategy = 'guided',
    mostFindings = 20,
    patience = 20,
    mebibytes = 1024,
  } = options
  const began = Date.now()
  const target = options.target ?? (input === 'files' ? readersTarget : ownTarget())
  const out = options.out === undefined ? undefined : new OutFolder(options.out)
  const targetName = `self ${target.name} ${strategy}`
  const earlier = out && readState(out, targetName, seed)
  const seeds = distinct([...(input === 'files' ? builtInFiles() : builtInSeeds()), ...(options.seeds ?? [])])
  const shared = new SharedArrayBuffer(slotHeader + slotSize)
  const counts = new Int32Array(shared, 0, slotHeader / 4)
  const corpus = [...(earlier?.corpus ?? [])]
  const signatures = [...(earlier?.found ?? [])]
  const found: Finding[] = []
  let progress = { runs: earlier?.runs ?? 0, counters: 0, reached: 0, kept: corpus.length, findings: 0 }
  let chance = earlier?.chance ?? seed
  const orders: SelfOrders = {
    target,
    counted: countedModules(target.url, input === 'files' ? ['wire', 'capture'] : ['wire', 'protocols'], options.focus),
    strategy,
    seeds,
    corpus,
    chance,
    run: progress.runs,
    runs,
    until: options.minutes === undefined ? Number.MAX_SAFE_INTEGER : began + 60_000 * options.minutes,
    mostFindings,
    known: signatures,
    shared,
  }
  const keep = (finding: Finding): void => {
    found.push(finding)
    signatures.push(signatureOf(finding.broken))
    progress = { ...progress, findings: found.length }
    if (out !== undefined) writeFinding(out, finding, { target: targetName, seed })
  }
  const save = (): void => {
    if (out !== undefined) {
      writeState(out, { seed, target: targetName, runs: progress.runs, chance, corpus, found: signatures })
    }
  }
  let saved = Date.now()
  const ended = await watch(orders, { patience, mebibytes }, options.signal, message => {
    if (message.message === 'started') progress = { ...progress, counters: message.counters }
    else if (message.message === 'kept') corpus.push(message.input)
    else if (message.message === 'finding') keep(message)
    else {
      chance = message.chance
      progress = { ...progress, runs: message.run, reached: message.reached, kept: corpus.length }
      options.onProgress?.(progress)
      // Whoever is killed without warning loses half a minute.
      if (Date.now() - saved > 30_000) {
        save()
        saved = Date.now()
      }
    }
  })
  if (ended !== 'by itself') {
    const linkType = counts[2]!
    const bytes = new Uint8Array(shared, slotHeader, counts[3]!).slice()
    const detail = ended === 'hung' ? `did not come back within ${patience} s` : `took more than ${mebibytes} MiB`
    const broken = { law: ended === 'hung' ? 'no hang' : 'memory', field: '', detail }
    const input = { bytes, linkType }
    keep({ broken, input, minimal: { input, base: input, changed: [] }, run: progress.runs })
  }
  save()
  return { ...progress, before: earlier?.runs ?? 0, found, seconds: (Date.now() - began) / 1000 }
}

/** The project's own laws: all of them, or, for many cases in little time, all of them for every fourth case. */
export function ownTarget(laws: 'all' | 'sampled' = 'all'): SelfTarget {
  const url = moduleOf('target-self')
  return laws === 'all' ? { url, name: 'judge' } : { url, name: 'judgeSampled', thorough: 'judge' }
}

const readersTarget: SelfTarget = { url: moduleOf('target-file'), name: 'judgeFile' }

/** How the trying thread ended: it had to be killed where a case did not come back, or took all memory. */
type Ending = 'by itself' | 'hung' | 'out of memory'

/** Runs the other thread to its end. */
function watch(
  orders: SelfOrders,
  { patience, mebibytes }: { readonly patience: number; readonly mebibytes: number },
  signal: AbortSignal | undefined,
  hear: (message: SelfMessage) => void,
): Promise<Ending> {
  const counts = new Int32Array(orders.shared, 0, slotHeader / 4)
  const resourceLimits = { maxOldGenerationSizeMb: mebibytes }
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(moduleOf('self-worker')), { workerData: orders, execArgv: [], resourceLimits })
    let last = 0
    let since = Date.now()
    const timer = setInterval(() => {
      const now = Atomics.load(counts, progressSlot)
      // Before the first case modules are loaded and counters put in.
      if (now !== last || now === 0) {
        last = now
        since = Date.now()
      } else if (Date.now() - since > 1000 * patience) {
        settle(() => resolve('hung'))
        void worker.terminate()
      }
    }, 250)
    const stop = (): void => {
      Atomics.store(counts, stopSlot, 1)
      // Nobody waits for modules to be loaded that are not used any more.
      if (Atomics.load(counts, progressSlot) > 0) return
      settle(() => resolve('by itself'))
      void worker.terminate()
    }
    const settle = (end: () => void): void => {
      clearInterval(timer)
      signal?.removeEventListener('abort', stop)
      end()
    }
    signal?.addEventListener('abort', stop)
    if (signal?.aborted === true) stop()
    worker.on('message', hear)
    worker.on('error', error => settle(() => (isOutOfMemory(error) ? resolve('out of memory') : reject(error))))
    worker.on('exit', () => settle(() => resolve('by itself')))
  })
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

/** The address of one of our built modules: threads run what was built, whoever runs this from its source. */
function moduleOf(name: string): string {
  return new URL(`../dist/${name}.js`, import.meta.url).href
}

/** What is counted: the walks and what they stand on, or a part of them, and a target that is not the project's own. */
function countedModules(
  target: string,
  packages: readonly string[],
  focus: readonly string[] | undefined,
): readonly string[] {
  const folder = (name: string): string => new URL('.', import.meta.resolve(`@dmvpn/${name}`)).href
  const built = focus?.map(part => `${folder('protocols')}${part}`) ?? packages.map(folder)
  return [moduleOf('target-self'), readersTarget.url].includes(target) ? built : [...built, target]
}
