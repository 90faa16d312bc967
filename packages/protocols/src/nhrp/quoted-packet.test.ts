import { ipv4Of, ipv6Of } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { layer } from '../encode.ts'
import { ipv4 } from '../ip/ipv4.ts'
import { ipv6 } from '../ip/ipv6.ts'
import { quotedPacket } from './quoted-packet.ts'

const four = { source: ipv4Of('10.0.2.1'), destination: ipv4Of('10.0.3.1') }
const six = { source: ipv6Of('2001:db8::2'), destination: ipv6Of('2001:db8::3') }
const quotes = {
  4: dmvpn.encode([layer(ipv4, { ...four, protocol: 17 })]),
  6: dmvpn.encode([layer(ipv6, { ...six, nextHeader: 58 })]),
}

test.each([
  [4, { version: 4, ...four, carried: 17 }, 9, 16, 20],
  [6, { version: 6, ...six, carried: 58 }, 6, 24, 40],
] as const)('IPv%i is read as far as it was quoted', (version, whole, carriedAt, sourceEnd, destinationEnd) => {
  const quote = quotes[version]
  expect(quotedPacket(quote)).toEqual(whole)
  for (let length = 1; length <= quote.length; length++) {
    expect(quotedPacket(quote.subarray(0, length)), `${length}`).toEqual({
      version,
      carried: length > carriedAt ? whole.carried : undefined,
      source: length >= sourceEnd ? whole.source : undefined,
      destination: length >= destinationEnd ? whole.destination : undefined,
    })
  }
})

test.each([[new Uint8Array(0)], [new Uint8Array(40)], [new Uint8Array(40).fill(0x5a)]])(
  'what is no IP packet',
  quote => {
    const nothing = { version: undefined, source: undefined, destination: undefined, carried: undefined }
    expect(quotedPacket(quote)).toEqual(nothing)
  },
)
