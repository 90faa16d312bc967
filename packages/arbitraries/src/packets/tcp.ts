/** TCP headers. */
import type { Tcp } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { bitsOf, facts, groupsOf, long, mostly, noOctets, word } from '../values.ts'
import { anyPorts } from './udp.ts'

/** A segment size with the window scale; time stamps; a selective acknowledgment. */
const knownOptions = [
  Uint8Array.of(2, 4, 5, 180, 1, 3, 3, 7),
  Uint8Array.of(1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2),
  Uint8Array.of(1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9),
]

export function anyTcp(place: Place = alone): fc.Arbitrary<Tcp> {
  const rest = facts<Omit<Tcp, 'sourcePort' | 'destinationPort'>>({
    sequenceNumber: long,
    acknowledgmentNumber: long,
    reserved: mostly(0, bitsOf(3)),
    accurateEcn: fc.boolean(),
    congestionWindowReduced: fc.boolean(),
    ecnEcho: fc.boolean(),
    urgent: fc.boolean(),
    acknowledgment: fc.boolean(),
    push: fc.boolean(),
    reset: fc.boolean(),
    synchronize: fc.boolean(),
    finish: fc.boolean(),
    window: word,
    urgentPointer: mostly(0, word),
    options: fc.oneof(
      { withCrossShrink: true },
      { weight: 3, arbitrary: fc.constant<Uint8Array>(noOctets) },
      { weight: 2, arbitrary: fc.constantFrom<Uint8Array>(...knownOptions) },
      { weight: 1, arbitrary: groupsOf(4, 10) },
    ),
  })
  return fc.tuple(anyPorts(place, 'tcp.port'), rest).map(([ports, facts]) => ({ ...ports, ...facts }))
}
