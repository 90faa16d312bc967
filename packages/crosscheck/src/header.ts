/**
 * A fixed run of fields described in binary-parser's words: the one place where that library is met.
 *
 * Its types do not resolve from an ES module, hence the path of the import. Its `buffer` and `seek` run past the end in
 * silence and its `array` past a length in octets, so whoever reads a header has made sure that all of it is there, and
 * lists are walked by hand.
 */
import { Parser } from 'binary-parser/dist/binary_parser.js'

/** Values by Wireshark's names, as text: numbers in decimal, IPv4 addresses dotted, other octets in hexadecimal. */
export type Readings = ReadonlyMap<string, string>

export interface Header {
  /** How many octets `read` needs. */
  readonly octets: number
  readonly names: readonly string[]
  /** The header at `at`; `octets` octets must be there. */
  read(bytes: Uint8Array, at: number): Readings
}

/** A header of `octets` octets. A `$` in a key stands for the dot of a name; keys that begin with `_` are passed over. */
export function header(octets: number, parser: Parser): Header {
  const read = (bytes: Uint8Array): Readonly<Record<string, number | string>> =>
    parser.parse(bytes) as Readonly<Record<string, number | string>>
  const keys = Object.keys(read(new Uint8Array(octets)))
    .filter(key => !key.startsWith('_'))
    .map(key => [key, key.replaceAll('$', '.')] as const)
  return {
    octets,
    names: keys.map(([, name]) => name),
    read: (bytes, at) => {
      const values = read(bytes.subarray(at, at + octets))
      return new Map(keys.map(([key, name]) => [name, String(values[key])]))
    },
  }
}

/** An empty description: most significant octet and bit first. */
export function fields(): Parser {
  return new Parser().endianness('big')
}

/** How `buffer` takes octets and what becomes of them. */
export interface OctetsForm {
  readonly length: number
  readonly formatter: (octets: Uint8Array) => string
}

export const dotted: OctetsForm = { length: 4, formatter: octets => octets.join('.') }
export const hardware: OctetsForm = { length: 6, formatter: octets => hex(octets, ':') }

export function opaque(length: number): OctetsForm {
  return { length, formatter: octets => hex(octets) }
}

/** Octets in hexadecimal. */
export function hex(octets: Uint8Array, between = ''): string {
  return Array.from(octets, octet => octet.toString(16).padStart(2, '0')).join(between)
}
