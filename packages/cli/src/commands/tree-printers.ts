/** Packets for a person: the tree, the octets. */
import {
  Catalogue,
  type Dissection,
  Dissector,
  FrameFollower,
  hasNode,
  type Session,
  TreeTextExport,
  writeHex,
  writeSummaryLine,
} from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'
import type { Sink } from '@dmvpn/wire'
import { CommandError } from '../exit-code.ts'
import { columnLineOf } from './column-printers.ts'
import type { DissectFlags } from './dissect-flags.ts'
import type { Printer } from './dissect-printers.ts'
import { preferencesOf } from './preferences.ts'
import { writeColored } from './summary-printer.ts'
import { unknownName } from './unknown-name.ts'

/** `-V`, `-O`, `-x`, `--hex`. */
export function treePrinter(flags: DissectFlags, stack: Stack, color: boolean): Printer {
  const only = protocolsOf(flags.only, stack)
  const mark = markedOf(flags.hex, stack)
  const dissector = new Dissector(stack, preferencesOf(flags.preference))
  const text =
    flags.verbose === true || only !== undefined
      ? new TreeTextExport({
          only: flags.verbose === true ? undefined : only,
          secrets: flags.showSecrets === true,
          color,
        })
      : undefined
  const line = columnLineOf(flags, stack)
  const follower = new FrameFollower(stack)
  const writeLine = (s: Sink, dissection: Dissection, session: Session): void => {
    const { frame, record } = dissection
    if (line !== undefined) line(s, { frame, record, session, witness: dissector.witness })
    else if (color) writeColored(s, frame, record, session)
    else writeSummaryLine(s, frame, record, session)
  }
  return {
    print(s, record, session) {
      const dissection = dissector.dissect(record, session)
      if (text !== undefined) text.frame(s, dissection)
      else writeLine(s, dissection, session)
      if (flags.hexDump === true || (mark !== undefined && hasNode(dissection, mark))) {
        writeHex(s, dissection, { mark, color })
      }
      return dissection.frame
    },
    follow: (record, session) => follower.follow(record, session),
  }
}

/** The protocols of `-O`. Throws CommandError where there is no such protocol. */
function protocolsOf(only: readonly string[] | undefined, stack: Stack): ReadonlySet<string> | undefined {
  if (only === undefined) return undefined
  const names = only.flatMap(list => list.split(',')).map(name => name.trim().toLowerCase())
  const catalogue = new Catalogue(stack)
  for (const name of names)
    if (catalogue.find(name)?.type !== 'protocol') {
      throw new CommandError(unknownName('protocol', name, catalogue.suggestions(name)))
    }
  return new Set(names)
}

/** The name given to `--hex`. Throws CommandError where nothing is called so. */
function markedOf(name: string | undefined, stack: Stack): string | undefined {
  if (name === undefined) return undefined
  const catalogue = new Catalogue(stack)
  if (catalogue.find(name) === undefined) {
    throw new CommandError(unknownName('field', name, catalogue.suggestions(name)))
  }
  return name
}
