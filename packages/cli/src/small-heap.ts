/**
 * Keeps the engine's heap near what is in use while a capture is passed over twice. What the first pass relates lives for
 * a minute and a half of the capture, too long for the young generation: V8 would let a hundred MiB of it lie until it
 * looked. The settings are those of all threads of a process, so the first one makes them.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { isMainThread, type ResourceLimits } from 'node:worker_threads'

/** The newest Node whose V8 is known to have the settings: one it does not know it would complain of to the user. */
const newestKnown = 24
/** Whether this thread may make settings. */
const isEntitled = isMainThread && Number.parseInt(process.versions.node, 10) <= newestKnown

/** MiB of each half of a young generation: in less what lives briefly is copied too often, more lies in no cache. */
const width = 4

/** As it is to be here, and as V8 has it: what is compiled and kept is taken only where all of them are as they were. */
const settings = {
  growing: { small: '--heap-growing-percent=50', usual: '--heap-growing-percent=0' },
  // There is so little to collect at a time that several threads wait longer for each other than one needs for it.
  collecting: { small: '--no-parallel-scavenge', usual: '--parallel-scavenge' },
  widening: { small: '--semi-space-growth-factor=1', usual: '--semi-space-growth-factor=2' },
  /** Of heaps that are made from now on. */
  width: { small: `--min-semi-space-size=${width}`, usual: '--min-semi-space-size=0' },
} as const

type Setting = keyof typeof settings

const made = new Set<Setting>()

/** To be called now and then: the young generation is left to grow until it is wide enough. */
export function keepHeapSmall(): void {
  if (!isEntitled || made.has('widening')) return
  make('growing')
  make('collecting')
  if (isWide()) make('widening')
}

/**
 * Threads that are started from now on begin with a young generation that is wide enough. To be started with these limits:
 * what will live long V8 puts elsewhere from the beginning only where the young generation cannot grow.
 */
export function makeHeapsWide(): ResourceLimits {
  make('width')
  // V8 counts what is large as a third half.
  return { maxYoungGenerationSizeMb: 3 * width }
}

/** All is as V8 has it again. */
export function letHeapGrow(): void {
  for (const setting of made) setFlagsFromString(settings[setting].usual)
  made.clear()
}

function make(setting: Setting): void {
  if (!isEntitled || made.has(setting)) return
  made.add(setting)
  setFlagsFromString(settings[setting].small)
}

/** The engine needs a few octets of it for itself. */
function isWide(): boolean {
  const young = getHeapSpaceStatistics().find(space => space.space_name === 'new_space')
  return young === undefined || young.space_used_size + young.space_available_size > (width - 1) << 20
}
