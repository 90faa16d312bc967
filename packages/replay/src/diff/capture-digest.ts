/** A capture as numbers: of each frame what it is about and what is in it. Some forty octets a frame, however long. */
import type { Dissection } from '@dmvpn/dissect'
import { type Nhrp, nhrp } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import type { ComparedFields } from './compared-fields.ts'
import { writeFieldValues } from './field-values.ts'

/** Numbers for what frames are about: given to both captures, so that equal numbers mean equal things. */
export class Subjects {
  private readonly numbers = new Map<string, number>()

  numberOf(subject: string): number {
    const known = this.numbers.get(subject)
    if (known !== undefined) return known
    this.numbers.set(subject, this.numbers.size)
    return this.numbers.size - 1
  }
}

/** One capture's frames that are compared, column by column. */
export class CaptureDigest {
  /** Frame numbers, counted from 1. */
  readonly frames: number[] = []
  /** Protocols, message and stations. */
  readonly subjects: number[] = []
  /** Protocols and message alone. */
  readonly kinds: number[] = []
  /** The request id of its NHRP message; -1 where it has none. */
  readonly requests: number[] = []
  /** 52 bits of the compared fields. */
  readonly contents: number[] = []
  private readonly compared: ComparedFields
  private readonly known: Subjects
  private readonly text = new Sink(4096)

  constructor(compared: ComparedFields, known: Subjects) {
    this.compared = compared
    this.known = known
  }

  /** Takes the next frame that is compared; `number` is its number in the file. */
  add(dissection: Dissection, number: number): void {
    const { subject, kind, request } = subjectOf(dissection)
    this.frames.push(number)
    this.subjects.push(this.known.numberOf(subject))
    this.kinds.push(this.known.numberOf(kind))
    this.requests.push(request)
    this.text.length = 0
    writeFieldValues(this.text, dissection, this.compared)
    this.contents.push(contentOf(this.text))
  }
}

function subjectOf({ frame }: Dissection) {
  let kind = ''
  let stations = ''
  let request = -1
  for (const { protocol, packet } of frame.layers) {
    kind += ` ${protocol.name}`
    const ends = protocol.endpoints?.(packet)
    if (ends !== undefined && ends.kind !== 'mac') stations += ` ${ends.source} ${ends.destination}`
    if (protocol !== nhrp) continue
    const message = packet as Nhrp
    kind += ` ${message.type}`
    stations += ` ${String(message.sourceProtocol)} ${String(message.destinationProtocol)}`
    if ('requestId' in message) request = message.requestId
  }
  if (frame.stoppedIn !== undefined) kind += ` ! ${frame.stoppedIn.name}`
  return { subject: `${kind} /${stations}`, kind, request }
}

/** Two sums over octets that mix differently, as one number of 52 bits. */
function contentOf({ bytes, length }: Sink): number {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (let i = 0; i < length; i++) {
    const octet = bytes[i]!
    a = Math.imul(a ^ octet, 0x01000193)
    b = Math.imul(b ^ (b >>> 15), 0x85ebca6b) + octet
  }
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  a ^= a >>> 15
  return (a >>> 0) * 0x100000 + (b >>> 12)
}
