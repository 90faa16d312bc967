/** Octets that nobody sensible sends: the speaker throws nothing, and goes on. */
import { seconds } from '@dmvpn/core'
import { encode, gre, ipv4, ospf } from '@dmvpn/protocols'
import { formatIp, ipv4Of as ip } from '@dmvpn/wire'
import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { decoded } from '../stories/lab.ts'
import { type Member, meshed } from './mesh.ts'
import { neighborsOf, until } from './network.ts'

const members = [1, 2].map((): Member => ({ ospf: { network: 'broadcast' } }))
const sample = meshed(members)
until(sample, 40)
/** The OSPF packets of R2, one of each length and kind. */
const packets = [
  ...new Map(
    sample.frames.flatMap(({ bytes }) => {
      const frame = decoded(bytes)
      const at = frame.layers.find(each => each.protocol === ospf)
      const packet = frame.find(ospf)
      if (at === undefined || packet?.version !== 2 || packet.router !== ip('10.0.0.2')) return []
      const octets = bytes.slice(at.at)
      return [[`${packet.message.kind} ${octets.length}`, octets] as const]
    }),
  ).values(),
]

/** From R2 to R1, with a right checksum where one is wanted. */
function wrapped(octets: Uint8Array, repaired: boolean): Uint8Array {
  const copy = octets.slice()
  if (repaired && copy.length >= 24) {
    copy.fill(0, 12, 14)
    let sum = 0
    for (let at = 0; at + 1 < copy.length; at += 2) if (at < 16 || at >= 24) sum += (copy[at]! << 8) | copy[at + 1]!
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
    copy[12] = (~sum >>> 8) & 0xff
    copy[13] = ~sum & 0xff
  }
  const inner = encode(
    ipv4,
    { source: ip('10.0.0.2'), destination: ip('10.0.0.1'), protocol: 89, ttl: 1 },
    { payload: copy },
  )
  const tunnelled = encode(gre, { protocol: 0x0800, key: 1 }, { payload: inner })
  return encode(ipv4, { source: ip('150.1.2.2'), destination: ip('150.1.1.1'), protocol: 47 }, { payload: tunnelled })
}

const changes = fc.array(
  fc.record({
    packet: fc.nat(),
    at: fc.nat(),
    octet: fc.integer({ min: 0, max: 255 }),
    length: fc.nat(),
    repaired: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)

test.prop([changes], { numRuns: 150 })('changed packets of a neighbor', all => {
  const of = meshed(members)
  until(of, 20)
  for (const [index, { packet, at, octet, length, repaired }] of all.entries()) {
    const octets = packets[packet % packets.length]!.slice()
    octets[at % octets.length] = octet
    const cut = length % 4 === 0 ? octets.subarray(0, length % (octets.length + 1)) : octets
    of.simulation.at(seconds(20 + index * 0.3), () => of.station('R1').receive(wrapped(cut, repaired)))
  }
  until(of, 90)
  expect(neighborsOf(of, 'R1').map(each => each.split(' ')[1])).toContain(formatIp(ip('10.0.0.2')))
  until(of, 160)
  expect(neighborsOf(of, 'R1').some(each => each.includes('10.0.0.2 full'))).toBe(true)
})

test('there are packets of every kind to change', () => {
  expect(packets.length).toBeGreaterThan(5)
})
