/**
 * As much of JSON Schema 2020-12 as our own schemas use. A keyword it does not know is an error: a schema that grows
 * must not pass for want of being read.
 */
export type Schema = Readonly<Record<string, unknown>> | boolean

/** Where a value departs from its schema, the first place; undefined where it does not. */
export function departure(value: unknown, schema: Schema, root: Schema = schema, at = '$'): string | undefined {
  if (typeof schema === 'boolean') return schema ? undefined : `${at} is not allowed`
  for (const [keyword, rule] of Object.entries(schema)) {
    const found = checks[keyword]
    if (found === undefined) throw new Error(`JSON Schema keyword ${keyword} is not known`)
    const wrong = found(value, rule, { schema, root, at })
    if (wrong !== undefined) return wrong
  }
  return undefined
}

interface Place {
  readonly schema: Readonly<Record<string, unknown>>
  readonly root: Schema
  readonly at: string
}

type Check = (value: unknown, rule: unknown, place: Place) => string | undefined

const silent: Check = () => undefined

const checks: Readonly<Record<string, Check>> = {
  $schema: silent,
  $id: silent,
  $defs: silent,
  title: silent,
  description: silent,
  $ref: (value, rule, { root, at }) => departure(value, definition(root, rule as string), root, at),
  type(value, rule, { at }) {
    const types = [rule].flat() as string[]
    return types.some(type => isOf(type, value)) ? undefined : `${at} is ${shown(value)}, not ${types.join(' or ')}`
  },
  const: (value, rule, { at }) => (value === rule ? undefined : `${at} is ${shown(value)}, not ${shown(rule)}`),
  enum: (value, rule, { at }) =>
    (rule as unknown[]).includes(value) ? undefined : `${at} is ${shown(value)}, none of ${shown(rule)}`,
  pattern: (value, rule, { at }) =>
    typeof value !== 'string' || matches(rule as string, value)
      ? undefined
      : `${at} is ${shown(value)}, not ${String(rule)}`,
  minimum: (value, rule, { at }) =>
    typeof value !== 'number' || value >= (rule as number) ? undefined : `${at} is ${value}, below ${String(rule)}`,
  minItems: (value, rule, { at }) =>
    !Array.isArray(value) || value.length >= (rule as number) ? undefined : `${at} has ${value.length} items`,
  required(value, rule, { at }) {
    const missing = isObject(value) ? (rule as string[]).find(key => !Object.hasOwn(value, key)) : undefined
    return missing === undefined ? undefined : `${at} has no ${missing}`
  },
  prefixItems: (value, rule, { root, at }) =>
    Array.isArray(value)
      ? first(
          (rule as Schema[]).map((each, i) =>
            i < value.length ? departure(value[i], each, root, `${at}[${i}]`) : undefined,
          ),
        )
      : undefined,
  items(value, rule, { schema, root, at }) {
    if (!Array.isArray(value)) return undefined
    const from = (schema['prefixItems'] as unknown[] | undefined)?.length ?? 0
    for (let i = from; i < value.length; i++) {
      const wrong = departure(value[i], rule as Schema, root, `${at}[${i}]`)
      if (wrong !== undefined) return wrong
    }
    return undefined
  },
  // A member is judged by all that name it; where none does, by what is said of the others.
  properties: members,
  patternProperties: silent,
  additionalProperties: silent,
  anyOf(value, rule, { root, at }) {
    const wrong = (rule as Schema[]).map(each => departure(value, each, root, at))
    return wrong.includes(undefined) ? undefined : wrong.join('; ')
  },
  oneOf(value, rule, { root, at }) {
    const right = (rule as Schema[]).filter(each => departure(value, each, root, at) === undefined)
    return right.length === 1 ? undefined : `${at} is right in ${right.length} ways`
  },
}

function members(value: unknown, _: unknown, { schema, root, at }: Place): string | undefined {
  if (!isObject(value)) return undefined
  const named = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>
  const patterns = Object.entries((schema['patternProperties'] ?? {}) as Readonly<Record<string, Schema>>)
  const others = schema['additionalProperties'] as Schema | undefined
  for (const [key, each] of Object.entries(value)) {
    const rules = patterns.filter(([pattern]) => matches(pattern, key)).map(([, rule]) => rule)
    if (Object.hasOwn(named, key)) rules.push(named[key]!)
    if (rules.length === 0 && others !== undefined) rules.push(others)
    const wrong = first(rules.map(rule => departure(each, rule, root, `${at}.${key}`)))
    if (wrong !== undefined) return wrong
  }
  return undefined
}

const compiled = new Map<string, RegExp>()

function matches(pattern: string, text: string): boolean {
  let made = compiled.get(pattern)
  if (made === undefined) {
    made = new RegExp(pattern, 'u')
    compiled.set(pattern, made)
  }
  return made.test(text)
}

function definition(root: Schema, reference: string): Schema {
  const name = /^#\/\$defs\/(\w+)$/.exec(reference)?.[1] ?? ''
  const found = ((root as Readonly<Record<string, unknown>>)['$defs'] as Readonly<Record<string, Schema>>)[name]
  if (found === undefined) throw new Error(`nothing is defined as ${reference}`)
  return found
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function first(wrong: readonly (string | undefined)[]): string | undefined {
  return wrong.find(each => each !== undefined)
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
