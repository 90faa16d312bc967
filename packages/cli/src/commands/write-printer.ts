/** `dissect -w`: what would be printed is kept as a capture, comments and interface facts with it. */
import type { CaptureFormat, CaptureRecord } from '@dmvpn/capture'
import { CaptureOutput } from './capture-output.ts'
import type { Printer } from './dissect-printers.ts'

/** A printer that also writes every packet it is given to print. Throws CommandError where the file cannot be written. */
export function writePrinter(file: string, format: CaptureFormat | undefined, printer: Printer): Printer {
  const output = new CaptureOutput(file, { format })
  return {
    begin: (s, input) => printer.begin?.(s, input),
    file: () => printer.file?.(),
    print(s, record, session) {
      const frame = printer.print(s, record, session)
      // What dissect reads are records of a capture.
      output.write(record as CaptureRecord)
      return frame
    },
    ...(printer.printFrame === undefined
      ? {}
      : {
          printFrame(s, frame, record, session) {
            printer.printFrame?.(s, frame, record, session)
            output.write(record as CaptureRecord)
          },
        }),
    ...(printer.printSound === undefined
      ? {}
      : {
          printSound(record) {
            printer.printSound?.(record)
            output.write(record as CaptureRecord)
          },
        }),
    // Statistics count the packets of the whole capture.
    block: block => (block.kind === 'statistics' ? undefined : output.copy(block)),
    end(s) {
      printer.end?.(s)
      output.close()
    },
  }
}
