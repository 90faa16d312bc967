/** The IPv6 header and its extension headers: octets to facts to octets. */
import { ipv6Of, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { data } from '../data.ts'
import { encodeLayers, layer, recode } from '../encode.ts'
import { ipv6 } from './ipv6.ts'
import { ipv6DestinationOptions } from './ipv6-destination-options.ts'
import { ipv6Fragment } from './ipv6-fragment.ts'
import { ipv6HopByHop } from './ipv6-hop-by-hop.ts'
import { ipv6Routing } from './ipv6-routing.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const linkType = 229

const packet = bytesOf(`6 b9 54321    # version 6, DSCP EF 46 and ECN 1, flow label
  0034 00 40                          # 52 octets follow: a hop-by-hop header first, hop limit 64
  20010db8000000000000000000000001 20010db8000000000000000000000002
  2b 00 05020000 0100                 # options: router alert, padding of two octets; routing is next
  3c 02 02 01 00000000 20010db8000000000000000000000003   # home address; destination options are next
  2c 00 010400000000                  # padding; a fragment is next
  fd 00 0009 00000007                 # the second eight octets and more to come, of packet 7
  deadbeef`)

const layers = [
  layer(ipv6, {
    dscp: 46,
    ecn: 1,
    flowLabel: 0x54321,
    nextHeader: 0,
    hopLimit: 64,
    source: ipv6Of('2001:db8::1'),
    destination: ipv6Of('2001:db8::2'),
  }),
  layer(ipv6HopByHop, { nextHeader: 43, options: bytesOf('05020000 0100') }),
  layer(ipv6Routing, {
    nextHeader: 60,
    type: 2,
    segmentsLeft: 1,
    data: bytesOf('00000000 20010db8000000000000000000000003'),
  }),
  layer(ipv6DestinationOptions, { nextHeader: 44, options: bytesOf('010400000000') }),
  layer(ipv6Fragment, {
    nextHeader: 253,
    reserved: 0,
    offset: 1,
    reservedBits: 0,
    more: true,
    identification: 7,
  }),
  layer(data, { bytes: bytesOf('deadbeef') }),
]

test('a packet with four extension headers: octets to facts to octets', () => {
  const frame = dmvpn.decode(packet, linkType)
  expect(frame.fault).toBeUndefined()
  expect(frame.layers.map(each => [each.protocol.name, each.packet])).toEqual(
    layers.map(each => [each.protocol.name, each.packet]),
  )
  expect(encodeLayers(layers)).toEqual(packet)
})

test('next headers are read off the layers', () => {
  const bytes = encodeLayers([layer(ipv6), layer(ipv6HopByHop), layer(ipv6Fragment), layer(ipv6DestinationOptions)])
  expect([bytes[6], bytes[40], bytes[48], bytes[56]]).toEqual([0, 44, 60, 59])
})

test('cut inside a header it is a fault, and the octets are kept', () => {
  const payload = packet.length - 4
  for (let length = 0; length < packet.length; length++) {
    const cut = packet.slice(0, length)
    const frame = dmvpn.decode(cut, linkType)
    const between = [40, 48, 72, 80].includes(length) || length >= payload
    expect(frame.fault?.fault, `${length}`).toBe(between ? undefined : 'truncated')
    expect(recode(frame)).toEqual(cut)
  }
})

test('another version is malformed', () => {
  const bytes = packet.slice()
  bytes[0] = 0x45
  expect(dmvpn.decode(bytes, linkType).fault).toMatchObject({ fault: 'malformed', reading: 'ipv6.version' })
})

test('options and routing data that fill no multiple of eight octets are refused', () => {
  expect(() => encodeLayers([layer(ipv6HopByHop, { options: bytesOf('0102') })])).toThrow(RangeError)
  expect(() => encodeLayers([layer(ipv6Routing, { data: bytesOf('0102') })])).toThrow(RangeError)
})

test('a payload length of 0 sets no limit', () => {
  const bytes = bytesOf(`60000000 0000 fd 40 ${'00'.repeat(32)} 010203`)
  expect(dmvpn.decode(bytes, linkType).layers.at(-1)!.packet).toEqual({ bytes: bytesOf('010203') })
})
