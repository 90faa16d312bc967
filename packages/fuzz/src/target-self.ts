/** The project itself as a target: its laws as one question about octets. */
import { isDeepStrictEqual } from 'node:util'
import { compareFrame, isKnown } from '@dmvpn/crosscheck'
import { decodeRecord, dissect, leafRanges, recordOf, Session, TreeTextExport, TreeWitness } from '@dmvpn/dissect'
import { dmvpn, encode, type Frame, type Layer, nhrp, recode, type Stack } from '@dmvpn/protocols'
import { checksumOf, formatHex, Sink } from '@dmvpn/wire'
import { fieldAt } from './field-at.ts'
import type { FuzzCase } from './fuzz-case.ts'

export type Law =
  /** No octets make a public function throw. */
  | 'no exception'
  /** What was decoded, encoded with its claims, is the frame again. */
  | 'fidelity'
  /** A witness changes nothing. */
  | 'witness'
  /** The leaves of the tree do not overlap, and there are not more than octets can explain. */
  | 'coverage'
  /** Facts encoded without claims give the same facts again, and a checksum that holds. */
  | 'truth'
  /** Other people's parsers read the same. */
  | 'second opinion'

/** A law that a case breaks. */
export interface Broken {
  readonly law: string
  /** Wireshark's name of the field that is wrong; empty where it is not known. */
  readonly field: string
  readonly detail: string
}

/** Judges one case; undefined where it holds. */
export type Judge = (input: FuzzCase) => Broken | undefined

/**
 * A judge of a stack: by all the laws, or only by the two that need no tree and no second opinion. It keeps its buffers:
 * make one for many cases.
 */
export function lawsOf(stack: Stack, laws: 'all' | 'encoding' = 'all'): Judge {
  const witness = new TreeWitness()
  const sink = new Sink()
  const text = new TreeTextExport()
  return input => {
    try {
      const frame = stack.decode(input.bytes, input.linkType)
      const broken = fidelity(frame, input) ?? truth(stack, frame)
      if (broken !== undefined || laws === 'encoding') return broken
      return watched(stack, input, witness, text, sink) ?? secondOpinion(stack, input)
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
      return { law: 'no exception', field: '', detail }
    }
  }
}

/** Judges by all the laws of the project's own stack. */
export const judge: Judge = lawsOf(dmvpn)

const byEncoding: Judge = lawsOf(dmvpn, 'encoding')
let judged = 0

/** Every fourth case by all the laws, the others by those of encoding: for many cases in little time. */
export function judgeSampled(input: FuzzCase): Broken | undefined {
  return judged++ % 4 === 0 ? judge(input) : byEncoding(input)
}

function broken(law: Law, field: string, detail: string): Broken {
  return { law, field, detail }
}

function fidelity(frame: Frame, input: FuzzCase): Broken | undefined {
  const { bytes } = input
  const again = recode(frame)
  let at = 0
  while (at < bytes.length && bytes[at] === again[at]) at++
  if (at === bytes.length && again.length === bytes.length) return undefined
  const bit = 8 * at + Math.clz32((bytes[at] ?? 0) ^ (again[at] ?? 0)) - 24
  return broken('fidelity', fieldAt(input, bit), `octet ${at}: ${formatHex(bytes)} comes back as ${formatHex(again)}`)
}

/** More leaves than this in a frame of so many octets are not explained by them. */
function mostLeaves(octets: number): number {
  return 300 + 40 * octets
}

/** Sessions on both sides: what a fragment is read as is a session's to say. */
function watched(
  stack: Stack,
  { bytes, linkType }: FuzzCase,
  witness: TreeWitness,
  text: TreeTextExport,
  sink: Sink,
): Broken | undefined {
  const record = recordOf(bytes, linkType)
  const alone = decodeRecord(stack, record, new Session())
  const dissection = dissect(stack, record, { witness })
  const { layers, fault } = dissection.frame
  if (!isDeepStrictEqual(fault, alone.fault)) return broken('witness', '', 'another fault when watched')
  for (const [index, layer] of alone.layers.entries()) {
    const other = layers[index]
    if (other === undefined || !isSame(layer, other)) {
      return broken('witness', layer.protocol.name, `layer ${index} differs when watched`)
    }
  }
  // What trails a payload stands in the tree where its layer does, before the payload's own leaves.
  const leaves = leafRanges(witness)
    // Of a quote cut short, what nobody could read is shown again from where reading stopped.
    .filter(({ source, name }) => source === 0 && name !== 'data.cut')
    .sort((one, other) => one.from - other.from)
  let end = 0
  for (const { name, from, to } of leaves) {
    if (from < end) return broken('coverage', name, `begins at bit ${from}, the leaf before it ends at ${end}`)
    end = to
  }
  if (leaves.length > mostLeaves(bytes.length)) return broken('coverage', '', `${leaves.length} leaves`)
  sink.length = 0
  text.frame(sink, dissection)
  return undefined
}

function isSame(one: Layer, other: Layer): boolean {
  return (
    one.protocol === other.protocol &&
    one.at === other.at &&
    one.body === other.body &&
    one.end === other.end &&
    isDeepStrictEqual(one.packet, other.packet)
  )
}

/** Of each NHRP packet: the protocol with most that is derived. */
function truth(stack: Stack, frame: Frame): Broken | undefined {
  for (const { protocol, packet } of frame.layers) {
    if (protocol.name !== nhrp.name) continue
    const bytes = encode(protocol, packet as Partial<unknown>)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (checksumOf(view, 0, bytes.length) !== 0) {
      return broken('truth', 'nhrp.hdr.chksum', `the checksum of ${formatHex(bytes)} does not hold`)
    }
    const again = stack.walk(bytes, view, 0, bytes.length, protocol, {})
    if (again.fault !== undefined || !isDeepStrictEqual(again.layers[0]?.packet, packet)) {
      return broken('truth', 'nhrp', `other facts come back from ${formatHex(bytes)}`)
    }
  }
  return undefined
}

function secondOpinion(stack: Stack, { bytes, linkType }: FuzzCase): Broken | undefined {
  const found = compareFrame(bytes, linkType, stack).find(each => !isKnown(each))
  if (found === undefined) return undefined
  return broken('second opinion', found.field, `ours ${found.ours}, ${found.by} ${found.theirs}`)
}
