/** The one place that knows how a value is written: for exports exactly as tshark does, for the tree as a person reads it. */
import { type Field, hexDigits, Sink, type Value } from '@dmvpn/wire'
import { labelDigits } from './bit-text.ts'
import { fieldText } from './field-text.ts'
import { writeAbsoluteTime, writeSeconds } from './time-text.ts'

/** `fields` is tshark's `-T fields`; `json` differs in octets, which are separated by colons. */
export type Form = 'fields' | 'json'

/** What stands for a secret that nobody asked for. */
export function maskOfSecret(value: Value): string {
  const length = value instanceof Uint8Array || typeof value === 'string' ? value.length : undefined
  return length === undefined ? '*****' : `***** (${length} octet${length === 1 ? '' : 's'})`
}

/** A value as exports write it. `secrets` tells whether passwords and keys may be written. */
export function writeValue(s: Sink, field: Field, value: Value, form: Form, secrets: boolean): void {
  if (field.secret && !secrets) s.text(maskOfSecret(value))
  else if (field.type === 'string' && field.text !== undefined) s.text(inWords(field, value))
  else writePlain(s, field, value, form)
}

/** The same as a string. */
export function valueText(field: Field, value: Value, form: Form = 'fields', secrets = true): string {
  const s = new Sink(64)
  writeValue(s, field, value, form, secrets)
  return s.toString()
}

/** A value without its names: what `writeValue` writes where nothing is hidden and nothing said in words. */
export function writePlain(s: Sink, field: Field, value: Value, form: Form): void {
  switch (typeof value) {
    case 'number':
      writeNumber(s, field, value)
      break
    case 'boolean':
      s.byte(value ? one : zero)
      break
    case 'string':
      s.text(value)
      break
    case 'bigint':
      writeBig(s, field, value)
      break
    case 'object':
      if (form === 'json') s.hexColons(value)
      else s.hexBytes(value)
      break
    default:
      if (field.type === 'none' && form === 'fields') s.byte(one)
  }
}

const zero = 0x30
const one = 0x31
const minus = 0x2d

function writeNumber(s: Sink, field: Field, value: number): void {
  switch (field.type) {
    case 'ipv4':
      s.ipv4(value)
      return
    case 'ether':
      s.mac(value)
      return
    case 'boolean':
      s.byte(value === 0 ? zero : one)
      return
    case 'absolute-time':
      writeAbsoluteTime(s, BigInt(value))
      return
    case 'relative-time':
      writeSeconds(s, value)
      return
    case 'double':
      s.text(doubleText(value))
      return
    default:
      if (field.base === 'hex' || field.base === 'hex-dec') writeHex(s, value, hexDigits[field.type])
      else if (field.base === 'oct') s.text(`0${value.toString(8)}`)
      else writeDecimal(s, value)
  }
}

/** C's `%.15g`. */
function doubleText(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(15)))))
  if (exponent >= -4 && exponent < 15) return value.toPrecision(15).replace(/\.?0+$/, '')
  const [digits = '', power = ''] = value.toExponential(14).split('e')
  return `${digits.replace(/\.?0+$/, '')}e${power[0]}${power.slice(1).padStart(2, '0')}`
}

function writeDecimal(s: Sink, value: number): void {
  if (value < 0) s.byte(minus).dec(-value)
  else s.dec(value)
}

function writeHex(s: Sink, value: number, digits: number): void {
  s.text('0x')
  if (digits > 8) s.text(value.toString(16).padStart(digits, '0'))
  else s.hex(value, digits)
}

function writeBig(s: Sink, field: Field, value: bigint): void {
  if (field.type === 'ipv6') s.ipv6(value)
  else if (field.type === 'absolute-time') writeAbsoluteTime(s, value)
  else if (field.type === 'relative-time') writeSeconds(s, value)
  else if (field.base === 'hex' || field.base === 'hex-dec') {
    s.text(`0x${value.toString(16).padStart(hexDigits[field.type], '0')}`)
  } else s.text(String(value))
}

function inWords(field: Field, value: Value): string {
  return field.text!(value as never)
}

/** A value as the tree writes it behind the label. */
export function writeWords(s: Sink, field: Field, value: Value): void {
  const isNumber = typeof value === 'number'
  if (isNumber && (field.text !== undefined || field.names !== undefined)) s.put(fieldText(field).words!.of(value))
  else if (field.text !== undefined) s.text(inWords(field, value))
  else if (field.type === 'boolean') s.put(fieldText(field).truth[value === true || value === 1 ? 0 : 1])
  else if (value instanceof Uint8Array) writeOctets(s, value)
  else {
    if (isNumber && isWholeHex(field)) writeHex(s, value, labelDigits(field))
    else writePlain(s, field, value, 'fields')
    if (isNumber && (field.base === 'hex-dec' || field.base === 'dec-hex')) {
      s.text(' (')
      if (field.base === 'hex-dec') writeDecimal(s, value)
      else writeHex(s, value, labelDigits(field))
      s.text(')')
    }
    if (field.unit !== undefined) s.text(field.unit)
    if (field.unit !== undefined && field.scale !== 1) {
      s.text(' (')
      writeDecimal(s, (value as number) / field.scale)
      s.text(')')
    }
  }
}

function isWholeHex({ type, base }: Field): boolean {
  return (base === 'hex' || base === 'hex-dec') && type.startsWith('uint')
}

/** Longer octets are cut in the tree, as Wireshark's lines of at most 240 characters are. */
const mostOctets = 36

function writeOctets(s: Sink, octets: Uint8Array): void {
  if (octets.length <= mostOctets) s.hexBytes(octets)
  else s.hexBytes(octets.subarray(0, mostOctets)).text('…')
}
