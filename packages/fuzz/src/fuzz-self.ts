/** A campaign against the project's own code, in a process of its own: what hangs or takes all memory is found, too. */
import { builtInSeeds, distinct } from './corpus.ts'
import { builtInFiles } from './file-seeds.ts'
import { type Finding, writeFinding } from './finding.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { OutFolder } from './out-folder.ts'
import { type SelfOrders, type SelfTarget, type Strategy, signatureOf } from './self-orders.ts'
import { readState, writeState } from './state.ts'
import { watchTrial } from './watch-trial.ts'

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
  /** MiB that the trying process may hold, beside what lies in buffers; 1024 where left out. */
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
  const last = await watchTrial(orders, { seconds: patience, mebibytes }, options.signal, message => {
    if (message.message === 'started') progress = { ...progress, counters: message.counters }
    else if (message.message === 'kept') corpus.push(message.input)
    else if (message.message === 'finding') keep(message)
    else if (message.message === 'progress') {
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
  if (last !== undefined) {
    const { input } = last
    keep({ ...last, minimal: { input, base: input, changed: [] }, run: progress.runs })
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

/** The address of one of our built modules: what is tried is what was built, whoever runs this from its source. */
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
