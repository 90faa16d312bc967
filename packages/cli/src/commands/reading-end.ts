/** What is said of files that were not read to their end, and the exit code that goes with it. */
import { describe } from '@dmvpn/wire'
import { type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import type { Damage, Reading } from './records.ts'

/** Says where a file is cut or damaged. */
export function sayDamage({ file, fault }: Damage, io: Io): void {
  io.err(`dmvpn: ${file}: the file is damaged: ${describe(fault)}`)
}

/** Says what kept files from being read to their end; `found` tells whether the command has findings besides. */
export function endOf({ damages, packets, interrupted }: Reading, io: Io, found = false): ExitCode {
  for (const damage of damages) sayDamage(damage, io)
  if (interrupted) {
    io.err(`dmvpn: interrupted after ${packets} packet${packets === 1 ? '' : 's'}`)
    return exitCode.interrupted
  }
  return found || damages.length > 0 ? exitCode.damaged : exitCode.done
}
