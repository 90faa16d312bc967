/** `dmvpn merge`: several captures as one, by time or one behind the other. */
import type { CaptureBlock, CaptureFormat, CaptureRecord } from '@dmvpn/capture'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { type CaptureInput, openInput } from './capture-input.ts'
import { CaptureOutput, isFine, refuseSameFile } from './capture-output.ts'
import { saidDamage } from './copy-records.ts'
import { type Interruption, interrupted, interruptible } from './interruption.ts'

/** As commander hands them over. */
export interface MergeFlags {
  readonly write: string
  readonly append?: boolean
  readonly format?: CaptureFormat
}

/** Runs the command. Throws CommandError for mistakes on the command line and what cannot be read or written. */
export async function mergeCaptures(files: readonly string[], flags: MergeFlags, io: Io): Promise<ExitCode> {
  if (files.filter(file => file === '-').length > 1) throw new CommandError('standard input can be read only once')
  refuseSameFile(flags.write, files)
  const made: { output?: CaptureOutput } = {}
  const inputs: CaptureInput[] = []
  for (const file of files) inputs.push(await openInput(file, io, { onBlock: block => copied(made.output, block) }))
  const output = new CaptureOutput(flags.write, { format: flags.format })
  made.output = output
  await interruptible(interruption => mergeInto(output, inputs, flags.append === true, interruption))
  output.close()
  const codes = inputs.map(input => saidDamage(input, io))
  return codes.find(code => code !== exitCode.done) ?? exitCode.done
}

async function mergeInto(
  output: CaptureOutput,
  inputs: readonly CaptureInput[],
  append: boolean,
  interruption: Interruption,
): Promise<void> {
  const stopIfAsked = async (): Promise<void> => {
    if (!(await interruption.came())) return
    output.close()
    for (const input of inputs) input.abandon()
    throw interrupted(output.summary)
  }
  const heads: Head[] = []
  for (const input of inputs) {
    const first = await interruption.first(input.batches.next())
    if (first !== undefined && first.done !== true) heads.push({ input, batch: first.value, at: 0 })
  }
  // The finest clock decides: no time is to lose digits.
  output.nanoseconds = heads.some(({ batch }) => isFine(batch[0]))
  await stopIfAsked()
  while (heads.length > 0 && !output.closed) {
    const index = append ? 0 : earliestOf(heads)
    const head = heads[index]!
    output.write(head.batch[head.at]!)
    if (++head.at < head.batch.length) continue
    const next = await interruption.first(head.input.batches.next())
    await stopIfAsked()
    if (next === undefined || next.done === true) heads.splice(index, 1)
    else Object.assign(head, { batch: next.value, at: 0 })
  }
}

/** The merged file is one section of our own; what its parts say of themselves as a whole is not true of it. */
function copied(output: CaptureOutput | undefined, block: CaptureBlock): void {
  const isOfTheWhole = block.kind === 'section' || block.kind === 'interface' || block.kind === 'statistics'
  // The octets of a block in the other byte order cannot be turned.
  if (!isOfTheWhole && block.order === 'little') output?.copy(block)
}

/** One input's present record. */
interface Head {
  readonly input: CaptureInput
  batch: readonly CaptureRecord[]
  at: number
}

/**
 * Always the earliest of the inputs' present records, each input in its own order; of equal ones that of the last input
 * named, and one without a time at once: as mergecap does.
 */
function earliestOf(heads: readonly Head[]): number {
  let earliest = 0
  let record = heads[0]!.batch[heads[0]!.at]!
  for (let i = 0; i < heads.length; i++) {
    const other = heads[i]!.batch[heads[i]!.at]!
    if (!other.timed) return i
    const isLater = other.seconds - record.seconds || other.nanoseconds - record.nanoseconds
    if (isLater > 0) continue
    earliest = i
    record = other
  }
  return earliest
}
