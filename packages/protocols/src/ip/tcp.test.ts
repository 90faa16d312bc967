/** TCP headers: octets to facts to octets. */
import { ipv4Of, ipv6Of, parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { data } from '../data.ts'
import { encode, encodeLayers, layer, recode } from '../encode.ts'
import { decode } from '../stack.ts'
import { ipv4 } from './ipv4.ts'
import { ipv6 } from './ipv6.ts'
import { tcp } from './tcp.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!
const overIpv4 = layer(ipv4, { source: ipv4Of('10.0.0.1'), destination: ipv4Of('10.0.0.2') })
const overIpv6 = layer(ipv6, { source: ipv6Of('2001:db8::1'), destination: ipv6Of('2001:db8::2') })

const opening = bytesOf(`9c40 00b3    # from 40000 to 179
  00000064 00000000                   # sequence 100
  70 02 faf0 d1d4 0000                # 28 octets, SYN, window 64240
  020405b4 03030700                   # segments of 1460 octets, window times 128`)
const noFlags = {
  reserved: 0,
  accurateEcn: false,
  congestionWindowReduced: false,
  ecnEcho: false,
  urgent: false,
  acknowledgment: false,
  push: false,
  reset: false,
  synchronize: false,
  finish: false,
}
const facts = {
  ...noFlags,
  sourcePort: 40000,
  destinationPort: 179,
  sequenceNumber: 100,
  acknowledgmentNumber: 0,
  window: 64240,
  urgentPointer: 0,
  synchronize: true,
  options: bytesOf('020405b4 03030700'),
}

test('an opening segment: octets to facts to octets', () => {
  expect(decode(tcp, opening)).toEqual(facts)
  expect(encodeLayers([overIpv4, layer(tcp, facts)]).slice(20)).toEqual(opening)
})

test('the checksum covers the payload and the pseudo-header of the version around', () => {
  const segment = layer(tcp, {
    ...facts,
    synchronize: false,
    acknowledgment: true,
    push: true,
    acknowledgmentNumber: 1,
    options: new Uint8Array(0),
  })
  const payload = layer(data, { bytes: bytesOf('6869') })
  expect(encodeLayers([overIpv4, segment, payload]).slice(36, 38)).toEqual(bytesOf('9b15'))
  expect(encodeLayers([overIpv6, segment, payload]).slice(56, 58)).toEqual(bytesOf('53a3'))
})

test('each flag has its bit', () => {
  const bits = [
    'accurateEcn',
    'congestionWindowReduced',
    'ecnEcho',
    'urgent',
    'acknowledgment',
    'push',
    'reset',
    'synchronize',
    'finish',
  ] as const
  for (const [index, name] of bits.entries()) {
    const bytes = encode(tcp, { ...noFlags, [name]: true })
    expect(((bytes[12]! & 1) << 8) | bytes[13]!, `the bit of ${name}`).toBe(0x100 >>> index)
    expect(decode(tcp, bytes)).toMatchObject({ ...noFlags, [name]: true })
  }
})

test('options that fill no multiple of four octets, or more than 40, are refused', () => {
  expect(() => encode(tcp, { options: new Uint8Array(3) })).toThrow(RangeError)
  expect(() => encode(tcp, { options: new Uint8Array(44) })).toThrow(RangeError)
})

test('a header of 16 octets is malformed; cut anywhere it is truncated', () => {
  const packet = encode(ipv4, { protocol: 6 }, { payload: opening })
  for (let length = 21; length < packet.length; length++) {
    const frame = dmvpn.decode(packet.slice(0, length), 228)
    expect(frame.fault?.fault).toBe('truncated')
    expect(recode(frame)).toEqual(packet.slice(0, length))
  }
  packet[32] = 0x40
  expect(dmvpn.decode(packet, 228).fault).toMatchObject({ fault: 'malformed', reading: 'tcp.hdr_len' })
})
