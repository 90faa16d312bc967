/** PIM messages: hellos, registers with the packet they carry, and the rest. */
import type { Pim, PimHello, PimOption, PimOther, PimRegister } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { bitsOf, commonly, exactly, facts, long, mostly, octet, octets, word } from '../values.ts'

const option = fc.oneof(
  { withCrossShrink: true },
  facts<PimOption>({ type: fc.constant(1), value: exactly(2) }),
  facts<PimOption>({ type: fc.constantFrom(2, 19, 20, 21), value: exactly(4) }),
  facts<PimOption>({ type: word, value: octets(20) }),
)

const hello = facts<PimHello>({ kind: fc.constant('hello' as const), options: fc.array(option, { maxLength: 5 }) })
const register = facts<PimRegister>({ kind: fc.constant('register' as const), flags: commonly([0, 0x40000000], long) })
const other = facts<PimOther>({
  kind: fc.constant('other' as const),
  type: fc.integer({ min: 2, max: 15 }),
  octets: octets(40),
})

export function anyPim(place: Place = alone): fc.Arbitrary<Pim> {
  return facts<Pim>({
    version: mostly(2, bitsOf(4)),
    reserved: mostly(0, octet),
    overIpv6: fc.constant(place.overIpv6),
    message: place.carries === 'nothing' ? fc.oneof({ withCrossShrink: true }, hello, register, other) : register,
  })
}
