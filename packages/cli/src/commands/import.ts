/** `dmvpn import`: what routers printed about packets, back into packets. */
import { basename } from 'node:path'
import { recordOf } from '@dmvpn/capture'
import { type ImportedLog, LogImport } from '@dmvpn/ios'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { CaptureOutput, formatOfName } from './capture-output.ts'
import { writeImportJson } from './import-json.ts'
import { linesOf } from './import-lines.ts'
import { recordsOf } from './import-records.ts'
import { writeImportText } from './import-text.ts'

/** As commander hands them over. */
export interface ImportFlags {
  readonly write?: string
  readonly key?: number
  readonly format?: 'text' | 'json'
}

/** Faults that are shown of a file. */
const mostShown = 20

/**
 * Ends with 1 where lines within a packet could not be understood. Throws CommandError where a file cannot be read or
 * written, and where there is nothing to write.
 */
export async function importLogs(files: readonly string[], flags: ImportFlags, io: Io): Promise<ExitCode> {
  const { write: to, key, format = 'text' } = flags
  if (new Set(files).size < files.length) throw new CommandError('a file is named twice')
  if (to !== undefined) formatOfName(to)
  const logs = await read(files, io)
  const summary = to === undefined ? undefined : write(logs, files, to, key, io)
  // Standard output is the capture's then.
  if (to !== '-') {
    for (const log of logs) {
      const file = files[log.log]!
      if (format === 'json') writeImportJson(io.out.sink, log, file)
      else {
        if (files.length > 1) io.out.sink.text(`${file}:\n`)
        writeImportText(io.out.sink, log)
      }
      io.out.settle()
    }
    if (format === 'text' && summary !== undefined) io.out.sink.text(`${summary}\n`)
  }
  for (const log of logs) complain(log, files[log.log]!, io)
  return logs.some(({ faultCount }) => faultCount > 0) ? exitCode.damaged : exitCode.done
}

async function read(files: readonly string[], io: Io): Promise<readonly ImportedLog[]> {
  const imported = new LogImport()
  for (const file of files) {
    // One file may hold the lines of several routers; of several files each is taken for one router's.
    imported.begin(files.length > 1 ? basename(file).replace(/\.[^.]*$/, '') : undefined)
    for await (const line of linesOf(file, io)) imported.line(line)
  }
  const logs = imported.end()
  if (imported.left > 0) io.err(`dmvpn: ${imported.left} packets and messages more are left out`)
  return logs
}

function write(
  logs: readonly ImportedLog[],
  files: readonly string[],
  to: string,
  key: number | undefined,
  io: Io,
): string {
  const records = recordsOf(logs, files, key)
  if (records.length === 0) {
    const logged = logs.some(({ events }) => events.length > 0)
    const because = logged ? 'FRRouting does not log what is in messages' : 'no packets were found'
    throw new CommandError(`nothing to write to ${to}: ${because}`)
  }
  const output = new CaptureOutput(to, { nanoseconds: false })
  for (const { bytes, ...facts } of records) output.write(recordOf(bytes, facts))
  output.close()
  if (output.lost > 0)
    io.err(`dmvpn: ${to}: pcap has no place for comments: that packets are rebuilt is not said in it`)
  return output.summary
}

function complain({ packets, dumped, events, faults, faultCount }: ImportedLog, file: string, io: Io): void {
  for (const { line, text, expected } of faults.slice(0, mostShown))
    io.err(`dmvpn: ${file}:${line}: expected ${expected}; found ${JSON.stringify(text)}`)
  if (faultCount > mostShown) io.err(`dmvpn: ${file}: ${faultCount - mostShown} more lines were not understood`)
  if (packets.length + dumped.length + events.length + faultCount === 0)
    io.err(`dmvpn: ${file}: no debug output of NHRP, no capture dump and no log of FRRouting in it`)
}
