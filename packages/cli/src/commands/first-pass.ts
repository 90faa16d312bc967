/** Two passes over a capture: the first learns what later frames say of earlier ones, the second prints. */
import { readFileSync, statSync } from 'node:fs'
import type { CaptureRecord } from '@dmvpn/capture'
import { FirstPass, Foresight, needsLaterFrames, Session } from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'
import type { Io } from '../io.ts'
import type * as SmallHeap from '../small-heap.ts'
import type { EspSessions } from './esp-keys.ts'
import { type Damage, type Reading, type RecordHandler, readAll } from './records.ts'

/** As commander hands it over. */
export interface PassFlags {
  /** As tshark's: everything that needs later frames is shown, whatever the input is. */
  readonly twoPass?: boolean
}

/** What a first pass has to learn: all of it for `-2`; of a file also without it, what Wireshark does not know. */
export type Passes = 'one' | 'nhrp' | 'all'

/** How many passes the named fields (all where undefined) take. */
export function passesFor(names: readonly string[] | undefined, flags: PassFlags): Passes {
  if (flags.twoPass === true) return 'all'
  const needed = names === undefined || names.some(name => name.startsWith('nhrp.') && needsLaterFrames(name))
  return needed ? 'nhrp' : 'one'
}

interface Preparation {
  readonly foresight: Foresight | undefined
  /** Where the second pass finds the capture: what was read from a pipe is in memory now. */
  readonly io: Io
  readonly interrupted: boolean
}

export interface PassOptions {
  readonly stack: Stack
  readonly esp: EspSessions | undefined
  readonly reassembly: boolean
  /** Packets that are printed at most. */
  readonly count: number | undefined
  /** As the second pass has them. */
  readonly ends?: RecordHandler['ends']
}

/** Who reads in passes. */
export interface PassingHandler extends RecordHandler {
  readonly passes: Passes
  readonly passOptions: PassOptions
  /** What the first pass over the present file learnt. */
  known: Foresight | undefined
  /** Whether no further file is wanted. */
  readonly ended: boolean
}

/** Reads the files, those twice of which something is shown that only later frames tell. */
export async function readInPasses(files: readonly string[], io: Io, handler: PassingHandler): Promise<Reading> {
  try {
    return await readEach(files, io, handler)
  } finally {
    heap?.letHeapGrow()
  }
}

let heap: typeof SmallHeap | undefined

/** What keeps the heap small until the files are read; loaded where it is asked for: loading is most of a short command. */
export async function smallHeap(): Promise<typeof SmallHeap> {
  heap ??= await import('../small-heap.ts')
  return heap
}

async function readEach(files: readonly string[], io: Io, handler: PassingHandler): Promise<Reading> {
  const damages: Damage[] = []
  let packets = 0
  for (const file of files) {
    const first = await firstPass(file, io, handler.passes, handler.passOptions)
    if (first.interrupted) return { damages, packets, interrupted: true }
    handler.known = first.foresight
    const reading = await readAll([file], first.io, handler)
    damages.push(...reading.damages)
    packets += reading.packets
    if (reading.interrupted) return { damages, packets, interrupted: true }
    if (handler.ended) break
  }
  return { damages, packets, interrupted: false }
}

/** Passes over a capture for the first time; a pipe is read into memory for `all`, and not at all for less. */
async function firstPass(file: string, io: Io, passes: Passes, options: PassOptions): Promise<Preparation> {
  const oncePassable = io.files === undefined ? !isFile(file) : file === '-'
  if (passes === 'one' || (passes === 'nhrp' && oncePassable)) return { foresight: undefined, io, interrupted: false }
  const again = oncePassable ? await inMemory(file, io) : io
  const learner = new Learner(passes, options)
  const { interrupted } = await readAll([file], again, learner)
  return { foresight: learner.learnt, io: again, interrupted }
}

function isFile(file: string): boolean {
  return file !== '-' && statSync(file, { throwIfNoEntry: false })?.isFile() !== false
}

/** A pipe in memory, to be read as often as it is asked for. */
export async function inMemory(file: string, io: Io): Promise<Io> {
  const chunks: Uint8Array[] = []
  if (file !== '-') return { ...io, files: new Map([[file, readFileSync(file)]]) }
  for await (const chunk of io.stdin) chunks.push(chunk.slice())
  return {
    out: io.out,
    err: io.err,
    env: io.env,
    isTTY: io.isTTY,
    files: io.files,
    get stdin() {
      return replay(chunks)
    },
  }
}

async function* replay(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

/**
 * An answer comes within this many seconds, or is no answer: how far a first pass looks beyond what is printed. Nor does
 * it look further than so many packets: who asks for ten lines of a large capture is not to wait for all of it.
 */
const horizon = 90
const furthest = 20_000

const nhrpNames = ['nhrp.response_in']

class Learner implements RecordHandler {
  readonly ends: RecordHandler['ends']
  private readonly pass: FirstPass
  private readonly passes: Passes
  private left: number
  private last = Number.POSITIVE_INFINITY
  private asked = 0

  constructor(passes: Passes, options: PassOptions) {
    const { stack, esp, reassembly, count, ends } = options
    this.ends = ends
    const session = new Session({ keeps: true })
    session.reassembly = reassembly
    if (passes === 'nhrp') session.only(nhrpNames)
    const ipsec = esp?.()
    if (ipsec?.opens === true) session.openers.push(ipsec)
    this.pass = new FirstPass(stack, session)
    this.passes = passes
    this.left = count ?? Number.POSITIVE_INFINITY
  }

  /** What the second pass shows; without `-2` no more than tshark shows without it, and NHRP. */
  get learnt(): Foresight | undefined {
    const { foresight } = this.pass
    return this.passes === 'all' || foresight === undefined ? foresight : new Foresight(foresight.exchanges)
  }

  begin(): void {}

  record(record: CaptureRecord): boolean {
    this.pass.take(record)
    this.left -= 1
    if (this.left === 0) this.last = record.seconds
    if (this.left > 0) return true
    return this.passes === 'nhrp' && this.left > -furthest && record.seconds - this.last <= horizon
  }

  /** Asked for first where nothing was passed yet. */
  async ready(): Promise<void> {
    if (this.asked++ > 0) (await smallHeap()).keepHeapSmall()
  }

  pause(): void {}
}
