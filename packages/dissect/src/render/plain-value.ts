/** Values that are written alike everywhere: numbers, times. */
import type { Field } from '@dmvpn/wire'
import { Moment } from '../moment.ts'
import { valueOf } from '../node-facts.ts'
import { writeSeconds } from '../time-text.ts'
import { writePlain } from '../value-text.ts'
import type { NodeWriter, StencilBuilder } from './stencil.ts'

/** A hole for a named value that is a decimal number or a time; false where it is nothing of that. */
export function addPlainValue(b: StencilBuilder, node: number, field: Field): boolean {
  const general: NodeWriter = (s, tree, at) => writePlain(s, field, valueOf(tree, at), 'fields')
  if (field.type === 'absolute-time') {
    b.node(node, (s, tree, at) => {
      const value = tree.values[at]
      if (value instanceof Moment) value.writeLocal(s)
      else general(s, tree, at)
    })
    return true
  }
  if (field.type === 'relative-time') {
    b.node(node, (s, tree, at) => {
      const value = tree.values[at]
      if (typeof value === 'number') writeSeconds(s, value)
      else if (value instanceof Moment) value.writeEpoch(s)
      else general(s, tree, at)
    })
    return true
  }
  if (field.base !== 'dec' || !/^u?int(8|16|24|32)$|^frame-number$/.test(field.type)) return false
  b.count(node, general)
  return true
}
