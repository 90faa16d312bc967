/** Facts as JSON and back. Octets, addresses and large numbers are objects of one key: `{ "hex": "6f" }`, `{ "ipv4": "10.0.0.1" }`. */
import type { AnyProtocol } from '@dmvpn/protocols'
import {
  allRows,
  formatIpv4,
  formatIpv6,
  formatMac,
  parseHex,
  parseIpv4,
  parseIpv6,
  parseMac,
  type Row,
  type Sink,
} from '@dmvpn/wire'
import { isOutline } from '../catalogue.ts'
import { writeJsonText } from './json-text.ts'

/** Which facts of a protocol are addresses or large numbers, by key. */
export type AddressKinds = ReadonlyMap<string, AddressKind>
type AddressKind = 'ipv4' | 'mac' | 'uint64'

/** Addresses whose length stands elsewhere in the packet have no row: these are their facts. */
const variable: Readonly<Record<string, readonly string[]>> = {
  nhrp: [
    'sourceNbma',
    'sourceSubaddress',
    'sourceProtocol',
    'destinationProtocol',
    'nbma',
    'subaddress',
    'protocol',
    'sourceAddress',
  ],
}

/** Read off the layouts' rows: a fact is named as its row is. */
export function addressKindsOf(protocol: AnyProtocol): AddressKinds {
  const kinds = new Map<string, AddressKind>()
  const others = new Set<string>()
  for (const each of protocol.fields) {
    if (!isOutline(each)) continue
    for (const row of allRows(each.rows)) noteKind(row, kinds, others)
  }
  for (const key of others) kinds.delete(key)
  for (const key of variable[protocol.name] ?? []) kinds.set(key, 'ipv4')
  return kinds
}

function noteKind({ path, kind }: Row, kinds: Map<string, AddressKind>, others: Set<string>): void {
  const key = path.at(-1)
  if (key === undefined) return
  const known = kind === 'ipv4' || kind === 'mac' || kind === 'uint64' ? kind : undefined
  if (known === undefined || (kinds.has(key) && kinds.get(key) !== known)) others.add(key)
  else kinds.set(key, known)
}

/** Writes a fact; what is not there is `null`. */
export function writeFact(s: Sink, value: unknown, key: string, kinds: AddressKinds): void {
  switch (typeof value) {
    case 'number':
      writeNumber(s, value, kinds.get(key))
      return
    case 'bigint':
      if (kinds.get(key) === 'uint64') s.text(`{"integer":"${value}"}`)
      else s.text(`{"ipv6":"${formatIpv6(value)}"}`)
      return
    case 'boolean':
      s.text(value ? 'true' : 'false')
      return
    case 'string':
      writeJsonText(s, value)
      return
    case 'object':
      if (value === null) s.text('null')
      else if (value instanceof Uint8Array) s.text('{"hex":"').hexBytes(value).text('"}')
      else if (Array.isArray(value)) writeList(s, value, key, kinds)
      else writeObject(s, value, kinds)
      return
    default:
      s.text('null')
  }
}

function writeNumber(s: Sink, value: number, kind: AddressKind | undefined): void {
  if (kind === 'ipv4') s.text(`{"ipv4":"${formatIpv4(value)}"}`)
  else if (kind === 'mac') s.text(`{"mac":"${formatMac(value)}"}`)
  else s.text(String(value))
}

function writeList(s: Sink, values: readonly unknown[], key: string, kinds: AddressKinds): void {
  s.byte(0x5b)
  for (const [index, each] of values.entries()) {
    if (index > 0) s.byte(0x2c)
    writeFact(s, each, key, kinds)
  }
  s.byte(0x5d)
}

function writeObject(s: Sink, object: object, kinds: AddressKinds): void {
  s.byte(0x7b)
  for (const [index, [key, value]] of Object.entries(object).entries()) {
    if (index > 0) s.byte(0x2c)
    writeJsonText(s, key)
    s.byte(0x3a)
    writeFact(s, value, key, kinds)
  }
  s.byte(0x7d)
}

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  hex: parseHex,
  ipv4: parseIpv4,
  ipv6: parseIpv6,
  mac: parseMac,
  integer: text => (/^-?\d+$/.test(text) ? BigInt(text) : undefined),
}

/** The fact that JSON stands for. Throws RangeError where an address or octets are not written as such. */
export function factOf(json: unknown, where: string): unknown {
  if (json === null) return undefined
  if (Array.isArray(json)) return json.map((each: unknown, index) => factOf(each, `${where}[${index}]`))
  if (typeof json !== 'object') return json
  const entries = Object.entries(json)
  const [only] = entries
  if (entries.length === 1 && only !== undefined && Object.hasOwn(readers, only[0]) && typeof only[1] === 'string') {
    const value = readers[only[0]]!(only[1])
    if (value === undefined) throw new RangeError(`${where}: ${only[1]} is not ${only[0]}`)
    return value
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, factOf(value, `${where}.${key}`)]))
}
