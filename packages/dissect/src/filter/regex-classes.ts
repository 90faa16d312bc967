/** Classes of octets in regular expressions, as the C locale has them. */

/** 256 entries, 1 where the octet belongs to the set. */
export type OctetSet = Uint8Array<ArrayBuffer>

function setOf(pattern: RegExp): OctetSet {
  const set = new Uint8Array(256)
  for (let octet = 0; octet < 256; octet++) if (pattern.test(String.fromCharCode(octet))) set[octet] = 1
  return set
}

/** Every octet but these. */
export function without(...octets: readonly number[]): OctetSet {
  const set = new Uint8Array(256).fill(1)
  for (const octet of octets) set[octet] = 0
  return set
}

const inverted = (set: OctetSet): OctetSet => set.map(each => 1 - each)

const digit = setOf(/[0-9]/)
const space = setOf(/[\t\n\v\f\r ]/)
const word = setOf(/[0-9A-Za-z_]/)
const horizontal = setOf(/[\t \u00a0]/)
const vertical = setOf(/[\n\v\f\r\u0085]/)

const named: ReadonlyMap<string, OctetSet> = new Map([
  ['d', digit],
  ['D', inverted(digit)],
  ['s', space],
  ['S', inverted(space)],
  ['w', word],
  ['W', inverted(word)],
  ['h', horizontal],
  ['H', inverted(horizontal)],
  ['v', vertical],
  ['V', inverted(vertical)],
  ['N', without(0x0a)],
])

/** The class of `\d` and its kin; undefined where the letter names none. */
export function namedClass(letter: string): OctetSet | undefined {
  return named.get(letter)
}

const posix: ReadonlyMap<string, OctetSet> = new Map([
  ['alnum', setOf(/[0-9A-Za-z]/)],
  ['alpha', setOf(/[A-Za-z]/)],
  ['ascii', new Uint8Array(256).fill(1, 0, 128)],
  ['blank', setOf(/[\t ]/)],
  ['cntrl', setOf(/\p{Cc}/u).map((each, octet) => (octet < 128 ? each : 0))],
  ['digit', digit],
  ['graph', setOf(/[!-~]/)],
  ['lower', setOf(/[a-z]/)],
  ['print', setOf(/[ -~]/)],
  ['punct', setOf(/[!-/:-@[-`{-~]/)],
  ['space', space],
  ['upper', setOf(/[A-Z]/)],
  ['word', word],
  ['xdigit', setOf(/[0-9A-Fa-f]/)],
])

/** The class of `[:alpha:]` and its kin; undefined where the name is not known. */
export function posixClass(name: string, caseless: boolean): OctetSet | undefined {
  return posix.get(caseless && (name === 'lower' || name === 'upper') ? 'alpha' : name)
}

/** Whether an octet is a letter, a digit or an underscore. */
export function isWordOctet(octet: number): boolean {
  return word[octet] === 1
}
