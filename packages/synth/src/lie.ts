/** Lies on purpose: fields written over by Wireshark name, nothing else touched. */
import { dmvpn, type Stack } from '@dmvpn/protocols'
import { type Assignment, assignmentOf, placeFor } from './assignment.ts'
import type { SynthFrame } from './compose.ts'
import { otherLength, valueFor, writeAt } from './field-value.ts'

/**
 * The frame with one field written over: lengths and checksums stay as they were, so they may no longer be true.
 * Throws RangeError where the frame has no such field or the value does not fit where it lies.
 */
export function lie(frame: SynthFrame, assignment: Assignment | string, stack: Stack = dmvpn): SynthFrame {
  const wanted = typeof assignment === 'string' ? assignmentOf(assignment) : assignment
  const { place } = placeFor(frame, wanted, stack)
  const value = valueFor(place, wanted.value)
  if (otherLength(place, value) !== undefined) {
    throw new RangeError(
      `${wanted.field}: ${place.width / 8} octets are there; other lengths cannot be written over them`,
    )
  }
  const bytes = frame.bytes.slice()
  writeAt(bytes, place, value)
  return { ...frame, bytes }
}
