/** The JSON Schema of a line of `--packets`, made from the protocols of a stack. */
import type { AnyProtocol, Stack } from '@dmvpn/protocols'
import { type AddressKinds, addressKindsOf } from './facts.ts'

type Schema = Readonly<Record<string, unknown>>

const fact: Schema = { $ref: '#/$defs/fact' }
const hex = '^([0-9a-f]{2})*$'

function tagged(key: string, pattern?: string): Schema {
  return {
    type: 'object',
    properties: { [key]: pattern === undefined ? { type: 'string' } : { type: 'string', pattern } },
    required: [key],
    additionalProperties: false,
  }
}

/** The schema, in the dialect 2020-12. */
export function packetsSchema(stack: Stack): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:dmvpn:schema:packets.schema.json',
    title: 'A packet as `dmvpn dissect --packets` writes it, one a line',
    type: 'object',
    properties: {
      number: { type: 'integer', minimum: 1 },
      time: { type: 'string', pattern: '^-?\\d+\\.\\d{9}$', description: 'Seconds since 1970 and nanoseconds' },
      linkType: { type: 'integer', minimum: 0, description: 'LINKTYPE number' },
      originalLength: { type: 'integer', minimum: 0, description: 'Octets on the wire' },
      layers: { type: 'array', items: { oneOf: stack.protocols.map(layerSchema) } },
      bytes: { type: 'string', pattern: hex, description: 'The captured octets' },
      fault: { type: 'string', description: 'Where and why reading stopped' },
    },
    required: ['number', 'time', 'linkType', 'originalLength', 'layers', 'bytes'],
    additionalProperties: false,
    $defs: {
      hex: tagged('hex', hex),
      ipv4: tagged('ipv4'),
      ipv6: tagged('ipv6'),
      mac: tagged('mac', '^[0-9a-f]{2}(:[0-9a-f]{2}){5}$'),
      integer: tagged('integer', '^-?\\d+$'),
      fact: {
        anyOf: [
          { type: ['null', 'number', 'boolean', 'string'] },
          { type: 'array', items: fact },
          { type: 'object', additionalProperties: fact },
        ],
      },
    },
  }
}

function layerSchema(protocol: AnyProtocol): Schema {
  const kinds = addressKindsOf(protocol)
  const defaults = Object.entries(protocol.defaults as Readonly<Record<string, unknown>>)
  return {
    type: 'object',
    description: protocol.label,
    properties: {
      protocol: { const: protocol.name },
      facts: {
        type: 'object',
        properties: Object.fromEntries(defaults.map(([key, value]) => [key, factSchema(value, key, kinds)])),
        additionalProperties: fact,
      },
      claims: {
        type: 'object',
        description: 'What lengths, offsets and checksums say on the wire',
        additionalProperties: { type: 'integer' },
      },
      trailer: { type: 'string', pattern: hex, description: 'Octets behind what the layer carries' },
    },
    required: ['protocol', 'facts'],
    additionalProperties: false,
  }
}

/** As narrow as a default value allows: one that is absent says nothing of its kind. */
function factSchema(value: unknown, key: string, kinds: AddressKinds): Schema {
  const kind = kinds.get(key)
  if (value instanceof Uint8Array) return { anyOf: [{ $ref: '#/$defs/hex' }, { type: 'null' }] }
  if (Array.isArray(value)) return { type: ['array', 'null'], items: fact }
  switch (typeof value) {
    case 'boolean':
      return { type: ['boolean', 'null'] }
    case 'number':
      if (kind === 'ipv4' || kind === 'mac') return { anyOf: [{ $ref: `#/$defs/${kind}` }, fact] }
      return { type: ['integer', 'null'] }
    case 'string':
      return { type: 'string' }
    default:
      return fact
  }
}
