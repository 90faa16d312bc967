/** Facts as trees of values that can be walked, compared and changed, whatever protocol they belong to. */

/** The way to a value: keys of objects and indexes of lists. */
export type Path = readonly (string | number)[]

/** Every value that is no object and no list, with the way to it, and every list. */
export function pathsOf(facts: unknown): Path[] {
  const paths: Path[] = []
  collect(facts, [], paths)
  return paths
}

function collect(facts: unknown, path: Path, into: Path[]): void {
  if (Array.isArray(facts)) {
    into.push(path)
    for (const [index, each] of facts.entries()) collect(each, [...path, index], into)
  } else if (isRecord(facts)) {
    for (const key of Object.keys(facts)) collect(facts[key], [...path, key], into)
  } else into.push(path)
}

export function valueAt(facts: unknown, path: Path): unknown {
  let value = facts
  for (const key of path) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key]
  return value
}

/** The same facts but for one value; what is not on the way to it is shared. A way that leads nowhere changes nothing. */
export function withValue(facts: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(facts)) return facts.map((each, index) => (index === key ? withValue(each, rest, value) : each))
  if (!isRecord(facts) || !(key in facts)) return facts
  const record = facts
  return { ...record, [key]: withValue(record[key], rest, value) }
}

/** Where two trees of facts differ; lists of different lengths, and values of different kinds, differ as a whole. */
export function differences(one: unknown, other: unknown, before: Path = []): Path[] {
  if (one instanceof Uint8Array && other instanceof Uint8Array) {
    return one.length === other.length && one.every((octet, at) => octet === other[at]) ? [] : [before]
  }
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    return one.flatMap((each, index) => differences(each, other[index], [...before, index]))
  }
  if (isRecord(one) && isRecord(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)])
    return [...keys].flatMap(key => differences(one[key], other[key], [...before, key]))
  }
  return Object.is(one, other) ? [] : [before]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}
