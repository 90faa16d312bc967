/** Named values that a tree's shape tells. */
import type { Field } from '@dmvpn/wire'
import { frameFields } from '../frame-layer.ts'

/** Whether a value is the same in all trees of a shape: the list of the protocols. */
export function isSettled(field: Field): boolean {
  return field === frameFields.protocols
}
