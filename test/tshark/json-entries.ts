/** JSON of tshark's and of ours as lists of keys and values, so that both may be compared whatever repeats. */

/** Keys in order, those with several values several times. Octets (`…_raw`) are one value, an array of their own. */
export function entriesOf(object: Readonly<Record<string, unknown>>): (readonly [key: string, value: unknown])[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const isList = Array.isArray(value) && (!key.endsWith('_raw') || Array.isArray(value[0]))
    return isList ? value.map((each: unknown) => [key, each] as const) : [[key, value] as const]
  })
}

/** An object with a key twice: `JSON.parse` would keep the last value only. Every value of a key becomes one of an array. */
export function parseWithDuplicates(line: string): unknown {
  let count = 0
  const renamed = line.replaceAll(/"((?:[^"\\]|\\.)*)":/g, (_, key: string) => `"${key}\\u0000${count++}":`)
  return merged(JSON.parse(renamed))
}

function merged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(merged)
  if (typeof value !== 'object' || value === null) return value
  const values = new Map<string, unknown[]>()
  for (const [renamed, each] of Object.entries(value)) {
    const key = renamed.slice(0, renamed.indexOf('\u0000'))
    const list = merged(each)
    values.set(key, [...(values.get(key) ?? []), ...(Array.isArray(list) ? (list as unknown[]) : [list])])
  }
  return Object.fromEntries([...values].map(([key, list]) => [key, list.length === 1 ? list[0] : list]))
}
