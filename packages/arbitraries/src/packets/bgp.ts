/** BGP messages of one segment, and parts of messages before and behind them. */
import type { Bgp, BgpMessage, BgpOpen, BgpOther } from '@dmvpn/protocols'
import fc from 'fast-check'
import { commonly, facts, mostly, noOctets, octet, octets, withRest, word } from '../values.ts'
import { anyIpv4 } from './addresses.ts'

const open = withRest(
  facts<BgpOpen>({
    kind: fc.constant('open' as const),
    version: mostly(4, octet),
    autonomousSystem: word,
    holdTime: commonly([180, 0, 65535], word),
    identifier: anyIpv4(),
    parameters: octets(20),
  }),
  octets(8, 1),
)
const other = facts<BgpOther>({
  kind: fc.constant('other' as const),
  type: commonly([4, 2, 3, 5], octet).filter(type => type !== 1),
  octets: octets(30),
})

/** No octet of ones: none of these octets can be part of a marker. */
const part = fc.uint8Array({ maxLength: 20, max: 0xfe })

export function anyBgp(): fc.Arbitrary<Bgp> {
  return fc
    .tuple(part, fc.array(fc.oneof<fc.Arbitrary<BgpMessage>[]>(other, open), { maxLength: 3 }), part)
    .map(([before, messages, after]) => ({ before, messages, after: messages.length === 0 ? noOctets : after }))
}
