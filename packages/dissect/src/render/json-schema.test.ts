import { dmvpn } from '@dmvpn/protocols'
import { expect, it } from 'vitest'
import { ekSchema, jsonSchema } from './json-schema.ts'

it.each([
  ['json', jsonSchema(dmvpn)],
  ['ek', ekSchema(dmvpn)],
])('%s is published (vitest -u writes it anew)', async (name, schema) => {
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(`../../schema/${name}.schema.json`)
})
