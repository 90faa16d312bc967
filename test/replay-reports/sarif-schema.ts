/**
 * As much of SARIF 2.1.0 as our logs use, as JSON Schema: which properties there are, which must be there, and what
 * they may hold. Section numbers are those of the OASIS standard.
 */
import type { Schema } from '../schema/json-schema.ts'

const text = { type: 'string' }
const message = { $ref: '#/$defs/message' }
const index = { type: 'integer', minimum: 0 }

function object(required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required, additionalProperties: false }
}

function list(items: Schema): Schema {
  return { type: 'array', items }
}

const level = { enum: ['none', 'note', 'warning', 'error'] }
const anything = { type: 'object' }
const artifactLocation = object(['uri'], { uri: { type: 'string', pattern: '^[!-~]+$' }, index })

export const sarifSchema: Schema = {
  // §3.13
  ...(object(['version', 'runs', '$schema'], {
    $schema: { type: 'string', pattern: '^https://' },
    version: { const: '2.1.0' },
    runs: list({ $ref: '#/$defs/run' }),
  }) as object),
  $defs: {
    // §3.11: a message has its text or the id of one.
    message: object(['text'], { text: { type: 'string', pattern: '\\S' }, markdown: text }),
    // §3.14
    run: object(['tool'], {
      tool: object(['driver'], { driver: { $ref: '#/$defs/component' } }),
      invocations: list(object(['executionSuccessful'], { executionSuccessful: { type: 'boolean' } })),
      artifacts: list(object([], { location: artifactLocation })),
      results: list({ $ref: '#/$defs/result' }),
    }),
    // §3.19
    component: object(['name'], { name: text, version: text, rules: list({ $ref: '#/$defs/descriptor' }) }),
    // §3.49
    descriptor: object(['id'], {
      id: text,
      shortDescription: message,
      help: message,
      defaultConfiguration: object([], { level }),
    }),
    // §3.27: what is no failure has the level none.
    result: {
      anyOf: [
        resultOf({ const: 'fail' }, { enum: ['note', 'warning', 'error'] }),
        resultOf({ enum: ['pass', 'open', 'informational', 'notApplicable', 'review'] }, { const: 'none' }),
      ],
    },
    // §3.28
    location: object([], {
      physicalLocation: object(['artifactLocation'], { artifactLocation }),
      logicalLocations: list(object(['name'], { name: text, fullyQualifiedName: text, kind: text })),
    }),
  },
}

function resultOf(kind: Schema, ofLevel: Schema): Schema {
  const locations = list({ $ref: '#/$defs/location' })
  return object(['message', 'kind', 'level'], {
    ruleId: text,
    ruleIndex: index,
    kind,
    level: ofLevel,
    message,
    locations,
    relatedLocations: locations,
    properties: anything,
  })
}
