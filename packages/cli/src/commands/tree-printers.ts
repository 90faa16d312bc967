/** Packets for a person: a line each, the tree, the octets. */
import {
  type Dissection,
  decodeRecord,
  dissect,
  type FrameRecord,
  hasNode,
  type Session,
  TreeWitness,
  writeHex,
  writeSummary,
  writeSummaryLine,
  writeTreeText,
} from '@dmvpn/dissect'
import type { Frame, Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { colorOf, plain } from './colors.ts'
import { columnLineOf } from './column-printers.ts'
import { type DissectFlags, markedOf, protocolsOf } from './dissect-flags.ts'
import type { Printer } from './dissect-printers.ts'
import { preferencesOf } from './preferences.ts'

/** tshark's default: a line for each packet. */
export function summaryPrinter(stack: Stack, color: boolean): Printer {
  if (!color)
    return { print: (s, record, session) => writeSummary(s, stack, record, session), printFrame: writeSummaryLine }
  return {
    print(s, record, session) {
      const frame = decodeRecord(stack, record, session)
      writeColored(s, frame, record, session)
      return frame
    },
    printFrame: writeColored,
  }
}

function writeColored(s: Sink, frame: Frame, record: FrameRecord, session: Session): void {
  s.text(colorOf(frame))
  writeSummaryLine(s, frame, record, session)
  // The colour ends before the line does.
  s.length -= 1
  s.text(plain).text('\n')
}

/** `-V`, `-O`, `-x`, `--hex`. */
export function treePrinter(flags: DissectFlags, stack: Stack, color: boolean): Printer {
  const only = protocolsOf(flags.only, stack)
  const mark = markedOf(flags.hex, stack)
  const { verify } = preferencesOf(flags.preference)
  const witness = new TreeWitness()
  const secrets = flags.showSecrets === true
  const tree = flags.verbose === true || only !== undefined
  const line = columnLineOf(flags, stack)
  const writeLine = (s: Sink, dissection: Dissection, session: Session): void => {
    const { frame, record } = dissection
    if (line !== undefined) line(s, { frame, record, session, witness })
    else if (color) writeColored(s, frame, record, session)
    else writeSummaryLine(s, frame, record, session)
  }
  return {
    print(s, record, session) {
      const dissection = dissect(stack, record, { session, witness, verify })
      if (tree) writeTreeText(s, dissection, { only: flags.verbose === true ? undefined : only, secrets, color })
      else writeLine(s, dissection, session)
      if (flags.hexDump === true || (mark !== undefined && hasNode(dissection, mark))) {
        writeHex(s, dissection, { mark, color })
      }
      return dissection.frame
    },
  }
}
