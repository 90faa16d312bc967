/** `nhrp.htime#2=60`: which occurrence of which field is to have which value. */
import type { Frame, Stack } from '@dmvpn/protocols'
import type { SynthFrame } from './compose.ts'
import { type Place, placesOf } from './places.ts'

export interface Assignment {
  /** Wireshark's filter name. */
  readonly field: string
  /** Counted from 1, as `tshark -T fields` lists them. */
  readonly occurrence: number
  /** As people write it: a number, an address, octets in hexadecimal, true or false, a name of the value. */
  readonly value: string
}

/** Reads `FIELD=VALUE` or `FIELD#N=VALUE`. Throws RangeError where it is neither. */
export function assignmentOf(text: string): Assignment {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === '') throw new RangeError(`${text}: not FIELD=VALUE`)
  return { ...fieldOf(name), value }
}

/** Reads `FIELD` or `FIELD#N`. Throws RangeError where it is neither. */
export function fieldOf(text: string): Pick<Assignment, 'field' | 'occurrence'> {
  const [, field = '', occurrence = '1'] = /^([A-Za-z_][\w.-]*)(?:#([1-9]\d{0,5}))?$/.exec(text.trim()) ?? []
  if (field === '') throw new RangeError(`${text}: not FIELD or FIELD#N`)
  return { field, occurrence: Number(occurrence) }
}

/** The place of a field, and the frame as it is understood. Throws RangeError where there is none. */
export function placeFor(
  frame: SynthFrame,
  { field, occurrence }: Pick<Assignment, 'field' | 'occurrence'>,
  stack: Stack,
): { readonly place: Place; readonly decoded: Frame } {
  const { frame: decoded, places } = placesOf(frame, field, stack)
  const place = places[occurrence - 1]
  if (place !== undefined) return { place, decoded }
  if (places.length === 0) throw new RangeError(`${field}: the packet has no such field`)
  throw new RangeError(`${field}#${occurrence}: the packet has the field ${places.length} times`)
}
