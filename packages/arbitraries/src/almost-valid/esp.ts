/** ESP headers with one fault. */
import { type Esp, encode, esp } from '@dmvpn/protocols'
import fc from 'fast-check'
import { facts, octets } from '../values.ts'
import { type Flaw, flawsOf } from './flaw.ts'

const flaw = flawsOf(esp)
const leastSpi = 0x100
const plain = facts<Esp>({
  spi: fc.integer({ min: leastSpi, max: 0xffffffff }),
  sequence: fc.integer({ min: 1, max: 0xffffffff }),
})
const ciphertext = octets(60, 1)

export const espFlaws: readonly Flaw[] = [
  flaw(
    'the SPI is a reserved one',
    'RFC 4303 §2.1',
    'esp.spi.reserved',
    fc.tuple(plain, fc.nat(leastSpi - 1), ciphertext).map(([packet, spi, payload]) => ({
      bytes: encode(esp, { ...packet, spi }, { payload }),
      at: 0,
    })),
  ),
  flaw(
    'the sequence number is 0',
    'RFC 4303 §2.2',
    'esp.sequence.zero',
    fc.tuple(plain, ciphertext).map(([packet, payload]) => ({
      bytes: encode(esp, { ...packet, sequence: 0 }, { payload }),
      at: 4,
    })),
  ),
  flaw(
    'the packet ends inside the header',
    'RFC 4303 §2',
    'truncated',
    fc.tuple(plain, fc.nat(7)).map(([packet, length]) => ({
      bytes: encode(esp, packet).slice(0, length),
      at: length < 4 ? 0 : 4,
    })),
  ),
]
