export {
  bytesOfIpv6,
  formatHex,
  formatIp,
  formatIpv4,
  formatIpv6,
  formatMac,
  hexOctet,
  type Ipv4,
  type Ipv6,
  ipv4Of,
  ipv6Of,
  lengthOfMask,
  type Mac,
  maskOf,
  networkOf,
  parseHex,
  parseIp,
  parseIpv4,
  parseIpv6,
  parseMac,
  readIpv6,
  writeIpv6,
} from './address.ts'
export { checksumOf, checksumWithout, fold, internetChecksum, sumWords, updateChecksum } from './checksum.ts'
export { type CompileOptions, compile } from './compile.ts'
export { type Address, type AddressFields, Cursor } from './cursor.ts'
export { describe, type Fault, isFault, type Malformed, Stopped, type Truncated } from './fault.ts'
export {
  type Base,
  expert,
  type Field,
  type FieldType,
  type Format,
  field,
  generated,
  hexDigits,
  type Severity,
  type Value,
} from './field.ts'
export { HostNames, hostNames, hostText } from './host-names.ts'
export {
  interpreted,
  type Layout,
  type LayoutOptions,
  type Lens,
  type Lenses,
  layout,
  type Outline,
} from './layout/layout.ts'
export {
  also,
  bits,
  flag,
  ipv4,
  ipv6,
  type Kind,
  mac,
  opaque,
  type Part,
  type PartFormat,
  type Parts,
  type Shown,
  shows,
  u8,
  u16,
  u24,
  u32,
  u64,
  word,
} from './layout/part.ts'
export { allRows, leafRows, type Order, type Row } from './layout/row.ts'
export { Literal, Literals, wordsOf } from './literal.ts'
export { type Change, changeOf, type Merge, mergeOf } from './merge.ts'
export { type Names, names, rangeNames } from './names.ts'
export { Sink, textOf } from './sink.ts'
export type { Titled, Witness } from './witness.ts'
export { type Memory, sizeOfAddress, Writer } from './writer.ts'
