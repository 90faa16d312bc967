/** Where made records go: a capture file, or standard output as hexadecimal text. */
import { type CaptureFormat, recordOf } from '@dmvpn/capture'
import { type SynthRecord, writeHexDump } from '@dmvpn/synth'
import { type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { CaptureOutput } from './capture-output.ts'
import { interrupted, interruptible } from './interruption.ts'

/** As commander hands them over. */
export interface WriteFlags {
  readonly write?: string
  readonly format?: CaptureFormat
}

/** A record that may have been cut: octets on the wire beyond those there are. */
export interface MadeRecord extends SynthRecord {
  readonly originalLength?: number
}

/** Records between which a signal may come. */
const rarely = 4096

/** Writes the records. Throws CommandError where the file cannot be written, or after an interruption. */
export async function writeRecords(records: readonly MadeRecord[], flags: WriteFlags, io: Io): Promise<ExitCode> {
  const { write: file } = flags
  if (file === undefined) {
    for (const record of records) {
      writeHexDump(io.out.sink, record)
      io.out.settle()
      if (io.out.closed) break
    }
    return exitCode.done
  }
  const nanoseconds = records.some(record => record.nanoseconds % 1000 !== 0)
  const output = new CaptureOutput(file, { format: flags.format, nanoseconds })
  await interruptible(async interruption => {
    for (const [index, { bytes, ...facts }] of records.entries()) {
      output.write(recordOf(bytes, facts))
      if (index % rarely !== rarely - 1 || !(await interruption.came())) continue
      output.close()
      throw interrupted(output.summary)
    }
  })
  output.close()
  if (output.lost > 0) io.err(`dmvpn: ${file}: pcap has no place for comments; pcapng has`)
  return exitCode.done
}
