/** The process in which the project's own code is tried: the loop, the counters, and the shrinking of what is found. */
import { setImmediate } from 'node:timers/promises'
import { CaseSlotWriter } from './case-slot.ts'
import { Chance } from './chance.ts'
import { Coverage, importCounted } from './coverage.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { minimise } from './minimise.ts'
import { mutate, noise } from './mutate.ts'
import { type SelfMessage, type SelfOrders, type StopOrder, signatureOf, slotFile } from './self-orders.ts'
import type { Broken, Judge } from './target-self.ts'

// Whoever stops the campaign tells both processes; the watching one knows what to do.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {})
process.on('disconnect', () => process.exit())
process.once('uncaughtException', error => say({ message: 'failed', error }, () => process.exit(1)))
const orders = await new Promise<SelfOrders>(resolve => process.once('message', resolve as (message: unknown) => void))
let isStopped = false
process.on('message', order => {
  isStopped ||= order === ('stop' satisfies StopOrder)
})
const slot = new CaseSlotWriter(slotFile)

function say(message: SelfMessage, then: () => void = () => {}): void {
  process.send!(message, then)
}

async function judgeOf(name: string, counted: boolean): Promise<Judge> {
  const { url } = orders.target
  const module = counted
    ? await importCounted(url, orders.counted)
    : ((await import(url)) as Readonly<Record<string, unknown>>)
  const found = module[name]
  if (typeof found !== 'function') throw new RangeError(`${url} exports no function ${name}`)
  return found as Judge
}

const isGuided = orders.strategy === 'guided'
const judge = await judgeOf(orders.target.name, isGuided)
const plainJudge = await judgeOf(orders.target.thorough ?? orders.target.name, false)
const coverage = isGuided ? new Coverage() : undefined
const chance = new Chance(orders.chance)
const pool: FuzzCase[] = []
/** For each of the pool the counter that made it rare, and how many children it is still owed for having been new. */
const rare: number[] = []
const owed: number[] = []
/** Those that are owed children, the newest last. */
const fresh: number[] = []
const childrenOfNew = 200
const known = new Set(orders.known)
let run = orders.run
let made = 0

/** Runs a case; keeps it where it went a new way; says what it breaks, where that is news. */
function attempt(input: FuzzCase, keepAlways: boolean): Broken | undefined {
  slot.begin(input)
  coverage?.clear()
  const broken = judge(input)
  const isNew = coverage !== undefined && coverage.news() > 0
  if (broken === undefined) {
    if (!isNew && !keepAlways) return undefined
    pool.push(input)
    rare.push(coverage?.rarest ?? 0)
    owed.push(keepAlways ? 0 : childrenOfNew)
    if (!keepAlways) {
      fresh.push(pool.length - 1)
      say({ message: 'kept', input })
    }
    return undefined
  }
  const signature = signatureOf(broken)
  if (known.has(signature)) return undefined
  known.add(signature)
  return broken
}

async function report(input: FuzzCase, broken: Broken): Promise<void> {
  made++
  const watched: Judge = each => {
    slot.begin(each)
    return plainJudge(each)
  }
  const minimal = await minimise(input, broken.law, watched, orders.seeds)
  say({ message: 'finding', run, broken: plainJudge(minimal.input) ?? broken, input, minimal })
}

/** The newest, as long as it is owed children; otherwise any, or of some the one that goes where the fewest go. */
function parent(): FuzzCase {
  const newest = fresh.at(-1)
  if (newest !== undefined && chance.once(2)) {
    if (--owed[newest]! === 0) fresh.pop()
    return pool[newest]!
  }
  let best = chance.below(pool.length)
  for (let others = coverage === undefined || chance.once(2) ? 0 : 1 + chance.below(6); others > 0; others--) {
    const other = chance.below(pool.length)
    if (coverage!.visits(rare[other]!) < coverage!.visits(rare[best]!)) best = other
  }
  return pool[best]!
}

for (const input of [...orders.seeds, ...orders.corpus]) {
  const broken = attempt(input, true)
  if (broken !== undefined) await report(input, broken)
}
say({ message: 'started', counters: coverage?.size ?? 0 })
const batch = 500
while (run < orders.runs && Date.now() < orders.until && !isStopped && made < orders.mostFindings) {
  for (let i = 0; i < batch && run < orders.runs; i++, run++) {
    const input = orders.strategy === 'noise' ? noise(chance) : mutate(parent(), pool, chance)
    const broken = attempt(input, false)
    if (broken !== undefined) await report(input, broken)
  }
  say({ message: 'progress', run, chance: chance.state, reached: coverage?.reached ?? 0 })
  // The order to stop is heard between batches.
  await setImmediate()
}
say({ message: 'progress', run, chance: chance.state, reached: coverage?.reached ?? 0 })
say({ message: 'ended' }, () => process.exit())
