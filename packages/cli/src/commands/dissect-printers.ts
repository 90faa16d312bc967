/** What `dmvpn dissect` prints for a packet, by what was asked for. */
import {
  type Dissection,
  decodeRecord,
  dissect,
  FieldsExport,
  type FrameRecord,
  hasNode,
  JsonExport,
  PacketsExport,
  type Session,
  TreeWitness,
  UnknownFieldError,
  writeHex,
  writeSummary,
  writeSummaryLine,
  writeTreeText,
} from '@dmvpn/dissect'
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { CommandError } from '../exit-code.ts'
import { colorOf, plain } from './colors.ts'
import { type DissectFlags, formatOf, markedOf, printOptionsOf, protocolsOf } from './dissect-flags.ts'

export interface Printer {
  begin?(s: Sink): void
  /** Decodes a record and writes what was asked for; the frame, where one was decoded. */
  print(s: Sink, record: FrameRecord, session: Session): Frame | undefined
  end?(s: Sink): void
}

/** The printer for a command line. Throws CommandError where it is wrong. */
export function printerOf(flags: DissectFlags, stack: Stack, color: boolean): Printer {
  switch (formatOf(flags)) {
    case 'fields':
      return fieldsPrinter(flags, stack)
    case 'json':
      return jsonPrinter(flags, stack)
    case 'packets':
      return packetsPrinter(stack)
    default:
      return flags.verbose === true || flags.only !== undefined || flags.hexDump === true || flags.hex !== undefined
        ? treePrinter(flags, stack, color)
        : summaryPrinter(stack, color)
  }
}

function summaryPrinter(stack: Stack, color: boolean): Printer {
  if (!color) return { print: (s, record, session) => writeSummary(s, stack, record, session) }
  return {
    print(s, record, session) {
      const frame = decodeRecord(stack, record, session)
      writeColored(s, frame, record, session)
      return frame
    },
  }
}

function writeColored(s: Sink, frame: Frame, record: FrameRecord, session: Session): void {
  s.text(colorOf(frame))
  writeSummaryLine(s, frame, record, session)
  // The colour ends before the line does.
  s.length -= 1
  s.text(plain).text('\n')
}

function treePrinter(flags: DissectFlags, stack: Stack, color: boolean): Printer {
  const only = protocolsOf(flags.only, stack)
  const mark = markedOf(flags.hex, stack)
  const witness = new TreeWitness()
  const secrets = flags.showSecrets === true
  const tree = flags.verbose === true || only !== undefined
  return {
    print(s, record, session) {
      const dissection = dissect(stack, record, { session, witness })
      if (tree) writeTreeText(s, dissection, { only: flags.verbose === true ? undefined : only, secrets, color })
      else if (mark !== undefined) writeLine(s, dissection, session, color)
      if (flags.hexDump === true || (mark !== undefined && hasNode(dissection, mark))) {
        writeHex(s, dissection, { mark, color })
      }
      return dissection.frame
    },
  }
}

function writeLine(s: Sink, { frame, record }: Dissection, session: Session, color: boolean): void {
  if (color) writeColored(s, frame, record, session)
  else writeSummaryLine(s, frame, record, session)
}

function fieldsPrinter(flags: DissectFlags, stack: Stack): Printer {
  const options = printOptionsOf(flags.print)
  let fields: FieldsExport
  try {
    fields = new FieldsExport(stack, flags.field ?? [], options)
  } catch (error) {
    if (error instanceof UnknownFieldError) throw new CommandError(error.message)
    throw error
  }
  return {
    begin: s => fields.writeHeader(s),
    print: (s, record, session) => fields.write(s, record, session),
  }
}

function jsonPrinter(flags: DissectFlags, stack: Stack): Printer {
  const json = new JsonExport({ secrets: flags.showSecrets === true })
  const witness = new TreeWitness()
  return {
    begin: s => json.begin(s),
    print(s, record, session) {
      const dissection = dissect(stack, record, { session, witness })
      json.frame(s, dissection)
      return dissection.frame
    },
    end: s => json.end(s),
  }
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
