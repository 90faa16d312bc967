/** The lines that have no field: those of layers, of texts, of notes. */
import type { AnyProtocol } from '@dmvpn/protocols'
import { type Field, hostNames, type Sink, type Titled } from '@dmvpn/wire'
import { entryKind } from './entry-kind.ts'
import { noteTitle } from './expert.ts'
import { nameAddresses } from './name-addresses.ts'
import type { TreeWitness } from './tree-witness.ts'

const openBracket = 0x5b
const closeBracket = 0x5d

/** Writes the line of such an entry, which counts in this source. */
export function writeEntryTitle(s: Sink, witness: TreeWitness, entry: number, source: number): void {
  const about = witness.about[entry]
  const kind = witness.kind[entry]
  const from = s.length
  if (kind === entryKind.note) {
    s.text(noteTitle(about as Field, witness.values[entry] as string))
    return
  }
  if (kind === entryKind.subtree) s.text(about as string)
  else if (kind === entryKind.computed)
    s.byte(openBracket)
      .text(about as string)
      .byte(closeBracket)
  else writeLayerLine(s, witness, entry, source)
  if (hostNames.size > 0) nameAddresses(s, from)
}

function writeLayerLine(
  s: Sink,
  { about, values, length, at, sources }: TreeWitness,
  entry: number,
  source: number,
): void {
  const protocol = about[entry] as Titled
  const packet = values[entry]
  if (packet !== undefined) {
    writeLayerTitle(s, protocol, packet, length[entry])
    return
  }
  const { view, end } = sources[source]!
  writeStoppedTitle(s, protocol, view, at[entry]!, end)
}

/** Writes the line of a layer in which the walk stopped: what its first octets say, or its long name. */
export function writeStoppedTitle(s: Sink, protocol: Titled, view: DataView, at: number, end: number): void {
  const { titleWhenStopped } = protocol as Titled & Pick<AnyProtocol, 'titleWhenStopped'>
  if (titleWhenStopped === undefined) s.text(protocol.label)
  else titleWhenStopped(s, view, at, end)
}

/** Writes a layer's line: what its protocol makes of the packet, or its long name. */
export function writeLayerTitle(s: Sink, protocol: Titled, packet: unknown, length?: number): void {
  if (protocol.title === undefined) s.text(protocol.label)
  else protocol.title(s, packet, length)
}
