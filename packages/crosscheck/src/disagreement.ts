/** Where others read the same octets otherwise: a bug in one of us, or one of the listed differences of view. */
import { dmvpn, type Stack } from '@dmvpn/protocols'
import type { LayerOpinion } from './opinion.ts'
import { ourReading } from './our-reading.ts'
import { type FrameOpinion, readFrame, vocabulary } from './read-frame.ts'

/** One value, or one decision, on which we and `by` differ. */
export interface Disagreement {
  /** Wireshark's name, `name#2` for the second of its kind in a layer; a protocol's name where one of us sees no such layer. */
  readonly field: string
  readonly ours: string
  readonly theirs: string
  readonly by: 'binary-parser' | 'pcap-parser'
  /** First octet of the layer, in the frame; of the record, in the file. */
  readonly at: number
  /** The frame's number in its capture, from 1. */
  readonly frame?: number
}

/** The differences in reading one frame; none where both read the same, or where nobody else has a description. */
export function compareFrame(bytes: Uint8Array, linkType: number, stack: Stack = dmvpn): readonly Disagreement[] {
  const theirs = readFrame(bytes, linkType)
  const { layers } = theirs
  const unknown = layers.findIndex(({ name }) => !stack.protocols.some(protocol => protocol.name === name))
  // What this stack does not hold it cannot be asked about.
  const comparable = unknown < 0 ? theirs : { layers: layers.slice(0, unknown), isAll: false }
  return compareReadings(ourReading(stack, bytes, linkType, vocabulary), comparable)
}

/**
 * Layer against layer. They end where their descriptions end; a layer in which reading stops has been read as far as its
 * octets reach, and what both had of it until then must be the same.
 */
export function compareReadings(
  ours: readonly LayerOpinion[],
  { layers, isAll }: FrameOpinion,
): readonly Disagreement[] {
  let at = 0
  for (const other of layers) {
    while (ours[at] !== undefined && !vocabulary.has(ours[at]!.name)) at++
    const own = ours[at]
    if (own === undefined || own.name !== other.name || own.at !== other.at) {
      return [differs(other.name, other.at, own === undefined ? 'no such layer' : placeOf(own), placeOf(other))]
    }
    const found = compareLayer(own, other)
    if (found.length > 0) return found
    at++
  }
  const next = ours[at]
  if (!isAll || next === undefined || !vocabulary.has(next.name)) return []
  return [differs(next.name, next.at, placeOf(next), 'no such layer')]
}

function compareLayer(own: LayerOpinion, other: LayerOpinion): readonly Disagreement[] {
  const found: Disagreement[] = []
  const isCut = own.stopped !== undefined || other.stopped !== undefined
  for (const name of new Set([...own.values.keys(), ...other.values.keys()])) {
    if (other.unjudged.has(name)) continue
    const [mine, his] = [own.values.get(name) ?? [], other.values.get(name) ?? []]
    const count = isCut ? Math.min(mine.length, his.length) : Math.max(mine.length, his.length)
    for (let i = 0; i < count; i++) {
      if (mine[i] === his[i]) continue
      found.push(differs(i === 0 ? name : `${name}#${i + 1}`, own.at, mine[i] ?? 'nothing', his[i] ?? 'nothing'))
    }
  }
  const isJudged = !other.isOpen || other.stopped !== undefined
  if (isJudged && found.length === 0 && (own.stopped === undefined) !== (other.stopped === undefined)) {
    const [mine, his] = [own.stopped, other.stopped].map(because =>
      because === undefined ? 'read to the end' : because,
    )
    found.push(differs(own.name, own.at, mine!, his!))
  }
  return found
}

function placeOf(layer: LayerOpinion): string {
  return `${layer.name} at ${layer.at}`
}

function differs(field: string, at: number, ours: string, theirs: string): Disagreement {
  return { field, ours, theirs, by: 'binary-parser', at }
}
