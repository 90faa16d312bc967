/** Wireshark's expert information in JSON: notes, and the packet that is malformed. */
import type { Field } from '@dmvpn/wire'
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
import { jsonKey, jsonLine } from './json-key.ts'
import { noOctets } from './json-octets.ts'
import { writeJsonText } from './json-text.ts'
import type { StencilBuilder } from './stencil-builder.ts'

export class JsonExpert {
  private readonly compact: boolean
  /** Whether octets stand in place of values. */
  private readonly raw: boolean

  constructor(compact: boolean, octets: 'none' | 'both' | 'only') {
    this.compact = compact
    this.raw = octets === 'only'
  }

  /** The object of a note, which begins at this depth. */
  note(b: StencilBuilder, node: number, field: Field, depth: number): void {
    this.finding(b, field, depth, () => {
      b.node(node, (s, { values }, entry) => {
        writeJsonText(s, values[entry] as string)
      })
    })
  }

  /** A frame that stops: as tshark has it, and why. It stands at the top of the layers. */
  fault(b: StencilBuilder, node: number): void {
    b.text('{').text(jsonKey(expertItem.name, faultDepth, this.compact))
    this.finding(b, malformedNote, faultDepth, () => b.text(JSON.stringify(malformedNote.label)))
    b.text(',')
    this.item(b, malformedReason, faultDepth - 1, () => {
      b.node(node, (s, { fault }) => {
        writeJsonText(s, faultMessage(fault!))
      })
    })
    b.text(',')
    this.item(b, hiddenMalformed, faultDepth - 1, () => b.text(JSON.stringify(hiddenMalformed.label)))
    b.text(jsonLine(faultDepth - 1, this.compact)).text('}')
  }

  private finding(b: StencilBuilder, field: Field, depth: number, message: () => void): void {
    b.text('{')
    this.item(b, field, depth, () => b.text('""'))
    b.text(',')
    this.item(b, expertMessage, depth, message)
    b.text(',')
    this.item(b, expertSeverity, depth, () => b.text(`"${severityOf(field)}"`))
    b.text(',')
    this.item(b, expertGroup, depth, () => b.text(`"${groupOf(field)}"`))
    b.text(jsonLine(depth, this.compact)).text('}')
  }

  private item(b: StencilBuilder, field: Field, depth: number, value: () => void): void {
    const { compact } = this
    if (this.raw) {
      b.text(jsonKey(`${field.name}_raw`, depth + 1, compact)).text(noOctets[field.type as keyof typeof noOctets])
    } else {
      b.text(jsonKey(field.name, depth + 1, compact))
      value()
    }
  }
}

const faultDepth = 5
