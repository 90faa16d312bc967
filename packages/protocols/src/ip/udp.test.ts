/** UDP over both versions of IP: lengths, checksums and whom its ports announce. */
import { ipv4Of, ipv6Of, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { data } from '../data.ts'
import { encode, encodeLayers, layer } from '../encode.ts'
import { decode } from '../stack.ts'
import { ipv4 } from './ipv4.ts'
import { ipv6 } from './ipv6.ts'
import { udp } from './udp.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s/g, ''))!
const overIpv4 = layer(ipv4, { source: ipv4Of('10.0.0.1'), destination: ipv4Of('10.0.0.2') })
const overIpv6 = layer(ipv6, { source: ipv6Of('2001:db8::1'), destination: ipv6Of('2001:db8::2') })
const facts = { sourcePort: 8080, destinationPort: 53, checksummed: true }
const payload = layer(data, { bytes: bytesOf('deadbeef') })

test('octets to facts', () => {
  expect(decode(udp, bytesOf('1f90 0035 000c 2e71 deadbeef'))).toEqual(facts)
  expect(decode(udp, bytesOf('1f90 0035 000c 0000 deadbeef'))).toEqual({ ...facts, checksummed: false })
})

test('facts to octets: the checksum covers the pseudo-header of the version around', () => {
  expect(encodeLayers([overIpv4, layer(udp, facts), payload]).slice(20)).toEqual(bytesOf('1f900035000c2e71deadbeef'))
  expect(encodeLayers([overIpv6, layer(udp, facts), payload]).slice(40)).toEqual(bytesOf('1f900035000ce6fedeadbeef'))
  const unsummed = layer(udp, { ...facts, checksummed: false })
  expect(encodeLayers([overIpv4, unsummed, payload]).slice(26, 28)).toEqual(bytesOf('0000'))
})

test.each([
  [500, 40000, 'isakmp'],
  [40000, 500, 'isakmp'],
  [4500, 40000, 'udpencap'],
  [40000, 40001, 'data'],
])('from port %i to %i it carries %s', (sourcePort, destinationPort, name) => {
  const bytes = encodeLayers([overIpv4, layer(udp, { sourcePort, destinationPort }), layer(data, payloadOf(28))])
  expect(dmvpn.decode(bytes, 228).layers[2]!.protocol.name).toBe(name)
})

function payloadOf(octets: number): { readonly bytes: Uint8Array } {
  return { bytes: new Uint8Array(octets) }
}

test('a length below the header is malformed; a shorter header is truncated', () => {
  const packet = encode(ipv4, { protocol: 17 }, { payload: bytesOf('1f90 0035 0007 0000') })
  expect(dmvpn.decode(packet, 228).fault).toMatchObject({ fault: 'malformed', reading: 'udp.length' })
  for (let length = 21; length < 28; length++) {
    expect(dmvpn.decode(packet.slice(0, length), 228).fault?.fault).toBe('truncated')
  }
})

test('what stands behind the length belongs to nobody', () => {
  const packet = encode(ipv4, { protocol: 17 }, { payload: bytesOf('1f90 0035 0009 0000 ff eeee') })
  const frame = dmvpn.decode(packet, 228)
  expect(frame.layers.at(-1)!.packet).toEqual({ bytes: bytesOf('ff') })
  expect(frame.trailing(0)).toEqual([29, 31])
})
