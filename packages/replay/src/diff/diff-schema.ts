/** The shape of `writeDiffJson`'s output as JSON Schema 2020-12. */

const text = { type: 'string' } as const
const frame = { type: 'integer', minimum: 1 } as const
const count = { type: 'integer', minimum: 0 } as const
const side = { type: ['string', 'null'] } as const

function object(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

const capture = object({ file: text, frames: count })

/** What `writeDiffJson` writes. */
export function diffSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What dmvpn diff finds',
    ...object({
      equal: { type: 'boolean' },
      a: capture,
      b: capture,
      differences: {
        type: 'array',
        items: {
          anyOf: [
            object({
              kind: { const: 'changed' },
              a: frame,
              b: frame,
              summary: text,
              fields: { type: 'array', items: object({ field: text, a: side, b: side }) },
            }),
            object({ kind: { const: 'missing' }, a: frame, summary: text }),
            object({ kind: { const: 'extra' }, b: frame, summary: text }),
          ],
        },
      },
      left: count,
      ignored: { type: 'array', items: text },
    }),
  }
}
