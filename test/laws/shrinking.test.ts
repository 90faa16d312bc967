/**
 * The laws find what they are for: bugs planted in encoders, in this file only, are found and shrink to the few facts
 * they need; and a captured frame that breaks a law shrinks like a generated one.
 */
import { type FrameOctets, factsOfFrame, framesAsBytes, packetOf } from '@dmvpn/arbitraries'
import { decode, dmvpn, emptyCie, encode, type Gre, gre, type Nhrp, nhrp, type Protocol } from '@dmvpn/protocols'
import { checksumOf, sizeOfAddress, type Writer } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleFrames } from '../samples.ts'
import { expectEqual } from './expect-equal.ts'

/** Octets from an NHRP packet's first to its entries. */
function entriesAt({ sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol }: Nhrp): number {
  const addresses = [sourceNbma, sourceSubaddress, sourceProtocol, destinationProtocol]
  return addresses.reduce<number>((sum, address) => sum + sizeOfAddress(address), 28)
}

function sumAgain(w: Writer): void {
  w.view.setUint16(w.start + 12, 0)
  w.view.setUint16(w.start + 12, checksumOf(w.view, w.start, w.body))
}

/** The length of the first entry's subaddress goes to the octet beside its own, which counts the protocol address. */
const subaddressMisplaced: Protocol<Nhrp> = {
  ...nhrp,
  write(w, packet, around) {
    nhrp.write(w, packet, around)
    const length = 'quote' in packet ? 0 : sizeOfAddress(packet.entries[0]?.subaddress)
    if (length === 0) return
    const at = w.start + entriesAt(packet)
    w.bytes[at + 9]! -= length
    w.bytes[at + 10]! += length
    sumAgain(w)
  },
}

/** An odd last octet is summed as the low half of its word: right for packets that end in a zero, such as End's. */
const oddOctetMisplaced: Protocol<Nhrp> = {
  ...nhrp,
  write(w, packet, around) {
    nhrp.write(w, packet, around)
    const size = w.body - w.start
    if (size % 2 === 0) return
    const last = w.bytes[w.body - 1]!
    const sum = (~w.view.getUint16(w.start + 12) & 0xffff) - (last << 8) + last
    w.view.setUint16(w.start + 12, ~(sum < 0 ? sum + 0xffff : sum) & 0xffff)
  },
}

/** Key and sequence number change places where both are there. */
const wordsExchanged: Protocol<Gre> = {
  ...gre,
  write(w, packet, around) {
    const { key, sequence } = packet
    const both = key !== undefined && sequence !== undefined
    gre.write(w, both ? { ...packet, key: sequence, sequence: key } : packet, around)
  },
}

function roundTrip<P extends object>(of: Protocol<P>): (packet: P) => void {
  return packet => {
    expectEqual(decode(of, encode(of, packet)), packet)
  }
}

function checksumIsTrue(packet: Nhrp): void {
  const bytes = encode(oddOctetMisplaced, packet)
  expect(checksumOf(new DataView(bytes.buffer), 0, bytes.length)).toBe(0)
}

/** What the elements of a packet's lists shrink to: an entry or an extension in which nothing is said. */
const silent: Readonly<Record<string, unknown>> = {
  ...emptyCie,
  compulsory: false,
  reserved: false,
  spi: 0x100,
  source: undefined,
  vendor: 0x00000c,
}

/** How many facts differ: in an element of a list those that say something, and the element itself where none does. */
function changedFacts(value: unknown, usual: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + Math.max(1, changedFacts(each, silent)), 0)
  if (typeof value === 'string') return 0
  if (value instanceof Uint8Array) return value.length === 0 ? 0 : 1
  if (typeof value !== 'object' || value === null) return value === usual ? 0 : 1
  const other = usual as Readonly<Record<string, unknown>>
  return Object.entries(value).reduce((sum, [key, each]) => sum + changedFacts(each, other[key]), 0)
}

/** The defaults of every kind of message at once. */
const usualNhrp: object = { ...nhrp.defaults, unused: 0, errorCode: 1, errorOffset: 0, trafficCode: 0, unused2: 0 }

const planted: readonly (readonly [string, fc.IProperty<[object]>, object])[] = [
  ['a length in the octet beside', fc.property(packetOf(nhrp), roundTrip(subaddressMisplaced)), usualNhrp],
  ['an odd octet on the wrong side', fc.property(packetOf(nhrp), checksumIsTrue), usualNhrp],
  ['two words exchanged', fc.property(packetOf(gre), roundTrip(wordsExchanged)), gre.defaults],
].map(([name, property, defaults]) => [name, property, defaults] as readonly [string, fc.IProperty<[object]>, object])

describe('a planted encoder bug', () => {
  test.each(planted)('%s: is found, and shrinks to at most three changed facts', (_name, property, defaults) => {
    for (let seed = 1; seed <= 6; seed++) {
      const { failed, counterexample, numRuns } = fc.check(property, { numRuns: 3000, seed })
      expect(failed, `seed ${seed}`).toBe(true)
      expect(numRuns).toBeLessThan(3000)
      const [packet] = counterexample!
      expect(changedFacts(packet, defaults), `seed ${seed}: ${fc.stringify(packet)}`).toBeLessThanOrEqual(3)
    }
  })

  test('and the encoder without it keeps the law', () => {
    fc.assert(fc.property(packetOf(nhrp), roundTrip(nhrp)), { numRuns: 1000 })
    fc.assert(fc.property(packetOf(gre), roundTrip(gre)), { numRuns: 1000 })
  })
})

/** A law nobody made: no packet has a password of more than four characters. */
function noLongPassword({ bytes, linkType }: FrameOctets): boolean {
  const packet = dmvpn.decode(bytes, linkType).find(nhrp)
  const passwords = packet?.extensions.flatMap(each => ('key' in each ? [each.key] : [])) ?? []
  return passwords.every(({ length }) => length <= 4)
}

describe('a frame that breaks a law', () => {
  const captured = sampleFrames().filter(frame => !noLongPassword(frame))
  const property = fc.property(framesAsBytes(), noLongPassword)

  /** What is left of a frame's facts. */
  function least(counterexample: readonly FrameOctets[] | null): string {
    return fc.stringify(factsOfFrame(counterexample![0])).replace(/^link type \d+: (.* \/ )?nhrp/, 'nhrp')
  }

  test('there are captured ones', () => expect(captured.length).toBeGreaterThan(100))

  test('captured or generated, it shrinks to the same facts', () => {
    const generated = fc.check(property, { numRuns: 5000, seed: 1 })
    expect(generated.failed).toBe(true)
    const wanted = least(generated.counterexample)
    expect(wanted).toContain('key: x0000000000}]')
    for (const { name, bytes, linkType } of captured.filter((_, index) => index % 40 === 0)) {
      const { failed, numShrinks, counterexample } = fc.check(property, {
        examples: [[{ bytes, linkType }]],
        numRuns: 1,
      })
      expect(failed, name).toBe(true)
      expect(numShrinks, name).toBeGreaterThan(0)
      const [smallest] = counterexample as unknown as [FrameOctets]
      expect(least([smallest]), name).toBe(wanted)
      expect(smallest.bytes.length).toBeLessThan(bytes.length)
    }
  })

  test('a lie is what is left of a lying frame', () => {
    const truths = ({ bytes, linkType }: FrameOctets): boolean =>
      factsOfFrame({ bytes, linkType }).layers.every(({ claims }) => Object.keys(claims).length === 0)
    const example = captured.at(-1)!
    const bytes = example.bytes.slice()
    // The last octet of the IPv4 header's checksum.
    const at = dmvpn.decode(bytes, example.linkType).layers.find(({ protocol }) => protocol.name === 'ip')!.at + 11
    bytes[at]! ^= 1
    const { failed, counterexample } = fc.check(fc.property(framesAsBytes(), truths), {
      examples: [[{ bytes, linkType: example.linkType }]],
      numRuns: 1,
    })
    expect(failed).toBe(true)
    const { layers } = factsOfFrame(counterexample![0])
    expect(layers.filter(({ claims }) => Object.keys(claims).length > 0).map(({ protocol }) => protocol.name)).toEqual([
      'ip',
    ])
    expect(layers.length).toBeLessThanOrEqual(2)
  })
})
