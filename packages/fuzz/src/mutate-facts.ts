/** Changes of what a sender meant: a fact, an element of a list, a layer. Lengths and checksums follow, or go on lying. */
import type { LayerToEncode } from '@dmvpn/protocols'
import { type Blueprint, blueprintOf, built, linkTypeOf, truthful, withLayer } from './blueprint.ts'
import type { Chance } from './chance.ts'
import { pathsOf, valueAt, withValue } from './facts.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { longestFrame } from './mutate-octets.ts'

/** The case with one fact changed; undefined where no frame can say so. */
export function mutateFact(input: FuzzCase, chance: Chance): FuzzCase | undefined {
  const plan = blueprintOf(input)
  if (plan.layers.length === 0) return undefined
  // The innermost layers are what a dissector is asked about.
  const index = Math.max(chance.below(plan.layers.length), chance.below(plan.layers.length))
  const layer = plan.layers[index]!
  const paths = pathsOf(layer.packet).filter(path => path.at(-1) !== 'kind')
  if (paths.length === 0) return undefined
  const path = chance.pick(paths)
  // Many values fit no field of a few bits.
  for (let attempts = 6; attempts > 0; attempts--) {
    const packet = withValue(layer.packet, path, changed(valueAt(layer.packet, path), chance))
    const next = withLayer(plan, index, { ...layer, packet })
    const made = bounded(chance.once(3) ? next : { ...plan, layers: next.layers.map(truthful) })
    if (made !== undefined) return made
  }
  return undefined
}

/** The outer layers of one case around the inner layers of another; undefined where that makes no frame. */
export function spliceLayers(outer: FuzzCase, inner: FuzzCase, chance: Chance): FuzzCase | undefined {
  const [one, other] = [blueprintOf(outer), blueprintOf(inner)]
  if (one.layers.length === 0 || other.layers.length === 0) return undefined
  const kept = one.layers.slice(0, chance.below(one.layers.length + 1))
  const added = other.layers.slice(chance.below(other.layers.length))
  const layers = [...kept, ...added]
  const linkType = kept.length > 0 ? one.linkType : linkTypeOf(layers[0]!)
  if (linkType === undefined) return undefined
  // What the last outer layer says it carries is true again, where the inner layer has a number there.
  const last = kept.at(-1)
  if (last !== undefined) layers[kept.length - 1] = chance.once(4) ? last : carrying(last, added[0]!)
  return bounded({ linkType, layers: chance.once(3) ? layers : layers.map(truthful) })
}

/** The case with every length, offset and checksum true: facts that only a checksum hides are looked at after all. */
export function repaired(input: FuzzCase): FuzzCase | undefined {
  const plan = blueprintOf(input)
  return bounded({ ...plan, layers: plan.layers.map(truthful) })
}

function bounded(plan: Blueprint): FuzzCase | undefined {
  const input = built(plan)
  return input === undefined || input.bytes.length > longestFrame ? undefined : input
}

function carrying(layer: LayerToEncode, next: LayerToEncode): LayerToEncode {
  const { selects } = layer.protocol
  const edge = selects && next.protocol.over.find(({ table }) => table === selects.table)
  if (selects === undefined || edge === undefined) return layer
  return { ...layer, packet: withValue(layer.packet, [selects.fact], edge.key) }
}

const numbers: readonly number[] = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 20, 32, 63, 64, 127, 128, 255, 256, 1500, 0x7fff, 0xffff, 0xffffffff,
]

function changed(value: unknown, chance: Chance): unknown {
  if (typeof value === 'number') {
    const kind = chance.below(5)
    if (kind === 0) return chance.pick(numbers)
    if (kind === 1) return chance.below(256)
    if (kind === 2) return chance.below(4)
    return kind === 3 ? Math.max(0, value + (chance.once(2) ? 1 : -1)) : (value ^ (1 << chance.below(16))) >>> 0
  }
  if (typeof value === 'boolean') return !value
  if (typeof value === 'bigint') return chance.once(2) ? 0n : value ^ (1n << BigInt(chance.below(128)))
  // What is missing is an address or a number as a rule.
  if (value === undefined) return chance.once(3) ? chance.below(2 ** 32) : chance.octets(chance.pick(octetCounts))
  if (value instanceof Uint8Array) return changedOctets(value, chance)
  if (Array.isArray(value)) return changedList(value, chance)
  return value
}

const octetCounts: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 16, 20, 63]

function changedOctets(value: Uint8Array, chance: Chance): Uint8Array | undefined {
  switch (chance.below(4)) {
    case 0:
      return value.slice(0, chance.below(value.length + 1))
    case 1:
      return Uint8Array.of(...value, ...chance.octets(1 + chance.below(4)))
    case 2:
      return chance.once(4) ? undefined : chance.octets(chance.pick(octetCounts))
    default:
      return value.map(octet => (chance.once(4) ? chance.below(256) : octet))
  }
}

function changedList(list: readonly unknown[], chance: Chance): readonly unknown[] {
  if (list.length === 0) return list
  const at = chance.below(list.length)
  const kind = chance.below(3)
  if (kind === 0) return list.toSpliced(at, 1)
  // Twice the same, or moved.
  return kind === 1
    ? list.toSpliced(at, 0, list[at])
    : list.toSpliced(at, 1).toSpliced(chance.below(list.length), 0, list[at])
}
