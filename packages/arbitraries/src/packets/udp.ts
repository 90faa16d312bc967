/** UDP headers: the ports say what is carried. */
import type { Udp } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, unknownKey } from '../place.ts'
import { facts, mostly, word } from '../values.ts'

export function anyUdp(place: Place = alone): fc.Arbitrary<Udp> {
  return fc
    .tuple(anyPorts(place, 'udp.port'), mostly(true, fc.boolean()))
    .map(([ports, checksummed]) => ({ ...ports, checksummed }))
}

export interface Ports {
  readonly sourcePort: number
  readonly destinationPort: number
}

/** Two ports of which one, either, is known where a packet follows, and none where octets follow. */
export function anyPorts(place: Place, table: string): fc.Arbitrary<Ports> {
  const { carries } = place
  const free = unknownKey(table, 16)
  if (carries === 'nothing') return facts<Ports>({ sourcePort: word, destinationPort: word })
  if (carries === 'data') return facts<Ports>({ sourcePort: free, destinationPort: free })
  return fc
    .tuple(fc.constant(carries.key), mostly(carries.key, free, 1), fc.boolean())
    .map(([known, other, swapped]) => ({
      sourcePort: swapped ? known : other,
      destinationPort: swapped ? other : known,
    }))
}
