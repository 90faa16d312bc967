/** A fact replaced by one of another length: an IPv4 address by an IPv6 address, a password by a longer one. */
import type { Frame, Stack } from '@dmvpn/protocols'
import { readIpv6 } from '@dmvpn/wire'
import type { SynthFrame } from './compose.ts'
import type { Place } from './places.ts'

/**
 * The packet of layer number `index` with the octets at `place` replaced. Which fact they are is found by asking: the
 * octets are changed, and the one fact that is read differently is theirs. Throws RangeError where there is not just one.
 */
export function withFact(
  frame: SynthFrame,
  decoded: Frame,
  index: number,
  place: Place,
  octets: Uint8Array,
  stack: Stack,
): object {
  const probe = frame.bytes.slice()
  probe[(place.bit + place.width) / 8 - 1]! ^= 1
  const packet = decoded.layers[index]!.packet as object
  const other = stack.decode(probe, frame.linkType).layers[index]?.packet
  const path = other === undefined ? undefined : onlyDifference(packet, other)
  if (path === undefined) {
    throw new RangeError(`${place.field.name}: ${place.width / 8} octets are there, and no other number of them may be`)
  }
  return replaced(packet, path, octets) as object
}

/** The keys that lead to the only leaf in which two packets differ; undefined where that is none or several. */
function onlyDifference(one: unknown, other: unknown): readonly string[] | undefined {
  const differences: (readonly string[])[] = []
  collect(one, other, [], differences)
  return differences.length === 1 ? differences[0] : undefined
}

function collect(one: unknown, other: unknown, path: readonly string[], found: (readonly string[])[]): void {
  if (isTree(one) && isTree(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)])
    for (const key of keys) collect(one[key], other[key], [...path, key], found)
  } else if (!same(one, other)) found.push(path)
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

function same(one: unknown, other: unknown): boolean {
  if (!(one instanceof Uint8Array) || !(other instanceof Uint8Array)) return one === other
  return one.length === other.length && one.every((octet, index) => octet === other[index])
}

function replaced(value: unknown, path: readonly string[], octets: Uint8Array): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value instanceof Uint8Array ? octets : addressOf(octets)
  if (Array.isArray(value)) {
    return value.map((each: unknown, index) => (String(index) === key ? replaced(each, rest, octets) : each))
  }
  const object = value as Readonly<Record<string, unknown>>
  return { ...object, [key]: replaced(object[key], rest, octets) }
}

/** As the cursor reads addresses: by their length. */
function addressOf(octets: Uint8Array): number | bigint | Uint8Array {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  if (octets.length === 4) return view.getUint32(0)
  return octets.length === 16 ? readIpv6(view, 0) : octets
}
