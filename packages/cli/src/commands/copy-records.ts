/** The loop of every command that copies a capture: read, change, write; stop where a signal says so. */

import type { CaptureRecord } from '@dmvpn/capture'
import { type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { CaptureInput } from './capture-input.ts'
import { interrupted, interruptible } from './interruption.ts'
import { sayDamage } from './reading-end.ts'

/** Where records go: one file, or several one after the other. */
export interface RecordOutput {
  write(record: CaptureRecord): void
  close(): void
  /** Whether nobody reads any more: a closed pipe. */
  readonly closed: boolean
  /** What was written, in words. */
  readonly summary: string
}

/**
 * Copies a capture through `change`; what that gives undefined for is left out. A damaged input is copied up to the
 * damage. Throws CommandError after an interruption, the file being whole.
 */
export async function copyRecords(
  input: CaptureInput,
  output: RecordOutput,
  io: Io,
  change: (record: CaptureRecord) => CaptureRecord | undefined = record => record,
): Promise<ExitCode> {
  await interruptible(async interruption => {
    const { batches } = input
    for (let next = await interruption.first(batches.next()); ; next = await interruption.first(batches.next())) {
      if (next?.done === true || output.closed) return
      for (const record of next?.value ?? []) {
        const changed = change(record)
        if (changed !== undefined) output.write(changed)
      }
      if (!(await interruption.came())) continue
      output.close()
      input.abandon()
      throw interrupted(output.summary)
    }
  })
  output.close()
  return saidDamage(input, io)
}

/** Says where a damaged input ended; the exit code that goes with it. */
export function saidDamage({ name, fault }: CaptureInput, io: Io): ExitCode {
  if (fault === undefined) return exitCode.done
  sayDamage({ file: name, fault }, io)
  return exitCode.damaged
}
