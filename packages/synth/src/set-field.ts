/** One field of a frame changed by Wireshark name, and everything that follows from it made true again. */
import { dmvpn, encodeLayers, type Frame, type LayerToEncode, layersOf, type Stack } from '@dmvpn/protocols'
import { type Assignment, assignmentOf, placeFor } from './assignment.ts'
import type { SynthFrame } from './compose.ts'
import { otherLength, valueAt, valueFor, writeAt } from './field-value.ts'
import { type Place, placesOf } from './places.ts'
import { withFact } from './replace-fact.ts'

/**
 * The frame with one fact changed: lengths, offsets and checksums are computed anew, also those that were wrong before.
 * Throws RangeError where the frame has no such field, where the value does not fit it, and where the field is not a fact
 * but follows from others: a length, a checksum.
 */
export function setField(frame: SynthFrame, assignment: Assignment | string, stack: Stack = dmvpn): SynthFrame {
  const wanted = typeof assignment === 'string' ? assignmentOf(assignment) : assignment
  const { place, decoded } = placeFor(frame, wanted, stack)
  const value = valueFor(place, wanted.value)
  const index = layerAt(decoded, place)
  const layers = layersOf(decoded).map(each => ({ ...each, claims: {} }))
  const old = layers[index]
  if (old === undefined || decoded.layers[index] === undefined)
    throw impossible(wanted.field, 'its layer cannot be read')
  if (otherLength(place, value) !== undefined) {
    layers[index] = { ...old, packet: withFact(frame, decoded, index, place, value as Uint8Array, stack) }
    return { ...frame, bytes: encodeLayers(layers) }
  }
  layers[index] = written(frame, decoded, index, old, place, value, stack)
  const changed = { ...frame, bytes: encodeLayers(layers) }
  if (!has(changed, wanted, value, stack)) throw impossible(wanted.field, 'it follows from the rest of the packet')
  return changed
}

function impossible(field: string, because: string): RangeError {
  return new RangeError(`${field} cannot be set: ${because}; only a lie writes over it`)
}

/** The layer whose header, or whose trailer, the place lies in: a field may be shown in the layer around it. */
function layerAt(decoded: Frame, { bit, layer }: Place): number {
  const octet = bit >>> 3
  const within = decoded.layers.findIndex(({ at, body }) => octet >= at && octet < body)
  return within < 0 ? layer : within
}

/** The layer as it is read with the bits written over. */
function written(
  frame: SynthFrame,
  decoded: Frame,
  index: number,
  old: LayerToEncode,
  place: Place,
  value: bigint | Uint8Array,
  stack: Stack,
): LayerToEncode {
  const bytes = frame.bytes.slice()
  writeAt(bytes, place, value)
  const { protocol, packet, at, body } = decoded.layers[index]!
  for (const lens of Object.values(protocol.claims?.(packet) ?? {})) {
    if (lens.read(viewOf(bytes), at) !== lens.read(viewOf(frame.bytes), at)) {
      throw impossible(place.field.name, 'it is computed from the rest of the packet')
    }
  }
  const mutated = stack.decode(bytes, frame.linkType)
  const other = mutated.layers[index]
  if (other?.protocol !== protocol || protocol.size(other.packet) !== protocol.size(packet)) {
    throw impossible(place.field.name, 'what stands behind it would be read differently')
  }
  const inTrailer = place.bit >>> 3 >= body
  return { ...old, packet: other.packet, trailer: inTrailer ? layersOf(mutated)[index]!.trailer : old.trailer }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Whether the field is there with the value. */
function has(frame: SynthFrame, wanted: Assignment, value: bigint | Uint8Array, stack: Stack): boolean {
  const place = placesOf(frame, wanted.field, stack).places[wanted.occurrence - 1]
  return place !== undefined && valueAt(frame.bytes, place, value)
}
