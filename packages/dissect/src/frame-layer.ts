/** The pseudo-layer `frame`: what the capture file says about a frame, under tshark's `frame.*` names. */
import { type Field, field, generated, Literal, type Sink, type Titled, type Value } from '@dmvpn/wire'
import { encapsulationNames, encapsulationOf } from './encapsulation.ts'
import type { FrameRecord } from './frame-record.ts'
import { Moment } from './moment.ts'
import type { Session } from './session/session.ts'
import type { TreeWitness } from './tree-witness.ts'

const octets = (value: number): string => `${count(value, 'byte')} (${count(8 * value, 'bit')})`

function count(value: number, unit: string): string {
  return `${value} ${unit}${value === 1 ? '' : 's'}`
}

const seconds = { unit: ' seconds' } as const

/** What a capture file says about a frame. */
export type FrameFact =
  | 'section'
  | 'interfaceId'
  | 'interfaceName'
  | 'interfaceDescription'
  | 'encapsulation'
  | 'time'
  | 'shift'
  | 'epoch'
  | 'delta'
  | 'deltaDisplayed'
  | 'relative'
  | 'number'
  | 'length'
  | 'captured'
  | 'marked'
  | 'ignored'
  | 'protocols'
  | 'comment'

export const frameFields: Readonly<Record<FrameFact, Field>> = {
  section: field('frame.section_number', 'Section number', 'uint32'),
  interfaceId: field('frame.interface_id', 'Interface id', 'uint32'),
  interfaceName: field('frame.interface_name', 'Interface name', 'string'),
  interfaceDescription: field('frame.interface_description', 'Interface description', 'string'),
  encapsulation: field('frame.encap_type', 'Encapsulation type', 'int16', { names: encapsulationNames }),
  time: field('frame.time', 'Arrival Time', 'absolute-time'),
  shift: generated('frame.offset_shift', 'Time shift for this packet', 'relative-time', seconds),
  epoch: field('frame.time_epoch', 'Epoch Time', 'relative-time', seconds),
  delta: generated('frame.time_delta', 'Time delta from previous captured frame', 'relative-time', seconds),
  deltaDisplayed: generated(
    'frame.time_delta_displayed',
    'Time delta from previous displayed frame',
    'relative-time',
    seconds,
  ),
  relative: generated('frame.time_relative', 'Time since reference or first frame', 'relative-time', seconds),
  number: field('frame.number', 'Frame Number', 'uint32'),
  length: field('frame.len', 'Frame Length', 'uint32', { text: octets }),
  captured: field('frame.cap_len', 'Capture Length', 'uint32', { text: octets }),
  marked: generated('frame.marked', 'Frame is marked', 'boolean'),
  ignored: generated('frame.ignored', 'Frame is ignored', 'boolean'),
  protocols: generated('frame.protocols', 'Protocols in frame', 'string'),
  comment: field('frame.comment', 'Comment', 'string'),
}

/** What the frame's title is made of. */
export interface FrameFacts {
  readonly record: FrameRecord
  readonly number: number
  readonly section: number | undefined
}

/** Writes the frame's title, as tshark says it. */
export function writeFrameTitle(s: Sink, { record, number, section }: FrameFacts): void {
  const { originalLength } = record
  s.put(frameNumber).dec(number).put(colon)
  writeSize(s, originalLength, onWire)
  s.put(comma)
  writeSize(s, record.end - record.start, captured)
  if (section !== undefined) s.text(` on interface ${nameOf(record)}, id ${record.interface ?? 0}`)
}

const frameNumber = new Literal('Frame ')
const colon = new Literal(': ')
const comma = new Literal(', ')
const oneByte = new Literal(' byte')
const bytes = new Literal(' bytes')
const onWire = new Literal(' on wire (')
const captured = new Literal(' captured (')
const bits = new Literal(' bits)')

function writeSize(s: Sink, size: number, where: Literal): void {
  s.dec(size)
    .put(size === 1 ? oneByte : bytes)
    .put(where)
    .dec(8 * size)
    .put(bits)
}

function nameOf(record: FrameRecord): string {
  return record.description?.name ?? 'unknown'
}

export const framePseudoLayer: Titled = {
  name: 'frame',
  label: 'Frame',
  title: (s, facts) => writeFrameTitle(s, facts as FrameFacts),
}
export const commentPseudoLayer: Titled = { name: 'pkt_comment', label: 'Packet comments' }

const interfaceFields = new Map<string, Field>()

/** `Interface id: 0 (eth0)`: the name is part of the line. */
function interfaceField(name: string): Field {
  let named = interfaceFields.get(name)
  if (named === undefined) {
    named = { ...frameFields.interfaceId, text: (id: never): string => `${id as number} (${name})` }
    interfaceFields.set(name, named)
  }
  return named
}

/** A fact of a frame that has one value; undefined where the file says nothing, and of what only the walk can tell. */
export function frameValue(fact: FrameFact, record: FrameRecord, session: Session): Value {
  switch (fact) {
    case 'section':
      return session.section
    case 'interfaceId':
      return session.section === undefined ? undefined : (record.interface ?? 0)
    case 'interfaceName':
      return session.section === undefined ? undefined : nameOf(record)
    case 'interfaceDescription':
      return session.section === undefined ? undefined : record.description?.description
    case 'encapsulation':
      return encapsulationOf(record.linkType)
    case 'time':
    case 'epoch':
      return new Moment(record).epoch
    case 'shift':
      return 0
    case 'delta':
      return session.delta
    case 'deltaDisplayed':
      return session.deltaDisplayed
    case 'relative':
      return session.relative
    case 'number':
      return session.number
    case 'length':
      return record.originalLength
    case 'captured':
      return record.end - record.start
    case 'marked':
    case 'ignored':
      return false
    case 'protocols':
    case 'comment':
      return undefined
    default:
      return fact satisfies never
  }
}

/** Shows the frame to the witness; what `frame.protocols` lists is known when the walk is over. */
export function beginFrame(witness: TreeWitness, record: FrameRecord, session: Session): void {
  const { start, end, comments } = record
  if (comments !== undefined && comments.length > 0) {
    witness.beginPseudoLayer(commentPseudoLayer, undefined, start, 0)
    for (const comment of comments) witness.value(frameFields.comment, start, 0, comment)
    witness.close(start)
  }
  const { number, section } = session
  witness.beginPseudoLayer(framePseudoLayer, { record, number, section }, start, end - start)
  if (section !== undefined) {
    witness.value(frameFields.section, start, 0, section)
    showInterface(witness, record)
  }
  showFacts(witness, record, session)
  witness.value(frameFields.protocols, start, 0, '')
  witness.close(start)
}

function showFacts(witness: TreeWitness, record: FrameRecord, session: Session): void {
  const { start, end, originalLength, linkType } = record
  const moment = new Moment(record)
  const { delta, deltaDisplayed, relative, number } = session
  witness.value(frameFields.encapsulation, start, 0, encapsulationOf(linkType))
  witness.value(frameFields.time, start, 0, moment)
  witness.value(frameFields.shift, start, 0, 0)
  witness.value(frameFields.epoch, start, 0, moment)
  if (delta !== undefined) witness.value(frameFields.delta, start, 0, delta)
  if (deltaDisplayed !== undefined) witness.value(frameFields.deltaDisplayed, start, 0, deltaDisplayed)
  if (relative !== undefined) witness.value(frameFields.relative, start, 0, relative)
  witness.value(frameFields.number, start, 0, number)
  witness.value(frameFields.length, start, 0, originalLength)
  witness.value(frameFields.captured, start, 0, end - start)
  witness.value(frameFields.marked, start, 0, false)
  witness.value(frameFields.ignored, start, 0, false)
}

function showInterface(witness: TreeWitness, record: FrameRecord): void {
  const { start, description } = record
  const name = nameOf(record)
  witness.value(interfaceField(name), start, 0, record.interface ?? 0)
  witness.below()
  witness.value(frameFields.interfaceName, start, 0, name)
  if (description?.description !== undefined) {
    witness.value(frameFields.interfaceDescription, start, 0, description.description)
  }
  witness.close(start)
}
