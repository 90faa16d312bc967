/** Link state advertisements and their headers. */
import type { OspfExternalRoute, OspfLink, OspfLsa, OspfLsaBody, OspfLsaHeader, OspfTosMetric } from '@dmvpn/protocols'
import fc from 'fast-check'
import { bitsOf, commonly, facts, long, mostly, octet, octets, withRest, word } from '../values.ts'
import { anyIpv4 } from './addresses.ts'

const start = {
  age: commonly([0, 1, 3600], bitsOf(15)),
  doNotAge: mostly(false, fc.boolean()),
  options: octet,
  id: anyIpv4(),
  advertisingRouter: anyIpv4(),
  sequence: commonly([0x80000001, 0x7fffffff], long),
}

/** As database descriptions and acknowledgements carry it. */
export function anyOspfLsaHeader(): fc.Arbitrary<OspfLsaHeader> {
  return facts<OspfLsaHeader>({ ...start, type: commonly([1, 2, 3, 5, 7, 10], octet), checksum: word, length: word })
}

const tosMetric = facts<OspfTosMetric>({ tos: octet, reserved: mostly(0, octet), metric: word })
const link = facts<OspfLink>({
  id: anyIpv4(),
  data: anyIpv4(),
  type: commonly([3, 1, 2, 4], octet),
  metric: word,
  tosMetrics: mostly<readonly OspfTosMetric[]>([], fc.array(tosMetric, { maxLength: 3 })),
})
const route = facts<OspfExternalRoute>({
  typeTwo: fc.boolean(),
  tos: mostly(0, bitsOf(7)),
  metric: bitsOf(24),
  forwardingAddress: anyIpv4(),
  tag: long,
})
const summaryMetric = facts<{ readonly tos: number; readonly metric: number }>({
  tos: mostly(0, octet),
  metric: bitsOf(24),
})

/** The types a body is sent under, the unread ones last. */
const bodies: readonly (readonly [types: fc.Arbitrary<number>, body: fc.Arbitrary<OspfLsaBody>])[] = [
  [
    fc.constant(1),
    withRest(
      facts<OspfLsaBody>({
        kind: fc.constant('router'),
        flags: octet,
        reserved: mostly(0, octet),
        links: fc.array(link, { maxLength: 3 }),
      }),
      octets(8, 1),
    ),
  ],
  [
    fc.constant(2),
    facts<OspfLsaBody>({
      kind: fc.constant('network'),
      mask: anyIpv4(),
      attachedRouters: fc.array(anyIpv4(), { maxLength: 4 }),
    }),
  ],
  [
    fc.constantFrom(3, 4),
    facts<OspfLsaBody>({
      kind: fc.constant('summary'),
      mask: anyIpv4(),
      metrics: fc.array(summaryMetric, { maxLength: 3 }),
    }),
  ],
  [
    fc.constantFrom(5, 7),
    facts<OspfLsaBody>({ kind: fc.constant('external'), mask: anyIpv4(), routes: fc.array(route, { maxLength: 2 }) }),
  ],
  [
    commonly([10, 9, 11, 6, 8, 0], octet).filter(type => type === 0 || type === 6 || type > 7),
    facts<OspfLsaBody>({ kind: fc.constant('unrecognised'), octets: octets(24) }),
  ],
]

/** An advertisement as updates carry it. */
export function anyOspfLsa(): fc.Arbitrary<OspfLsa> {
  const lsas = bodies.map(([type, body]) => facts<OspfLsa>({ ...start, type, body }))
  return fc.oneof({ withCrossShrink: true }, ...lsas)
}
