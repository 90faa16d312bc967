/** A campaign against anything that judges cases, a batch at a time: a command, tshark's opinion of ours. */
import { Chance } from './chance.ts'
import { builtInSeeds, distinct } from './corpus.ts'
import { type Finding, writeFinding } from './finding.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { minimise } from './minimise.ts'
import { mutate } from './mutate.ts'
import { OutFolder } from './out-folder.ts'
import { signatureOf } from './self-orders.ts'
import { readState, writeState } from './state.ts'
import type { Broken } from './target-self.ts'

export interface Target {
  /** What a campaign's folder knows it by. */
  readonly name: string
  /** How many cases of one link type it takes at once. */
  readonly batch: number
  /** How often it is asked at most while a finding is shrunk. */
  readonly attempts: number
  /** What each case breaks, in order. */
  judge(cases: readonly FuzzCase[]): Promise<readonly (Broken | undefined)[]>
}

export interface TargetOptions {
  readonly runs: number
  readonly minutes?: number | undefined
  readonly seed: number
  readonly out: string
  readonly seeds?: readonly FuzzCase[]
  readonly signal?: AbortSignal | undefined
  readonly mostFindings?: number
  readonly onProgress?: (progress: TargetProgress) => void
}

export interface TargetProgress {
  readonly runs: number
  readonly findings: number
}

export interface TargetReport extends TargetProgress {
  /** Of the runs, those of the campaign that was gone on with. */
  readonly before: number
  readonly found: readonly Finding[]
  readonly seconds: number
}

/** Tries a target with the valid frames and then structured cases; nothing is known of its insides. State and findings go to `out`. */
export async function fuzzTarget(target: Target, options: TargetOptions): Promise<TargetReport> {
  const { seed, mostFindings = 20, signal } = options
  const began = Date.now()
  const until = options.minutes === undefined ? Infinity : began + 60_000 * options.minutes
  const out = new OutFolder(options.out)
  const earlier = readState(out, target.name, seed)
  const seeds = distinct([...builtInSeeds(), ...(options.seeds ?? [])])
  const pool = [...seeds, ...(earlier?.corpus ?? [])]
  const chance = new Chance(earlier?.chance ?? seed)
  const signatures = [...(earlier?.found ?? [])]
  const found: Finding[] = []
  let runs = earlier?.runs ?? 0
  const save = (): void => {
    writeState(out, { seed, target: target.name, runs, chance: chance.state, corpus: [], found: signatures })
  }
  const isStopped = (): boolean => signal?.aborted === true
  const judge = async (cases: readonly FuzzCase[]): Promise<readonly (Broken | undefined)[]> => {
    try {
      return await target.judge(cases)
    } catch (error) {
      // Ctrl-C ends every process of the terminal's: an oracle that fails then has said nothing.
      if (isStopped()) return []
      throw error
    }
  }
  const judgeOne = async (input: FuzzCase): Promise<Broken | undefined> => (await judge([input]))[0]
  while (runs < options.runs && Date.now() < until && !isStopped() && found.length < mostFindings) {
    const size = Math.min(target.batch, options.runs - runs)
    // What is valid must be taken, too.
    const cases = runs < seeds.length ? alike(seeds.slice(runs, runs + size)) : nextBatch(pool, size, chance)
    const verdicts = await judge(cases)
    // What was ended with us says nothing.
    if (isStopped()) break
    for (const [index, broken] of verdicts.entries()) {
      if (broken === undefined || signatures.includes(signatureOf(broken))) continue
      const input = cases[index]!
      const minimal = await minimise(input, broken.law, judgeOne, seeds, { attempts: target.attempts, isStopped })
      const last = isStopped() ? undefined : await judgeOne(minimal.input)
      const finding = { broken: last?.law === broken.law ? last : broken, input, minimal, run: runs + index }
      found.push(finding)
      signatures.push(signatureOf(broken))
      writeFinding(out, finding, { target: target.name, seed })
    }
    runs += cases.length
    save()
    options.onProgress?.({ runs, findings: found.length })
  }
  save()
  return { runs, findings: found.length, before: earlier?.runs ?? 0, found, seconds: (Date.now() - began) / 1000 }
}

/** Those at the beginning that have one link type. */
function alike(cases: readonly FuzzCase[]): readonly FuzzCase[] {
  const end = cases.findIndex(({ linkType }) => linkType !== cases[0]!.linkType)
  return end < 0 ? cases : cases.slice(0, end)
}

/** Cases of one link type: a classic capture has no more. */
function nextBatch(pool: readonly FuzzCase[], size: number, chance: Chance): readonly FuzzCase[] {
  const cases: FuzzCase[] = []
  const first = mutate(chance.pick(pool), pool, chance)
  cases.push(first)
  const same = pool.filter(({ linkType }) => linkType === first.linkType)
  while (cases.length < size) {
    const next = mutate(chance.pick(same.length > 0 ? same : pool), pool, chance)
    cases.push({ bytes: next.bytes, linkType: first.linkType })
  }
  return cases
}
