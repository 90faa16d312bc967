/** GRE headers with one fault. */
import { encode, type Gre, gre } from '@dmvpn/protocols'
import fc from 'fast-check'
import { facts, long, octets } from '../values.ts'
import { type Flaw, flawsOf, patched } from './flaw.ts'

const flaw = flawsOf(gre)

/** No one's protocol, so that what is carried cannot be wrong. */
const unclaimed = 0xfffe

const plain: fc.Arbitrary<Gre> = facts<Pick<Gre, 'checksummed' | 'key' | 'sequence'>>({
  checksummed: fc.boolean(),
  key: fc.option(long, { nil: undefined }),
  sequence: fc.option(long, { nil: undefined }),
}).map(some => ({ ...gre.defaults, ...some, protocol: unclaimed }))

const packets = fc.tuple(plain, octets(40))

function encoded(packet: Gre, payload: Uint8Array): Uint8Array {
  return payload.length === 0 ? encode(gre, packet) : encode(gre, packet, { payload })
}

/** Where an optional word begins, those before it being there. */
function wordAt(packet: Gre, word: 'key' | 'sequence'): number {
  return 4 + (packet.checksummed ? 4 : 0) + (word === 'sequence' && packet.key !== undefined ? 4 : 0)
}

export const greFlaws: readonly Flaw[] = [
  flaw(
    'one bit of the checksum is wrong',
    'RFC 2784 §2.5',
    'gre.checksum.incorrect',
    fc.tuple(packets, fc.nat(15)).map(([[packet, payload], bit]) => {
      const bytes = encoded({ ...packet, checksummed: true }, payload)
      const at = 4 + (bit >>> 3)
      return { bytes: patched(bytes, at, bytes[at]! ^ (1 << (bit & 7))), at: 4 }
    }),
  ),
  flaw(
    'the version is neither 0 nor 1',
    'RFC 2784 §2.3.1',
    'gre.flags.version.unknown',
    fc.tuple(packets, fc.integer({ min: 2, max: 7 })).map(([[packet, payload], version]) => ({
      bytes: encoded({ ...packet, version }, payload),
      at: 1,
    })),
  ),
  flaw(
    'a reserved flag is set',
    'RFC 2784 §2.3',
    'gre.flags.reserved.nonzero',
    fc.tuple(packets, fc.integer({ min: 1, max: 31 })).map(([[packet, payload], reserved]) => ({
      bytes: encoded({ ...packet, reserved }, payload),
      at: 1,
    })),
  ),
  flaw(
    'the key is cut short',
    'RFC 2890 §2',
    'truncated',
    fc.tuple(plain, long, fc.nat(3)).map(([packet, key, kept]) => {
      const keyed = { ...packet, key, sequence: undefined, checksummed: false }
      const at = wordAt(keyed, 'key')
      return { bytes: encode(gre, keyed).slice(0, at + kept), at }
    }),
  ),
  flaw(
    'the sequence number is cut short',
    'RFC 2890 §2',
    'truncated',
    fc.tuple(plain, long, fc.nat(3)).map(([packet, sequence, kept]) => {
      const numbered = { ...packet, sequence, checksummed: false }
      const at = wordAt(numbered, 'sequence')
      return { bytes: encode(gre, numbered).slice(0, at + kept), at }
    }),
  ),
  flaw(
    'the list of source routes is not closed',
    'RFC 1701 §2',
    'truncated',
    fc.tuple(plain, octets(12, 1)).map(([packet, information]) => {
      const routing = [{ addressFamily: 0x0800, offset: 0, information }]
      const bytes = encode(gre, { ...packet, checksummed: false, routing })
      return { bytes, at: bytes.length }
    }),
  ),
]
