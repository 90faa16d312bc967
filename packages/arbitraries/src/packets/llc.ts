/** Logical link control, with and without SNAP. */
import type { Llc } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, unknownKey } from '../place.ts'
import { bitsOf, commonly, facts, octet, word } from '../values.ts'

const snapSap = 0xaa
const ipSap = 0x06
const organizationOf: ReadonlyMap<string, number> = new Map([
  ['ethertype', 0],
  ['llc.cisco_pid', 0x00000c],
  ['llc.iana_pid', 0x00005e],
])
/** Organizations whose numbers are looked up in some table. */
const listed = new Set([0, 0x00000c, 0x00005e, 0x0000f8])

export function anyLlc(place: Place = alone): fc.Arbitrary<Llc> {
  const { carries } = place
  if (carries === 'nothing') return fc.oneof(anySnap(bitsOf(24), word), anyPlain(place))
  if (carries === 'data')
    return fc.oneof(anySnap(unlisted, word), anySnap(fc.constant(0), unknownTypes), anyPlain(place))
  const organization = organizationOf.get(carries.table)
  const snap = anySnap(fc.constant(organization ?? 0), fc.constant(carries.key))
  return carries.table === 'ethertype' && carries.key === 0x0800 ? fc.oneof(snap, anyIp()) : snap
}

const unlisted = bitsOf(24).filter(code => !listed.has(code))
const unknownTypes = unknownKey('ethertype', 16)

/** Unnumbered in one octet, otherwise two, the low bits of the first not both set. */
const control = fc.oneof(
  { withCrossShrink: true },
  fc.constant(0x03),
  octet.map(value => value | 3),
  word.map(value => ((value & 3) === 3 ? value ^ 1 : value)),
)

function anySnap(organization: fc.Arbitrary<number>, protocolId: fc.Arbitrary<number>): fc.Arbitrary<Llc> {
  return facts<Llc>({
    destinationSap: fc.constant(snapSap),
    sourceSap: fc.constant(snapSap),
    control,
    organization,
    protocolId,
  })
}

/** Behind a length two octets of ones would be Novell's bare IPX; in front of octets, IP has an access point of its own. */
function anyPlain(place: Place): fc.Arbitrary<Llc> {
  return facts<Llc>({
    destinationSap: commonly([0x42, 0xfe, 0xe0, ipSap], octet),
    sourceSap: commonly([0x42, 0xfe, 0xe1, ipSap], octet),
    control,
    organization: fc.constant(undefined),
    protocolId: fc.constant(undefined),
  })
    .filter(({ destinationSap, sourceSap }) => !(destinationSap === snapSap && sourceSap === snapSap))
    .filter(({ destinationSap, sourceSap }) => !(destinationSap === 0xff && sourceSap === 0xff))
    .filter(({ destinationSap }) => place.carries === 'nothing' || destinationSap !== ipSap)
}

/** IP right behind its own access point. */
function anyIp(): fc.Arbitrary<Llc> {
  return facts<Llc>({
    destinationSap: fc.constant(ipSap),
    sourceSap: commonly([ipSap], octet),
    control: fc.constant(0x03),
    organization: fc.constant(undefined),
    protocolId: fc.constant(undefined),
  })
}
