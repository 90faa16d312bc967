/** Values that are written alike everywhere: numbers, times. */
import type { Field } from '@dmvpn/wire'
import { Moment } from '../moment.ts'
import { shownValue } from '../node-facts.ts'
import { writeSeconds } from '../time-text.ts'
import { writePlain } from '../value-text.ts'
import type { EntryWriter } from './stencil.ts'
import type { StencilBuilder } from './stencil-builder.ts'

/** A hole for a named value that is a decimal number or a time; false where it is nothing of that. */
export function addPlainValue(b: StencilBuilder, node: number, field: Field): boolean {
  const general: EntryWriter = (s, { values }, entry) => writePlain(s, field, shownValue(values[entry]), 'fields')
  if (field.type === 'absolute-time') {
    b.node(node, (s, witness, entry) => {
      const value = witness.values[entry]
      if (value instanceof Moment) value.writeLocal(s)
      else general(s, witness, entry)
    })
    return true
  }
  if (field.type === 'relative-time') {
    b.node(node, (s, witness, entry) => {
      const value = witness.values[entry]
      if (typeof value === 'number') writeSeconds(s, value)
      else if (value instanceof Moment) value.writeEpoch(s)
      else general(s, witness, entry)
    })
    return true
  }
  if (field.base !== 'dec' || !/^u?int(8|16|24|32)$|^frame-number$/.test(field.type)) return false
  b.count(node, general)
  return true
}

/** Of how many of a named value's values the text is kept. */
export function keptValues({ type }: Field): number {
  return type === 'boolean' ? 2 : 256
}
