/** Packets that are right but for one thing, which has a name. */
import type { AnyProtocol } from '@dmvpn/protocols'
import { checksumOf, formatHex } from '@dmvpn/wire'
import type fc from 'fast-check'
import { saying } from '../in-words.ts'

/** A packet with one fault. */
export interface AlmostValid {
  /** What is wrong, in words. */
  readonly name: string
  /** The paragraph it breaks. */
  readonly rule: string
  /** Whose packet it is. */
  readonly protocol: AnyProtocol
  /** The packet from its first octet, and what it carries. */
  readonly bytes: Uint8Array
  /** Octets from the packet's first to where it is wrong. */
  readonly at: number
  /** Whether the walk stops there, or else the name of the note (or of the field) that says so. */
  readonly expected: 'truncated' | 'malformed' | (string & {})
}

/** One way to be wrong, and packets that are. */
export interface Flaw {
  readonly name: string
  readonly rule: string
  readonly protocol: AnyProtocol
  readonly expected: AlmostValid['expected']
  readonly packets: fc.Arbitrary<AlmostValid>
}

/** Octets with one fault, and where it is. */
export interface Flawed {
  readonly bytes: Uint8Array
  readonly at: number
}

/** Makes the flaws of a protocol. */
export function flawsOf(
  protocol: AnyProtocol,
): (name: string, rule: string, expected: AlmostValid['expected'], packets: fc.Arbitrary<Flawed>) => Flaw {
  return (name, rule, expected, packets) => ({
    name,
    rule,
    protocol,
    expected,
    packets: packets.map(flawed => saying({ name, rule, protocol, expected, ...flawed }, inWords)),
  })
}

function inWords({ protocol, name, expected, at, bytes }: AlmostValid): string {
  return `${protocol.name}, ${name} (${expected} at ${at}): ${formatHex(bytes)}`
}

/** The octets with others written over them from `at` on. */
export function patched(bytes: Uint8Array, at: number, ...octets: readonly number[]): Uint8Array {
  const copy = bytes.slice()
  copy.set(octets, at)
  return copy
}

/** The octets with a 16-bit number at `at`. */
export function patchedWord(bytes: Uint8Array, at: number, value: number): Uint8Array {
  return patched(bytes, at, value >>> 8, value & 0xff)
}

/** The octets with the Internet checksum of the first `length` at `at`. */
export function summed(bytes: Uint8Array, at: number, length: number = bytes.length): Uint8Array {
  const zeroed = patchedWord(bytes, at, 0)
  return patchedWord(zeroed, at, checksumOf(new DataView(zeroed.buffer), 0, length))
}
