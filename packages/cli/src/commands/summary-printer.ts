/** Packets for a person: a line each. */
import { decodeRecord, type FrameRecord, type Session, SummaryExport, writeSummaryLine } from '@dmvpn/dissect'
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { colorOf, plain } from './colors.ts'
import type { Printer } from './dissect-printers.ts'

/** tshark's default: a line for each packet. */
export function summaryPrinter(stack: Stack, color: boolean): Printer {
  if (!color) {
    const summary = new SummaryExport(stack)
    return {
      // Bound: a function around it would be compiled as well, and all that it calls once more.
      print: summary.write.bind(summary),
      printFrame: writeSummaryLine,
      follow: (record, session) => summary.follow(record, session),
      forgets: true,
    }
  }
  return {
    print(s, record, session) {
      const frame = decodeRecord(stack, record, session)
      writeColored(s, frame, record, session)
      return frame
    },
    printFrame: writeColored,
    follow: (record, session) => void decodeRecord(stack, record, session),
    forgets: true,
  }
}

/** The line in the colour of what it says. */
export function writeColored(s: Sink, frame: Frame, record: FrameRecord, session: Session): void {
  s.text(colorOf(frame))
  writeSummaryLine(s, frame, record, session)
  // The colour ends before the line does.
  s.length -= 1
  s.text(plain).text('\n')
}
