/** JSON Schemas of `-T json` (with and without octets) and `-T ek`, made from the protocols of a stack. */
import type { Stack } from '@dmvpn/protocols'
import type { Field } from '@dmvpn/wire'
import { Catalogue, type CatalogueEntry } from '../catalogue.ts'
import { EkKeys, underscored } from './ek-key.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

const dialect = 'https://json-schema.org/draft/2020-12/schema'
const home = 'urn:dmvpn:schema'

/** What the values of a kind of field look like, as `-T json` writes them. */
const kinds: Readonly<Record<string, JsonSchema>> = {
  flag: { enum: ['0', '1'] },
  decimal: { type: 'string', pattern: '^-?\\d+$' },
  hexadecimal: { type: 'string', pattern: '^0x[0-9a-f]+$' },
  octal: { type: 'string', pattern: '^0[0-7]*$' },
  ipv4: { type: 'string', pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$' },
  ipv6: { type: 'string', pattern: '^[0-9a-f:]+(\\d{1,3}(\\.\\d{1,3}){3})?$' },
  ether: { type: 'string', pattern: '^[0-9a-f]{2}(:[0-9a-f]{2}){5}$' },
  bytes: { type: 'string', pattern: '^([0-9a-f]{2}(:[0-9a-f]{2})*)?$' },
  seconds: { type: 'string', pattern: '^-?\\d+\\.\\d{9}$' },
  number: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?(e[+-]?\\d+)?$' },
  text: { type: 'string' },
  nothing: { const: '' },
}

/** Octets: in hexadecimal, where they lie, how many, the field's bits in them, Wireshark's number of the type. */
const octets: JsonSchema = {
  type: 'array',
  prefixItems: [
    { type: 'string', pattern: '^[0-9a-fA-F]*$' },
    ...Array.from({ length: 4 }, () => ({ type: 'integer' })),
  ],
  minItems: 5,
  items: false,
}

function oneOrMany(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'array', items: schema }] }
}

/** The array that `-T json` and `-T jsonraw` write; `--ndjson` writes what is below `items`, one a line. */
export function jsonSchema(stack: Stack): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  for (const entry of new Catalogue(stack).entries) properties[entry.name] = memberOf(entry)
  return {
    $schema: dialect,
    $id: `${home}:json.schema.json`,
    title: 'Packets as `dmvpn dissect -T json` writes them',
    type: 'array',
    items: { $ref: '#/$defs/frame' },
    $defs: {
      frame: closed({
        _index: { type: 'string', pattern: '^packets-\\d{4}-\\d\\d-\\d\\d$' },
        _type: { const: 'doc' },
        _score: { type: 'null' },
        _source: closed({ layers: { $ref: '#/$defs/node' } }),
      }),
      node: {
        type: 'object',
        properties,
        patternProperties: {
          _raw$: { $ref: '#/$defs/octets' },
          _tree$: { $ref: '#/$defs/nodes' },
        },
        // Subtrees that are but a text stand under it.
        additionalProperties: { $ref: '#/$defs/nodeOrText' },
      },
      nodes: oneOrMany({ $ref: '#/$defs/node' }),
      nodeOrText: oneOrMany({ anyOf: [{ $ref: '#/$defs/node' }, { type: 'string' }] }),
      octets: oneOrMany(octets),
      ...Object.fromEntries(Object.entries(kinds).map(([kind, schema]) => [kind, oneOrMany(schema)])),
    },
  }
}

function closed(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function memberOf({ type, fields }: CatalogueEntry): JsonSchema {
  if (type === 'protocol') return { $ref: '#/$defs/nodeOrText' }
  const wanted = [...new Set(fields.map(kindOf))]
  // What has no value is what is below it, where there is something.
  if (wanted.includes('nothing')) return { anyOf: [{ $ref: '#/$defs/nothing' }, { $ref: '#/$defs/nodes' }] }
  const [only] = wanted
  return wanted.length === 1
    ? { $ref: `#/$defs/${only}` }
    : { anyOf: wanted.map(kind => ({ $ref: `#/$defs/${kind}` })) }
}

function kindOf(field: Field): string {
  if (field.secret) return 'text'
  switch (field.type) {
    case 'boolean':
      return 'flag'
    case 'ipv4':
    case 'ipv6':
    case 'ether':
    case 'bytes':
      return field.type
    case 'relative-time':
      return 'seconds'
    case 'double':
      return 'number'
    case 'none':
      return 'nothing'
    case 'string':
    case 'absolute-time':
    case 'protocol':
      return 'text'
    case 'frame-number':
      return 'decimal'
    default:
      return bases[field.base]
  }
}

const bases = {
  dec: 'decimal',
  'dec-hex': 'decimal',
  hex: 'hexadecimal',
  'hex-dec': 'hexadecimal',
  oct: 'octal',
} as const

/** A line of `-T ek`. */
export function ekSchema(stack: Stack): JsonSchema {
  const keys = new EkKeys(stack)
  const properties: Record<string, JsonSchema> = { text: { $ref: '#/$defs/text' } }
  for (const { name, type, fields } of new Catalogue(stack).entries) {
    if (type === 'protocol') properties[underscored(name)] = { $ref: '#/$defs/layers' }
    else properties[keys.ofField(name)] = ekMember(fields)
  }
  return {
    $schema: dialect,
    $id: `${home}:ek.schema.json`,
    title: 'A line of `dmvpn dissect -T ek`',
    anyOf: [
      closed({ index: closed({ _index: { type: 'string', pattern: '^packets-' }, _type: { const: 'doc' } }) }),
      closed({ timestamp: { type: 'string', pattern: '^-?\\d+$' }, layers: { $ref: '#/$defs/layer' } }),
    ],
    $defs: {
      layer: {
        type: 'object',
        properties,
        patternProperties: { _raw$: oneOrMany({ type: 'string', pattern: '^[0-9a-fA-F]*$' }) },
        additionalProperties: false,
      },
      layers: oneOrMany({ $ref: '#/$defs/layer' }),
      ...Object.fromEntries(Object.entries(ekKinds).map(([kind, schema]) => [kind, oneOrMany(schema)])),
    },
  }
}

const ekKinds: Readonly<Record<string, JsonSchema>> = {
  ...kinds,
  flag: { type: 'boolean' },
  nothing: { type: 'null' },
}

function ekMember(fields: readonly Field[]): JsonSchema {
  const wanted = [...new Set(fields.map(kindOf))]
  const [only] = wanted
  return wanted.length === 1
    ? { $ref: `#/$defs/${only}` }
    : { anyOf: wanted.map(kind => ({ $ref: `#/$defs/${kind}` })) }
}
