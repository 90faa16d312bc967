/** What `dmvpn dissect` prints for a packet, by what was asked for: all but lines is loaded when it is. */

import type { CaptureBlock } from '@dmvpn/capture'
import { decodeRecord, type FrameRecord, type Session } from '@dmvpn/dissect'
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { choosesColumns, type DissectFlags, formatOf } from './dissect-flags.ts'
import { summaryPrinter } from './summary-printer.ts'

export interface Printer {
  /** Before the first packet; `file` is the first input. */
  begin?(s: Sink, file: string): void
  /** A new file begins. */
  file?(): void
  /** Decodes a record and writes what was asked for; the frame, where one was decoded. */
  print(s: Sink, record: FrameRecord, session: Session): Frame | undefined
  /** The same of a frame that a filter has decoded, where nothing else is needed. */
  printFrame?(s: Sink, frame: Frame, record: FrameRecord, session: Session): void
  /** The same of a record that a filter knows to be sound, where nothing of its frame is shown. */
  printSound?(record: FrameRecord): void
  /** Shows a record to the session as `print` does, and writes nothing; not there where nothing is written. */
  follow?(record: FrameRecord, session: Session): void
  /** Whether of earlier frames no more is shown than how many there were, when the first was, and a passive session's fragments. */
  readonly forgets?: boolean
  /** What `print` writes between two packets, where the document needs it. */
  readonly between?: string
  /** Shown the blocks of a pcapng file that are no packets, where it wants them. */
  block?(block: CaptureBlock): void
  /** After the last packet, also where it came too soon. */
  end?(s: Sink): void
}

/** The printer for a command line. Throws CommandError where it is wrong. */
export async function printerOf(flags: DissectFlags, stack: Stack, color: boolean): Promise<Printer> {
  if (flags.write === undefined) return shownBy(flags, stack, color)
  const shown = flags.printAlso === true ? await shownBy(flags, stack, color) : quietPrinter(stack)
  const { writePrinter } = await import('./write-printer.ts')
  return writePrinter(flags.write, flags.format, shown)
}

async function shownBy(flags: DissectFlags, stack: Stack, color: boolean): Promise<Printer> {
  const format = formatOf(flags)
  if (flags.quiet === true) return quietPrinter(stack)
  if (format === 'text' && isTree(flags)) {
    const { treePrinter } = await import('./tree-printers.ts')
    return treePrinter(flags, stack, color)
  }
  if (format === 'text' && !choosesColumns(flags)) return summaryPrinter(stack, color)
  if (format === 'text' || format === 'tabs' || format === 'csv' || format === 'psml') {
    const { columnPrinter } = await import('./column-printers.ts')
    return columnPrinter(flags, stack, format)
  }
  const { exportPrinter } = await import('./export-printers.ts')
  return exportPrinter(flags, stack, format)
}

function isTree(flags: DissectFlags): boolean {
  return flags.verbose === true || flags.only !== undefined || flags.hexDump === true || flags.hex !== undefined
}

/** Decodes and prints nothing: for `--strict`. */
function quietPrinter(stack: Stack): Printer {
  return {
    print: (_s, record, session) => decodeRecord(stack, record, session),
    printFrame: () => {},
    printSound: () => {},
  }
}
