/** Where a packet stands: some of its facts follow from what is around it and from what it must carry. */
import { type AnyProtocol, all, type Edge } from '@dmvpn/protocols'
import fc from 'fast-check'
import { bitsOf, mostly } from './values.ts'

export interface Place {
  /** Whose payload it is; undefined where the packet stands alone. */
  readonly carrier: AnyProtocol | undefined
  /** Whether the nearest layer with a pseudo-header is IPv6. */
  readonly overIpv6: boolean
  /** The edge the packet is found by; undefined where it stands alone. */
  readonly reached: Edge | undefined
  /** The next layer's edge; octets nobody knows; or nothing at all. */
  readonly carries: Edge | 'data' | 'nothing'
}

/** A packet by itself, that carries nothing. */
export const alone: Place = { carrier: undefined, overIpv6: false, reached: undefined, carries: 'nothing' }

/** The numbers by which somebody is known in a table. */
export function keysOf(table: string): readonly number[] {
  return known.get(table) ?? []
}

const known = new Map<string, number[]>()
for (const { over } of all) for (const { table, key } of over) known.set(table, [...(known.get(table) ?? []), key])

/** A number of `width` bits by which nobody is known in a table. */
export function unknownKey(table: string, width: number): fc.Arbitrary<number> {
  const taken = new Set(keysOf(table))
  return bitsOf(width).filter(key => !taken.has(key))
}

/**
 * The fact that names what is carried, a key of `table`: fixed by the next layer, unknown before octets, and any number
 * where nothing follows.
 */
export function selector(place: Place, table: string, width: number, usual: number): fc.Arbitrary<number> {
  const { carries } = place
  if (carries === 'data') return unknownKey(table, width)
  if (carries !== 'nothing') return fc.constant(carries.key)
  const keys = keysOf(table)
  return mostly(usual, keys.length === 0 ? bitsOf(width) : fc.oneof(fc.constantFrom(...keys), bitsOf(width)))
}
