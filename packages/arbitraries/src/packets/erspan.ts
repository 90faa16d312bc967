/** ERSPAN headers of types II and III; type I, which is no header, where nothing or Ethernet follows. */
import { type Erspan, type ErspanType2, type ErspanType3, gre } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place } from '../place.ts'
import { bitsOf, facts, long, mostly, word } from '../values.ts'

const common = { vlan: bitsOf(12), classOfService: bitsOf(3), truncated: bitsOf(1), session: bitsOf(10) }
const ip = 2
/** The GRE protocol type of type III; the other one, without a sequence number, is type I. */
const type3Only = 0x22eb

function anyType2(): fc.Arbitrary<ErspanType2> {
  return facts<ErspanType2>({
    type: fc.constant(2 as const),
    ...common,
    encapsulation: bitsOf(2),
    reserved: mostly(0, bitsOf(12)),
    index: bitsOf(20),
  })
}

function anyType3(frameType: fc.Arbitrary<number>): fc.Arbitrary<ErspanType3> {
  return facts<ErspanType3>({
    type: fc.constant(3 as const),
    ...common,
    integrity: bitsOf(2),
    timestamp: long,
    securityGroup: word,
    hasPdu: bitsOf(1),
    frameType,
    hardware: bitsOf(6),
    egress: fc.boolean(),
    granularity: bitsOf(2),
    platform: fc.option(facts({ platform: bitsOf(6), first: bitsOf(26), second: long }), { nil: undefined }),
  })
}

/** Whether it is type I is said by GRE's sequence number: whoever puts both together sees to it. */
export function anyErspan(place: Place = alone): fc.Arbitrary<Erspan> {
  const { carries } = place
  if (carries === 'nothing') return fc.oneof(anyType2(), anyType3(bitsOf(5)))
  if (carries === 'data') return anyType3(bitsOf(5).map(type => (type === 0 || type === ip ? 1 : type)))
  if (carries.table === 'ethertype') return anyType3(fc.constant(ip))
  const headed = fc.oneof<fc.Arbitrary<Erspan>[]>(anyType2(), anyType3(fc.constant(0)))
  return place.carrier !== gre || place.reached?.key === type3Only
    ? headed
    : fc.oneof(headed, fc.constant<Erspan>({ type: 1 }))
}
