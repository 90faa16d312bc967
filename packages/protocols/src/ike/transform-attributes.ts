/**
 * The attributes of IKE transforms, RFC 2408 §3.3 and RFC 7296 §3.3.5: shown to a witness.
 *
 *  |F|       Attribute Type        |    Length (F=0), Value (F=1)  |  Value (F=0) …
 */
import {
  bits,
  type Field,
  field,
  flag,
  formatHex,
  type Layout,
  layout,
  type Names,
  type Outline,
  u16,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import {
  encapsulationNames,
  groupNames,
  ikeAttributeNames,
  ikeAuthenticationNames,
  ikeCipherNames,
  ikeHashNames,
  ipsecAttributeNames,
  ipsecAuthenticationNames,
  lifeTypeNames,
} from './transform-names.ts'

/** The attributes of one kind of transform. */
export interface AttributeSet {
  readonly title: string
  readonly attribute: Field
  readonly start: Layout<{ readonly short: boolean; readonly type: number }>
  readonly length: Layout<{ readonly length: number }>
  readonly value: Field
  readonly names: Names | undefined
  /** What a value is called beside `value`, by type; those of two octets, and life times of four. */
  readonly meanings: Readonly<Record<number, Field>>
}

function attributeSet(
  name: string,
  title: string,
  typeNames: Names | undefined,
  meanings: Readonly<Record<number, Field>>,
): AttributeSet {
  return {
    title,
    attribute: field(name, title, 'none'),
    start: layout(name, title, {
      short: flag(`${name}.format`, 'Format', { truth: ['Type/Value (TV)', 'Type/Length/Value (TLV)'] }),
      type: bits(15, `${name}.type`, 'Type', typeNames === undefined ? {} : { names: typeNames }),
    }),
    length: layout(name, title, { length: u16(`${name}.length`, 'Length') }),
    value: field(`${name}.value`, 'Value', 'bytes'),
    names: typeNames,
    meanings,
  }
}

function number(name: string, label: string, names?: Names): Field {
  return field(name, label, 'uint16', names === undefined ? {} : { names })
}

export const ikeAttributes: AttributeSet = attributeSet('isakmp.ike.attr', 'IKE Attribute', ikeAttributeNames, {
  1: number('isakmp.ike.attr.encryption_algorithm', 'Encryption Algorithm', ikeCipherNames),
  2: number('isakmp.ike.attr.hash_algorithm', 'HASH Algorithm', ikeHashNames),
  3: number('isakmp.ike.attr.authentication_method', 'Authentication Method', ikeAuthenticationNames),
  4: number('isakmp.ike.attr.group_description', 'Group Description', groupNames),
  11: number('isakmp.ike.attr.life_type', 'Life Type', lifeTypeNames),
  12: field('isakmp.ike.attr.life_duration', 'Life Duration', 'uint32'),
  14: number('isakmp.ike.attr.key_length', 'Key Length'),
})
export const ipsecAttributes: AttributeSet = attributeSet('isakmp.ipsec.attr', 'IPsec Attribute', ipsecAttributeNames, {
  1: number('isakmp.ipsec.attr.life_type', 'Life Type', lifeTypeNames),
  2: field('isakmp.ipsec.attr.life_duration', 'Life Duration', 'uint32'),
  3: number('isakmp.ipsec.attr.group_description', 'Group Description', groupNames),
  4: number('isakmp.ipsec.attr.encap_mode', 'Encapsulation Mode', encapsulationNames),
  5: number('isakmp.ipsec.attr.auth_algorithm', 'Authentication Algorithm', ipsecAuthenticationNames),
  6: number('isakmp.ipsec.attr.key_length', 'Key Length'),
})
const keyLengthNames: Names = {
  nameOf: value => (value === 14 ? 'Key Length' : undefined),
  entries: [[14, 'Key Length']],
  unknown: 'Unknown',
}
export const ike2Attributes: AttributeSet = attributeSet('isakmp.ike2.attr', 'Transform Attribute', keyLengthNames, {
  14: number('isakmp.ike2.attr.key_length', 'Key Length'),
})

export const attributeFields: readonly (Outline | Field)[] = [ikeAttributes, ipsecAttributes, ike2Attributes].flatMap(
  of => [of.attribute, of.start, of.length, of.value, ...Object.values(of.meanings)],
)

/** Shows the attributes between the cursor and `end`. */
export function showAttributes(c: PacketCursor, of: AttributeSet, end: number): void {
  while (end - c.at >= 4) {
    c.openField(of.attribute, undefined)
    const { short, type } = c.take(of.start)
    const length = short ? 2 : Math.min(c.take(of.length).length, end - c.at)
    const octets = c.takeBytes(of.value, length)
    const text = showMeaning(c, of, type, octets)
    const name = of.names?.nameOf(type) ?? `Unknown (${type})`
    c.close(`${of.title} (t=${type},l=${length}): ${name}: ${text}`)
  }
}

function showMeaning(c: PacketCursor, of: AttributeSet, type: number, octets: Uint8Array): string {
  const meaning = of.meanings[type]
  const readable = octets.length === 2 || (octets.length === 4 && meaning?.type === 'uint32')
  if (meaning === undefined || !readable) return formatHex(octets)
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  c.show(meaning, value, c.at - octets.length, octets.length)
  return meaning.names?.nameOf(value) ?? `${value}`
}
