/** Laws 3, 5 and 6 over every protocol: its defaults and generated packets. */
import { alone, anyNhrp, frameAlong, hasPackets, octetsOfFrame, packetOf, pathsTo } from '@dmvpn/arbitraries'
import { all, decode, dmvpn, encode, type AnyProtocol, nhrp, udpEncapsulation } from '@dmvpn/protocols'
import { isFault } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

test('every protocol has arbitrary packets', () => {
  expect(all.filter(protocol => !hasPackets(protocol)).map(({ name }) => name)).toEqual([])
})

describe.each(all.map(protocol => [protocol.name, protocol] as const))('%s', (_name, protocol) => {
  test('law 3, round trip: alone', () => {
    fc.assert(
      fc.property(packetOf(protocol), packet => {
        const bytes = encode(protocol, packet as object)
        expect(bytes.length).toBe(protocol.size(packet))
        expect(decode(protocol, bytes)).toEqual(packet)
      }),
      { numRuns: 300 },
    )
  })
  test.each(pathsTo(protocol).map(path => [path.map(s => s.protocol.name).join('/'), path] as const))('law 3, round trip: %s', (_n, path) => {
    fc.assert(
      fc.property(frameAlong(path), facts => {
        const { bytes, linkType } = octetsOfFrame(facts)
        const frame = dmvpn.decode(bytes, linkType)
        expect(frame.fault).toBeUndefined()
        expect(frame.layers.map(({ protocol: { name }, packet }) => ({ name, packet }))).toEqual(
          facts.layers.map(({ protocol: { name }, packet }) => ({ name, packet })),
        )
      }),
      { numRuns: 50 },
    )
  })
})
