/** Values as columns of fields show them: by their names, flags in words. */
import type { Field, Sink, Value } from '@dmvpn/wire'
import { maskOfSecret, writePlain } from './value-text.ts'

/** Writes a value; `named` tells whether numbers that have names are written by these. */
export function writeColumnValue(s: Sink, field: Field, value: Value, named: boolean): void {
  if (field.secret) s.text(maskOfSecret(value))
  else if (named && typeof value === 'number' && field.names !== undefined) {
    s.text(field.names.nameOf(value) ?? field.names.unknown)
  } else if (named && typeof value === 'boolean') s.text((field.truth ?? trueFalse)[value ? 0 : 1])
  else if (value === undefined) s.text('\u2713')
  else if (field.type === 'string' && field.text !== undefined) s.text(field.text(value as never))
  else writePlain(s, field, value, 'fields')
}

const trueFalse = ['True', 'False'] as const
