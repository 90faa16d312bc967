/** A case as what it was made of: layers of facts, the claims that are lies, and what trails. */
import { dmvpn, encodeLayers, type LayerToEncode, layersOf } from '@dmvpn/protocols'
import type { FuzzCase } from './fuzz-case.ts'

export interface Blueprint {
  readonly linkType: number
  readonly layers: readonly LayerToEncode[]
}

/** Cases are parents again and again; nobody changes them. */
const known = new WeakMap<FuzzCase, Blueprint>()

/** The blueprint of a case: all of its octets, claims included. */
export function blueprintOf(input: FuzzCase): Blueprint {
  const before = known.get(input)
  if (before !== undefined) return before
  const { bytes, linkType } = input
  const plan = { linkType, layers: layersOf(dmvpn.decode(bytes, linkType)) }
  known.set(input, plan)
  return plan
}

/** The case a blueprint makes; undefined where a fact does not fit its field. */
export function built({ linkType, layers }: Blueprint): FuzzCase | undefined {
  try {
    return { bytes: encodeLayers(layers), linkType }
  } catch {
    // Random facts are often no facts: RangeError where a number is too large, TypeError where it is none.
    return undefined
  }
}

/** The same layers with one replaced. */
export function withLayer(plan: Blueprint, index: number, layer: LayerToEncode): Blueprint {
  return { ...plan, layers: plan.layers.map((each, at) => (at === index ? layer : each)) }
}

/** The same layer without lies: every length, offset and checksum is computed. */
export function truthful(layer: LayerToEncode): LayerToEncode {
  return { ...layer, claims: {} }
}

/** LINKTYPE number under which a protocol may begin a frame; undefined where none is known. */
export function linkTypeOf({ protocol }: LayerToEncode): number | undefined {
  return protocol.over.find(({ table }) => table === 'link')?.key
}
