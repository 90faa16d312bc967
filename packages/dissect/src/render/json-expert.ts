/** Wireshark's expert information in JSON: notes, and the packet that is malformed. */
import { type Fault, type Field, Literal, type Sink } from '@dmvpn/wire'
import {
  expertGroup,
  expertItem,
  expertMessage,
  expertSeverity,
  faultMessage,
  groupOf,
  hiddenMalformed,
  malformedNote,
  malformedReason,
  severityOf,
} from '../expert.ts'
import { typeNumbers } from '../node-octets.ts'
import type { JsonItems } from './json-key.ts'
import { writeJsonText } from './json-text.ts'

const quote = 0x22
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d

/** Nothing of a note lies in the frame: its octets are none. */
export const noOctets: Readonly<Record<'none' | 'protocol' | 'string' | 'uint32', Literal>> = {
  none: new Literal(`["",0,0,0,${typeNumbers.none}]`),
  protocol: new Literal(`["",0,0,0,${typeNumbers.protocol}]`),
  string: new Literal(`["",0,0,0,${typeNumbers.string}]`),
  uint32: new Literal(`["",0,0,0,${typeNumbers.uint32}]`),
}

export class JsonExpert {
  private readonly known: JsonItems
  private readonly compact: boolean
  /** Whether octets stand in place of values. */
  private readonly raw: boolean

  constructor(known: JsonItems, compact: boolean, octets: 'none' | 'both' | 'only') {
    this.known = known
    this.compact = compact
    this.raw = octets === 'only'
  }

  /** The object of a note, which begins at this depth. */
  note(s: Sink, field: Field, text: string, depth: number): void {
    s.byte(openBrace)
    this.item(s, field, depth, () => s.byte(quote).byte(quote))
    s.byte(comma)
    this.item(s, expertMessage, depth, () => writeJsonText(s, text))
    s.byte(comma)
    this.item(s, expertSeverity, depth, () => s.byte(quote).dec(severityOf(field)).byte(quote))
    s.byte(comma)
    this.item(s, expertGroup, depth, () => s.byte(quote).dec(groupOf(field)).byte(quote))
    this.line(s, depth)
    s.byte(closeBrace)
  }

  /** A frame that stops: as tshark has it, and why. It stands at the top of the layers. */
  fault(s: Sink, fault: Fault): void {
    s.byte(openBrace).put(this.known.of(expertItem).key.own(faultDepth))
    this.note(s, malformedNote, malformedNote.label, faultDepth)
    s.byte(comma)
    this.item(s, malformedReason, faultDepth - 1, () => writeJsonText(s, faultMessage(fault)))
    s.byte(comma)
    this.item(s, hiddenMalformed, faultDepth - 1, () => writeJsonText(s, hiddenMalformed.label))
    this.line(s, faultDepth - 1)
    s.byte(closeBrace)
  }

  private item(s: Sink, field: Field, depth: number, value: () => void): void {
    const { key } = this.known.of(field)
    if (this.raw) s.put(key.raw(depth + 1)).put(noOctets[field.type as keyof typeof noOctets])
    else {
      s.put(key.own(depth + 1))
      value()
    }
  }

  private line(s: Sink, depth: number): void {
    if (!this.compact) s.text(`\n${'  '.repeat(depth)}`)
  }
}

const faultDepth = 5
