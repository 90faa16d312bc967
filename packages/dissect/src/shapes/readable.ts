/** Which fields can be read from frames of known shapes without walking them. */
import type { Stack } from '@dmvpn/protocols'
import type { Field } from '@dmvpn/wire'
import { type CatalogueEntry, fieldsOf } from '../catalogue.ts'
import { plainProtocols } from './free-fields.ts'

const shownNames = new WeakMap<Stack, ReadonlySet<string>>()

/** Whether shapes tell all that a field says of their frames: it is readable, or no protocol that has shapes shows it. */
export function isTold(stack: Stack, { name, type, protocol, fields }: CatalogueEntry): boolean {
  if (type === 'protocol' || protocol.startsWith('_ws.')) return false
  return fields.every(isReadable) || !namesOf(stack).has(name)
}

function namesOf(stack: Stack): ReadonlySet<string> {
  let names = shownNames.get(stack)
  if (names === undefined) {
    const plain = stack.protocols.filter(protocol => plainProtocols.has(protocol.name))
    names = new Set(plain.flatMap(protocol => fieldsOf(protocol).map(field => field.name)))
    shownNames.set(stack, names)
  }
  return names
}

/**
 * Whether all that a field may show in frames that have shapes is read from its own octets: a row of a layout, an
 * address. What is computed needs a walk, and so does text; where octets end may depend on octets that do not count.
 */
export function isReadable(field: Field): boolean {
  if (field.generated || field.severity !== undefined || field.type === 'string') return false
  return 'bit' in field || field.type === 'ipv4' || field.type === 'ipv6'
}
