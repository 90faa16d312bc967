/** A case as what it was made of: layers of facts, the claims that are lies, and what trails. */
import { dmvpn, encodeLayers, type LayerToEncode, layersOf } from '@dmvpn/protocols'
import type { FuzzCase } from './fuzz-case.ts'

export interface Blueprint {
  readonly linkType: number
  readonly layers: readonly LayerToEncode[]
}

/** The blueprint of a case: all of its octets, claims included. */
export function blueprintOf({ bytes, linkType }: FuzzCase): Blueprint {
  return { linkType, layers: layersOf(dmvpn.decode(bytes, linkType)) }
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
