/** `dmvpn diff`: two captures, compared by what they mean. */
import type { CaptureRecord } from '@dmvpn/capture'
import { decodeRecord, dissect, type Filter, Session, TreeWitness, UnknownFieldError } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { areEqual, ComparedFields, Comparison, type Side, writeDiffJson, writeDiffText } from '@dmvpn/replay'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { filterOf } from './display-filter.ts'
import { type EspFlags, type EspSessions, espSessionsOf } from './esp-keys.ts'
import { inMemory } from './first-pass.ts'
import { sayDamage } from './reading-end.ts'
import { type Damage, type RecordHandler, readRecords } from './records.ts'

/** As commander hands them over. */
export interface DiffFlags extends EspFlags {
  readonly format: 'text' | 'json'
  readonly ignore?: readonly string[]
  readonly only?: readonly string[]
  readonly displayFilter?: string
  readonly most?: number
}

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function diffCaptures(a: string, b: string, flags: DiffFlags, io: Io): Promise<ExitCode> {
  if (a === '-' && b === '-') throw new CommandError('standard input cannot be both captures')
  const files: Readonly<Record<Side, string>> = { a, b }
  const compared = comparedBy(flags)
  const filter = filterOf(flags.displayFilter, dmvpn)
  const esp = await espSessionsOf(flags, io, false)
  const comparison = new Comparison(compared)
  const again = a === '-' || b === '-' ? await inMemory('-', io) : io
  const damages: Damage[] = []
  for (const side of sides) {
    const taker = new FrameReader(filter, esp, (record, session) => {
      comparison.take(side, taker.dissect(record, session), session.number)
    })
    damages.push(...(await readRecords([files[side]], again, taker)))
  }
  const wanted = comparison.compare(flags.most)
  for (const side of sides) {
    if (wanted[side].size === 0) continue
    const taker = new FrameReader(undefined, esp, (record, session) => {
      if (wanted[side].has(session.number + 1)) {
        comparison.explain(side, taker.dissect(record, session), session.number)
      } else decodeRecord(dmvpn, record, session)
    })
    await readRecords([files[side]], again, taker)
  }
  const report = comparison.report(files)
  if (flags.format === 'json') writeDiffJson(io.out.sink, report)
  else writeDiffText(io.out.sink, report)
  io.out.flush()
  for (const damage of damages) sayDamage(damage, io)
  return areEqual(report) && damages.length === 0 ? exitCode.done : exitCode.damaged
}

const sides: readonly Side[] = ['a', 'b']

function comparedBy({ ignore, only }: DiffFlags): ComparedFields {
  try {
    return new ComparedFields(dmvpn, { ignore: ignore ?? [], only: only ?? [] })
  } catch (error) {
    if (error instanceof UnknownFieldError) throw new CommandError(error.message)
    throw error
  }
}

/** One pass over one capture. */
class FrameReader implements RecordHandler {
  private readonly session = new Session()
  private readonly witness = new TreeWitness()
  private readonly filter: Filter | undefined
  private readonly work: (record: CaptureRecord, session: Session) => void

  constructor(
    filter: Filter | undefined,
    esp: EspSessions | undefined,
    work: (record: CaptureRecord, session: Session) => void,
  ) {
    this.filter = filter
    this.work = work
    this.session.only(filter?.fields ?? [])
    if (esp !== undefined) this.session.openers.push(esp())
  }

  begin(): void {}

  record(record: CaptureRecord): boolean {
    const { session, filter } = this
    if (filter !== undefined) {
      if (!filter.matches(record, session)) return true
      session.again()
    }
    this.work(record, session)
    return true
  }

  /** The record as a tree, valid until the next one. */
  dissect(record: CaptureRecord, session: Session) {
    return dissect(dmvpn, record, { session, witness: this.witness, verify: true })
  }

  pause(): void {}
}
