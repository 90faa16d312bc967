/** `dmvpn dissect`: capture files as lines, trees, fields, octets or JSON. */
import type { CaptureRecord } from '@dmvpn/capture'
import { isCutShort, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { describe } from '@dmvpn/wire'
import { type ExitCode, exitCode } from '../exit-code.ts'
import { type Io, wantsColor } from '../io.ts'
import { decodingAs } from './decode-as.ts'
import { type DissectFlags, filesOf, formatOf } from './dissect-flags.ts'
import { type Printer, printerOf } from './dissect-printers.ts'
import { type EspSessions, espSessionsOf, showsEsp } from './esp-keys.ts'
import { preferencesOf } from './preferences.ts'
import { type RecordHandler, readAll } from './records.ts'

/** Runs the command. Throws CommandError for mistakes on the command line and files that cannot be opened. */
export async function dissectFiles(files: readonly string[], flags: DissectFlags, io: Io): Promise<ExitCode> {
  const inputs = filesOf(files, flags)
  const stack = decodingAs(dmvpn, flags.decodeAs)
  const printer = printerOf(flags, stack, wantsColor(io, flags.color))
  const esp = await espSessionsOf(flags, io, showsEsp(formatOf(flags), flags))
  const run = new Run(printer, flags, esp, io)
  printer.begin?.(io.out.sink, inputs[0]!)
  const { damages, packets, interrupted } = await readAll(inputs, io, run)
  printer.end?.(io.out.sink)
  io.out.flush()
  for (const { file, fault } of damages) io.err(`dmvpn: ${file}: the file is damaged: ${describe(fault)}`)
  if (interrupted) {
    io.err(`dmvpn: interrupted after ${packets} packet${packets === 1 ? '' : 's'}`)
    return exitCode.interrupted
  }
  return damages.length > 0 || (flags.strict === true && run.faulty) ? exitCode.damaged : exitCode.done
}

class Run implements RecordHandler {
  /** Whether some packet contradicts its protocol, beyond having been cut by the capture. */
  faulty = false
  private session = new Session()
  private left: number
  private readonly printer: Printer
  private readonly flags: DissectFlags
  private readonly esp: EspSessions | undefined
  private readonly io: Io

  constructor(printer: Printer, flags: DissectFlags, esp: EspSessions | undefined, io: Io) {
    this.printer = printer
    this.flags = flags
    this.esp = esp
    this.io = io
    this.left = flags.count ?? Number.POSITIVE_INFINITY
  }

  /** Numbers and times begin anew with every file, as its other readers count them. */
  begin(): void {
    this.session = new Session()
    this.session.reassembly = this.flags.reassembly !== false && preferencesOf(this.flags.preference).defragment
    this.printer.file?.()
    if (this.esp !== undefined) this.session.openers.push(this.esp())
  }

  record(record: CaptureRecord, pcapng: boolean): boolean {
    const { session, io } = this
    if (pcapng) session.section = 1
    const frame = this.printer.print(io.out.sink, record, session)
    session.displayed()
    if (frame?.fault !== undefined && !this.faulty) this.faulty = !isCutShort(frame.fault, wasCut(record))
    if (this.flags.lineBuffered === true) io.out.flush()
    else io.out.settle()
    this.left -= 1
    return this.left > 0 && !io.out.closed
  }

  pause(): void {
    this.io.out.flush()
  }
}

function wasCut(record: CaptureRecord): boolean {
  return record.originalLength > record.end - record.start
}
