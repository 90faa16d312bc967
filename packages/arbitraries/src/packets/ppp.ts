/** PPP, with and without address and control, its protocol number in one octet or two. */
import { type Ppp, pppoeSession } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { mostly, octet } from '../values.ts'

/** PPP numbers of what has an Ethertype, too. */
const numberOf: ReadonlyMap<number, number> = new Map([
  [0x0800, 0x0021],
  [0x86dd, 0x0057],
  [0x8847, 0x0281],
  [0x8848, 0x0283],
])

export function anyPpp(place: Place = alone): fc.Arbitrary<Ppp> {
  const { carrier } = place
  // RFC 2516 §7: over Ethernet there is neither address nor control; behind nothing but the device only they tell PPP.
  const framed =
    carrier === pppoeSession ? fc.constant(false) : carrier?.name === 'raw' ? fc.constant(true) : fc.boolean()
  return fc
    .tuple(framed, mostly(3, octet), fc.boolean(), anyProtocol(place))
    .map(([frames, control, compresses, protocol]) => {
      const address = frames ? 0xff : undefined
      const may = protocol <= 0xff && (protocol & 1) === 1
      // An octet of ones would be read as an address.
      const ambiguous = protocol === 0xff && !frames && carrier !== pppoeSession
      const compressed = may && !ambiguous && compresses
      return { address, control: frames ? (carrier?.name === 'raw' ? 3 : control) : undefined, protocol, compressed }
    })
}

/** The first octet of an uncompressed number is even. */
function anyProtocol(place: Place): fc.Arbitrary<number> {
  const { carries } = place
  if (typeof carries === 'object' && carries.table === 'ethertype') return fc.constant(numberOf.get(carries.key)!)
  const known = new Set(carries === 'data' ? numberOf.values() : [])
  return selector(place, 'ppp.protocol', 16, 0x0021)
    .map(number => number & 0xfeff)
    .filter(number => !known.has(number))
}
