/** What `dmvpn dissect` prints for a packet, by what was asked for. */

import type { CaptureBlock } from '@dmvpn/capture'
import { decodeRecord, type FrameRecord, PacketsExport, type Session } from '@dmvpn/dissect'
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { columnPrinter, columnsOf } from './column-printers.ts'
import { type DissectFlags, formatOf } from './dissect-flags.ts'
import { ekPrinter, fieldsPrinter, jsonPrinter, pdmlPrinter } from './export-printers.ts'
import { summaryPrinter, treePrinter } from './tree-printers.ts'
import { writePrinter } from './write-printer.ts'

export interface Printer {
  /** Before the first packet; `file` is the first input. */
  begin?(s: Sink, file: string): void
  /** A new file begins. */
  file?(): void
  /** Decodes a record and writes what was asked for; the frame, where one was decoded. */
  print(s: Sink, record: FrameRecord, session: Session): Frame | undefined
  /** The same of a frame that a filter has decoded, where nothing else is needed. */
  printFrame?(s: Sink, frame: Frame, record: FrameRecord, session: Session): void
  /** Shown the blocks of a pcapng file that are no packets, where it wants them. */
  block?(block: CaptureBlock): void
  /** After the last packet, also where it came too soon. */
  end?(s: Sink): void
}

/** The printer for a command line. Throws CommandError where it is wrong. */
export function printerOf(flags: DissectFlags, stack: Stack, color: boolean): Printer {
  if (flags.write === undefined) return shownBy(flags, stack, color)
  const shown = flags.printAlso === true ? shownBy(flags, stack, color) : quietPrinter(stack)
  return writePrinter(flags.write, flags.format, shown)
}

function shownBy(flags: DissectFlags, stack: Stack, color: boolean): Printer {
  const format = formatOf(flags)
  if (flags.quiet === true) return quietPrinter(stack)
  switch (format) {
    case 'fields':
      return fieldsPrinter(flags, stack)
    case 'json':
    case 'jsonraw':
      return jsonPrinter(flags, stack)
    case 'ek':
      return ekPrinter(flags, stack)
    case 'pdml':
      return pdmlPrinter(flags, stack)
    case 'packets':
      return packetsPrinter(stack)
    case 'tabs':
    case 'csv':
    case 'psml':
      return columnPrinter(flags, stack, format)
    case 'text':
      if (isTree(flags)) return treePrinter(flags, stack, color)
      return columnsOf(flags, stack) === undefined ? summaryPrinter(stack, color) : columnPrinter(flags, stack, 'text')
    default:
      return format satisfies never
  }
}

function isTree(flags: DissectFlags): boolean {
  return flags.verbose === true || flags.only !== undefined || flags.hexDump === true || flags.hex !== undefined
}

/** Decodes and prints nothing: for `--strict`. */
function quietPrinter(stack: Stack): Printer {
  return { print: (_s, record, session) => decodeRecord(stack, record, session), printFrame: () => {} }
}

function packetsPrinter(stack: Stack): Printer {
  const packets = new PacketsExport(stack)
  return {
    print(s, record, session) {
      const frame = decodeRecord(stack, record, session)
      packets.write(s, frame, record, session)
      return frame
    },
  }
}
