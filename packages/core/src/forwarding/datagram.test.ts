import { encode, ipv4, ipv6 } from '@dmvpn/protocols'
import { expect, test } from 'vitest'
import { datagramOf, destinationOf, rewriteAddress } from './datagram.ts'

const payload = new Uint8Array([1, 2, 3])
const four = encode(ipv4, { source: 0xac100001, destination: 0xfffefdfc, protocol: 47 }, { payload })
const six = encode(ipv6, { source: 1n, destination: (0xfe80n << 112n) | 2n, nextHeader: 58 }, { payload })

test('a packet is read where it lies, and cut to the length it claims', () => {
  const bytes = new Uint8Array(64).fill(9)
  bytes.set(four, 7)
  const packet = datagramOf(bytes.subarray(7))!
  expect([packet.version, packet.source, packet.destination, packet.protocol]).toEqual([4, 0xac100001, 0xfffefdfc, 47])
  expect([...packet.bytes.subarray(packet.headerLength)]).toEqual([1, 2, 3])
  expect(packet.view.getUint32(16)).toBe(0xfffefdfc)
  expect(datagramOf(six)?.destination).toBe((0xfe80n << 112n) | 2n)
})

test('the destination alone is that of the whole packet, broken ones included', () => {
  for (const whole of [four, six]) {
    for (let octet = 0; octet < whole.length; octet++) {
      for (const length of [octet, whole.length]) {
        const bytes = whole.slice(0, length)
        if (length > octet) bytes[octet]! ^= 0x41
        expect(destinationOf(bytes)).toBe(datagramOf(bytes)?.destination)
      }
    }
  }
  expect(destinationOf(four.map((octet, at) => (at === 8 ? octet ^ 1 : octet)))).toBeUndefined()
})

test('a rewritten address leaves a header whose checksum is right', () => {
  const bytes = four.slice()
  rewriteAddress(bytes, 'source', 0xac100001, 0x01020304)
  expect(datagramOf(bytes)?.source).toBe(0x01020304)
})
