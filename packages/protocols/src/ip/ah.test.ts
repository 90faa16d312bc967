/** The authentication header: octets to facts to octets. */
import { parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { dmvpn } from '../all.ts'
import { encode, recode } from '../encode.ts'
import { decode } from '../stack.ts'
import { ah } from './ah.ts'
import { ipv4 } from './ipv4.ts'

const bytesOf = (hex: string): Uint8Array => parseHex(hex.replaceAll(/\s|#.*$/gm, ''))!

const header = bytesOf(`2f 04 0000    # GRE is next; six words of four octets, the first two not counted
  a1000002 00000002                   # SPI, sequence number
  87a44c7a46cc52398a4289e3            # check value of HMAC-SHA1-96`)
const facts = {
  nextHeader: 47,
  reserved: bytesOf('0000'),
  spi: 0xa1000002,
  sequence: 2,
  icv: bytesOf('87a44c7a46cc52398a4289e3'),
}

test('octets to facts to octets', () => {
  expect(decode(ah, header)).toEqual(facts)
  expect(encode(ah, facts)).toEqual(header)
})

test('the header that follows is read on; cut anywhere it is a fault', () => {
  const packet = encode(ipv4, { protocol: 51 }, { payload: bytesOf(`${Buffer.from(header).toString('hex')} 00000800`) })
  expect(dmvpn.decode(packet, 228).layers.map(({ protocol }) => protocol.name)).toEqual(['ip', 'ah', 'gre'])
  for (let length = 21; length < 44; length++) {
    const frame = dmvpn.decode(packet.slice(0, length), 228)
    expect(frame.fault?.fault).toBe('truncated')
    expect(recode(frame)).toEqual(packet.slice(0, length))
  }
})

test('a length below the fixed part is malformed; a check value of five octets is refused', () => {
  const bytes = header.slice()
  bytes[1] = 0
  expect(decode(ah, bytes)).toMatchObject({ fault: 'malformed', reading: 'ah.length' })
  expect(() => encode(ah, { icv: new Uint8Array(5) })).toThrow(RangeError)
})
